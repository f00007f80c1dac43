import { FAMILIES } from './families.ts';
import type { Flag } from './flag.ts';
import type { Difference } from './instruction.ts';

/** A difference and where it is. */
export interface FlagDifference extends Difference {
  /** Absent when it is in the flag itself, that is in all environments. */
  readonly environmentKey?: string;
}

const FLAG_COMPARISONS = FAMILIES.flatMap(({ flagComparisons = [] }) => flagComparisons);
const CONFIG_COMPARISONS = FAMILIES.flatMap(({ configComparisons = [] }) => configComparisons);

/**
 * What differs between two states of a flag, as actions and in words (docs/wire/flags.md, "Actions needed"). It looks
 * at the states, not at what was asked for: however a change is written, it needs the same rights and reads the same,
 * and asking for the present state needs nothing and says nothing.
 */
export function flagDifferences(before: Flag, after: Flag): readonly FlagDifference[] {
  const global = FLAG_COMPARISONS.flatMap((compare) => compare(before, after));
  const local = Object.keys(after.environments).flatMap((environmentKey) => {
    const [old, next] = [before.environments[environmentKey], after.environments[environmentKey]];
    if (!old || !next || old === next) return [];
    return CONFIG_COMPARISONS.flatMap((compare) => compare(old, next, before, after)).map((difference) => ({
      ...difference,
      environmentKey,
    }));
  });
  return [...global, ...local];
}
