import type { Clause } from '../flag/flag.ts';

/** Keys of one kind of context. */
export interface SegmentTarget {
  readonly contextKind: string;
  readonly values: readonly string[];
}

/** Who belongs to a segment by what they are: those who fulfil all clauses, or so many of them. */
export interface SegmentRule {
  readonly id: string;
  readonly clauses: readonly Clause[];
  /** Thousandths of a percent, 0 to 100000; all when absent. */
  readonly weight?: number | undefined;
  /** The kind of context, and the attribute, that decide who is among so many; `user` and `key` when absent. */
  readonly rolloutContextKind?: string | undefined;
  readonly bucketBy?: string | undefined;
  readonly description?: string | undefined;
}

/** When an individual target of a segment ends. */
export interface ExpiringSegmentTarget {
  readonly id: string;
  readonly version: number;
  readonly contextKind: string;
  readonly contextKey: string;
  readonly targetType: TargetType;
  /** Unix milliseconds. */
  readonly expirationDate: number;
}

/** The two lists of a segment. */
export type TargetType = 'included' | 'excluded';

/**
 * A set of contexts in one environment, for flags to target (docs/wire/segments.md). Included keys belong to it whatever
 * else is true, excluded ones are not looked up in the rules. The keys of an unbounded segment are kept apart.
 */
export interface Segment {
  readonly id: string;
  readonly environmentId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly included: readonly SegmentTarget[];
  readonly excluded: readonly SegmentTarget[];
  readonly rules: readonly SegmentRule[];
  /** Ends of some of the targets; SDKs do not know of them. */
  readonly expiringTargets: readonly ExpiringSegmentTarget[];
  /** Feeds bucketing. */
  readonly salt: string;
  readonly isUnbounded: boolean;
  /** The kind of the keys of an unbounded segment. */
  readonly unboundedContextKind?: string | undefined;
  /** How many segments of this key there have been, this one included; stores of big segments go by it. */
  readonly generation: number;
  readonly version: number;
  readonly createdAt: number;
  readonly lastModified: number;
}

/** The keys that a list of a segment has for a kind of context. */
export function keysOf(targets: readonly SegmentTarget[], contextKind: string): readonly string[] {
  return targets.find((target) => target.contextKind === contextKind)?.values ?? [];
}

/** The segments that the rules of a segment speak of. */
export function segmentsIn({ rules }: Pick<Segment, 'rules'>): readonly string[] {
  const clauses = rules.flatMap(({ clauses }) => clauses).filter(({ op }) => op === 'segmentMatch');
  return [...new Set(clauses.flatMap(({ values }) => values.filter((value) => typeof value === 'string')))];
}
