import { useQuery } from '@tanstack/react-query';
import { loadPatterns } from '../../evaluation/patterns.ts';
import type { Draft } from './draft.ts';

/** Whether a draft has conditions that match patterns. */
export function usesPatterns({ rules }: Draft): boolean {
  return rules.some(({ clauses }) => clauses.some(({ op }) => op === 'matches'));
}

/** Whether drafts can be evaluated; what is missing for that is read. */
export function useReadiness(...drafts: readonly Draft[]): boolean {
  const isNeeded = drafts.some(usesPatterns);
  const patterns = useQuery({
    queryKey: ['patterns'],
    queryFn: loadPatterns,
    enabled: isNeeded,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return !isNeeded || patterns.isSuccess;
}
