import { type BucketOf, compileBucket, FULL_WEIGHT } from './bucket.ts';
import { compileClause, matchesAll } from './clause-match.ts';
import type { Context } from './context.ts';
import { includesKey } from './key-list.ts';
import { once } from './once.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { SdkSegmentTarget, SdkSegment, SdkSegmentRule } from './sdk-model.ts';

/** Where segments and the members of big ones are looked up. */
export interface SegmentSource {
  /** The segment of that key, if it is there. */
  readonly findSegment: (segmentKey: string) => SdkSegment | undefined;
  /** Whether a big segment includes a context key (true) or excludes it (false); undefined when it does neither. */
  readonly findMembership: (segment: SdkSegment, contextKey: string) => boolean | undefined;
}

/** How a context stands to a segment: a member one by one or by a rule, or not. */
export type Membership = 'included' | 'excluded' | 'rule' | 'none' | 'malformed';

/** The contexts below a place in a rollout. */
interface Share {
  readonly bucketOf: BucketOf;
  /** From 0 to 1. */
  readonly end: number;
}

/** Whether a context is in the segment of a key; nobody is in one that is not there. */
export function matchSegment(segmentKey: string, context: Context, source: SegmentSource): Outcome {
  return matchByKey(segmentKey, context, source, new Set());
}

/**
 * How a context stands to a segment (docs/wire/sdk.md, "Segments"): individual targets first, included before excluded,
 * then rules in order. A segment that needs itself is malformed.
 */
export function membershipOf(segment: SdkSegment, context: Context, source: SegmentSource): Membership {
  return findMembership(segment, context, source, new Set());
}

function matchByKey(segmentKey: string, context: Context, source: SegmentSource, chain: ReadonlySet<string>): Outcome {
  const segment = source.findSegment(segmentKey);
  if (!segment) return 'no-match';
  const membership = findMembership(segment, context, source, chain);
  return membership === 'malformed' ? 'malformed' : outcome(membership === 'included' || membership === 'rule');
}

/** @param chain the segments that led here */
function findMembership(
  segment: SdkSegment,
  context: Context,
  source: SegmentSource,
  chain: ReadonlySet<string>,
): Membership {
  if (chain.has(segment.key)) return 'malformed';
  const target = segment.unbounded ? bigTarget(segment, context, source) : listedTarget(segment, context);
  if (target) return target;
  const inner = new Set([...chain, segment.key]);
  const isInSegment = (key: string) => matchByKey(key, context, source, inner);
  for (const { clauses, share } of compiledRules(segment)) {
    const found = matchesAll(clauses, context, isInSegment);
    const taken = found === 'match' && share ? matchShare(share, context) : found;
    if (taken === 'malformed') return 'malformed';
    if (taken === 'match') return 'rule';
  }
  return 'none';
}

const compiledRules = once((segment: SdkSegment) =>
  segment.rules.map((rule) => ({ clauses: rule.clauses.map(compileClause), share: compileShare(segment, rule) })),
);

/** In a big segment, contexts of one kind are targeted; rules are not for contexts of others. */
function bigTarget(segment: SdkSegment, context: Context, source: SegmentSource): Membership | undefined {
  const { generation, unboundedContextKind = 'user' } = segment;
  const single = context.get(unboundedContextKind);
  if (!generation || !single) return 'none';
  const isIncluded = source.findMembership(segment, single.key);
  if (isIncluded === undefined) return undefined;
  return isIncluded ? 'included' : 'excluded';
}

function listedTarget(segment: SdkSegment, context: Context): Membership | undefined {
  const isIn = ({ contextKind, values }: SdkSegmentTarget) => {
    const single = context.get(contextKind);
    return single !== undefined && includesKey(values, single.key);
  };
  const isListed = (userKeys: readonly string[], others: readonly SdkSegmentTarget[]) =>
    isIn({ contextKind: 'user', values: userKeys }) || others.some(isIn);
  if (isListed(segment.included, segment.includedContexts)) return 'included';
  return isListed(segment.excluded, segment.excludedContexts) ? 'excluded' : undefined;
}

/** The share of contexts that a rule takes in; undefined when it takes in all. */
function compileShare(
  { key, salt }: SdkSegment,
  { weight, rolloutContextKind: contextKind = 'user', bucketBy }: SdkSegmentRule,
): Share | undefined {
  if (weight === undefined) return undefined;
  return { bucketOf: compileBucket({ contextKind, bucketBy, prefix: `${key}.${salt}` }), end: weight / FULL_WEIGHT };
}

function matchShare({ bucketOf, end }: Share, context: Context): Outcome {
  const bucket = bucketOf(context);
  if (bucket === 'malformed') return 'malformed';
  return outcome(bucket !== 'missing' && bucket < end);
}
