import { useQueries } from '@tanstack/react-query';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { apiPath, request } from '../../api/request.ts';
import { useApi } from '../../api/use-api.ts';

/** A flag with its whole configuration in all environments. */
export function useFlag(projectKey: string, flagKey: string) {
  return useApi<FlagRep>(['flags', projectKey, flagKey]);
}

/** Several flags by key; `isComplete` once all have been asked for, whether or not they were there. */
export function useFlags(projectKey: string, keys: readonly string[]) {
  const answers = useQueries({
    queries: keys.map((key) => ({
      queryKey: ['flags', projectKey, key, {}],
      queryFn: ({ signal }: { signal: AbortSignal }) => request<FlagRep>(apiPath('flags', projectKey, key), { signal }),
    })),
  });
  const found = answers.flatMap(({ data }) => (data ? [[data.key, data] as const] : []));
  return { flags: new Map(found), isComplete: answers.every(({ isPending }) => !isPending) };
}
