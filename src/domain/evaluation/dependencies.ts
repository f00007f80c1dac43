import { once } from './once.ts';
import type { SdkClause, SdkFlag, SdkSegment } from './sdk-model.ts';

/** A flag or a segment, by its kind and key. */
export type ItemName = `flag/${string}` | `segment/${string}`;

/** The flags and segments that a flag speaks of itself. */
export const dependenciesOfFlag = once(({ prerequisites, rules }: SdkFlag): readonly ItemName[] => [
  ...prerequisites.map(({ key }) => `flag/${key}` as const),
  ...rules.flatMap(({ clauses }) => segmentsOf(clauses)),
]);

/** The segments that a segment speaks of itself. */
export function dependenciesOfSegment({ rules }: SdkSegment): readonly ItemName[] {
  return rules.flatMap(({ clauses }) => segmentsOf(clauses));
}

function segmentsOf(clauses: readonly SdkClause[]): readonly ItemName[] {
  return clauses
    .filter(({ op }) => op === 'segmentMatch')
    .flatMap(({ values }) => values)
    .filter((key) => typeof key === 'string')
    .map((key) => `segment/${key}` as const);
}
