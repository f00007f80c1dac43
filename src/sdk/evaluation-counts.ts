import type { EvaluationCount } from '../store/evaluation-counts.ts';
import { isFlagKey } from './evaluations.ts';
import { type Members, membersOf } from './members.ts';

/** Most variations that a flag can have. */
const MAX_VARIATIONS = 1_000;
/** Most evaluations that a counter is believed: far more than an SDK makes between two batches. */
const MAX_COUNT = 1_000_000_000;

/**
 * Reads how often a batch of events says that flags served their variations, each flag and variation once
 * (docs/wire/sdk.md, "Counts of evaluations"). What is malformed is passed over: no SDK could mend it.
 */
export function readEvaluationCounts(events: readonly object[]): readonly EvaluationCount[] {
  const all: readonly Members[] = events.map(membersOf);
  const summaries = all.filter(({ kind }) => kind === 'summary');
  const found =
    summaries.length > 0 ? summaries.flatMap(countsOfSummary) : all.flatMap((event) => countOfEvaluation(event));
  const groups = Map.groupBy(found, ({ flagKey, variation }) => `${flagKey} ${variation}`);
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ ...first, count: group.reduce((sum, { count }) => sum + count, 0) })),
  );
}

function countsOfSummary({ features }: Members): readonly EvaluationCount[] {
  return Object.entries(membersOf(features)).flatMap(([flagKey, feature]) => {
    const { counters } = membersOf(feature);
    return Array.isArray(counters) ? counters.flatMap((counter) => countOf(flagKey, membersOf(counter))) : [];
  });
}

/** The count of a counter, or none of a flag that the SDK has not found. */
function countOf(flagKey: string, { variation, count, unknown }: Members): readonly EvaluationCount[] {
  const isCount = Number.isSafeInteger(count) && Number(count) > 0 && Number(count) <= MAX_COUNT;
  return isCount && unknown !== true ? counted(flagKey, variation, Number(count)) : [];
}

/** An SDK that sends no summaries leaves it to the receiver to make them. */
function countOfEvaluation({ kind, key, variation, excludeFromSummaries }: Members): readonly EvaluationCount[] {
  const isCounted = kind === 'feature' && excludeFromSummaries !== true;
  return isCounted && typeof key === 'string' ? counted(key, variation, 1) : [];
}

function counted(flagKey: string, variation: unknown, count: number): readonly EvaluationCount[] {
  if (!isFlagKey(flagKey)) return [];
  if (variation === undefined || variation === null) return [{ flagKey, variation: undefined, count }];
  const index = Number(variation);
  const isIndex = typeof variation === 'number' && Number.isInteger(index) && index >= 0 && index < MAX_VARIATIONS;
  return isIndex ? [{ flagKey, variation: index, count }] : [];
}
