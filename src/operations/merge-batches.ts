import type { Occurrence } from '../domain/measurement/measure.ts';
import type { ApplicationCount, EvaluationCount } from '../store/evaluation-counts.ts';
import type { EvaluatedFlag } from '../store/evaluations.ts';
import type { SeenContext } from '../store/seen-contexts.ts';

/** A context that events tell of. */
type ToldContext = Omit<SeenContext, 'applicationId' | 'lastSeen'>;

/** A batch of events from an SDK, as far as they are of use. */
export interface EventBatch {
  readonly environmentId: string;
  /** The SDK's own id of the batch, the same when it is sent again. */
  readonly payloadId: string | undefined;
  readonly countsByKind: ReadonlyMap<string, number>;
  /** Flags that were evaluated, each once. */
  readonly evaluations: readonly Omit<EvaluatedFlag, 'applicationIds'>[];
  /** How often they served their variations, each flag and variation once. */
  readonly evaluationCounts: readonly EvaluationCount[];
  /** What they say of contexts that are measured, in their order. */
  readonly occurrences: readonly Occurrence[];
  /** Contexts that the events tell of, each once. */
  readonly contexts: readonly ToldContext[];
  /** The application that the SDK is part of, if it says so. */
  readonly applicationId: string | undefined;
}

/** What batches of one environment tell together. */
interface MergedBatches {
  readonly countsByKind: ReadonlyMap<string, number>;
  /** Each flag once. */
  readonly evaluations: readonly EvaluatedFlag[];
  /** Each flag, variation and application once. */
  readonly evaluationCounts: readonly ApplicationCount[];
  /** In the order of the batches. */
  readonly occurrences: readonly Occurrence[];
  /** Each context and application once. */
  readonly contexts: readonly (ToldContext & Pick<SeenContext, 'applicationId'>)[];
}

/** Says of batches of one environment together what each of them says; of what cannot be added, the last one counts. */
export function mergeBatches(batches: readonly EventBatch[]): MergedBatches {
  const tagged = batches.map((batch) => ({ ...batch, applicationId: batch.applicationId ?? '' }));
  return {
    countsByKind: mergeKinds(batches),
    evaluations: mergeEvaluations(batches),
    evaluationCounts: mergeCounts(
      tagged.flatMap(({ applicationId, evaluationCounts }) =>
        evaluationCounts.map((count) => ({ ...count, applicationId })),
      ),
    ),
    occurrences: batches.flatMap(({ occurrences }) => occurrences),
    contexts: lastOfEach(
      tagged.flatMap(({ applicationId, contexts }) => contexts.map((context) => ({ ...context, applicationId }))),
      ({ scope, kind, key, applicationId }) => JSON.stringify([scope, kind, key, applicationId]),
    ),
  };
}

function mergeKinds(batches: readonly EventBatch[]): ReadonlyMap<string, number> {
  const merged = new Map<string, number>();
  for (const { countsByKind } of batches) {
    for (const [kind, count] of countsByKind) merged.set(kind, (merged.get(kind) ?? 0) + count);
  }
  return merged;
}

function mergeEvaluations(batches: readonly EventBatch[]): readonly EvaluatedFlag[] {
  const merged = new Map<
    string,
    { defaultValue: EvaluatedFlag['defaultValue']; kinds: Set<string>; ids: Set<string> }
  >();
  for (const { evaluations, applicationId } of batches) {
    for (const { flagKey, defaultValue, contextKinds } of evaluations) {
      const known = merged.get(flagKey) ?? { defaultValue, kinds: new Set(), ids: new Set() };
      known.defaultValue = defaultValue ?? known.defaultValue;
      for (const kind of contextKinds) known.kinds.add(kind);
      if (applicationId !== undefined) known.ids.add(applicationId);
      merged.set(flagKey, known);
    }
  }
  return [...merged].map(([flagKey, { defaultValue, kinds, ids }]) => ({
    flagKey,
    defaultValue,
    contextKinds: kinds,
    applicationIds: ids,
  }));
}

function mergeCounts(counts: readonly ApplicationCount[]): readonly ApplicationCount[] {
  const merged = new Map<string, ApplicationCount>();
  for (const one of counts) {
    const id = JSON.stringify([one.flagKey, one.variation, one.applicationId]);
    merged.set(id, { ...one, count: one.count + (merged.get(id)?.count ?? 0) });
  }
  return [...merged.values()];
}

function lastOfEach<T>(all: readonly T[], idOf: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [idOf(one), one])).values()];
}
