import { Unauthorized } from '../domain/errors.ts';
import { findEnvironmentById } from '../store/environments.ts';
import { addEvaluationCounts } from '../store/evaluation-counts.ts';
import { saveEvaluations } from '../store/evaluations.ts';
import { addEventCounts, forgetPayloads, rememberPayloads } from '../store/events.ts';
import { saveSeenContexts } from '../store/seen-contexts.ts';
import { startCondensing } from './condense-evaluations.ts';
import { startForgettingContexts } from './forget-contexts.ts';
import { measureEvents } from './measure-events.ts';
import { type EventBatch, mergeBatches } from './merge-batches.ts';
import type { Deps } from './write.ts';

/** SDKs retry after a second or so; an hour covers the slowest relay between. */
const REMEMBER_PAYLOADS_MS = 60 * 60 * 1000;

/**
 * Counts batches of one environment, each once however often it is sent, in one transaction: they touch the same rows,
 * and would wait for each other.
 * @returns those that were not counted before
 * @throws Unauthorized when the environment is gone: its keys are believed for a moment longer
 */
export async function ingestEvents(
  deps: Deps,
  environmentId: string,
  batches: readonly EventBatch[],
): Promise<ReadonlySet<EventBatch>> {
  try {
    return await storeBatches(deps, environmentId, batches);
  } catch (error) {
    if (await findEnvironmentById(deps.database.db, environmentId)) throw error;
    throw new Unauthorized('The environment of this key has been deleted');
  }
}

async function storeBatches(
  deps: Deps,
  environmentId: string,
  batches: readonly EventBatch[],
): Promise<ReadonlySet<EventBatch>> {
  const now = deps.clock.now();
  const distinct = firstsOf(batches);
  const payloadIds = new Set(distinct.flatMap(({ payloadId }) => payloadId ?? []));
  return deps.database.transaction(async (tx) => {
    const newIds = await rememberPayloads(tx, environmentId, payloadIds, now);
    if (newIds.size > 0) await forgetPayloads(tx, now - REMEMBER_PAYLOADS_MS);
    const fresh = distinct.filter(({ payloadId }) => payloadId === undefined || newIds.has(payloadId));
    const { countsByKind, evaluations, evaluationCounts, occurrences, contexts } = mergeBatches(fresh);
    await addEventCounts(tx, environmentId, countsByKind);
    const known = await saveEvaluations(tx, { environmentId, evaluations, requestedAt: now });
    const counts = evaluationCounts.filter(({ flagKey }) => known.has(flagKey));
    await addEvaluationCounts(tx, { environmentId, receivedAt: now, counts });
    if (counts.length > 0) await startCondensing(tx, now);
    await measureEvents(tx, { environmentId, occurrences, receivedAt: now });
    if (contexts.length > 0) await startForgettingContexts(tx, now);
    await saveSeenContexts(
      tx,
      environmentId,
      contexts.map((context) => ({ ...context, lastSeen: now })),
    );
    return new Set(fresh);
  });
}

/** The batches without those whose id another one before them has. */
function firstsOf(batches: readonly EventBatch[]): readonly EventBatch[] {
  const firsts = new Map(batches.toReversed().map((batch) => [batch.payloadId, batch]));
  return batches.filter((batch) => batch.payloadId === undefined || firsts.get(batch.payloadId) === batch);
}
