import { Unauthorized } from '../domain/errors.ts';
import type { Occurrence } from '../domain/measurement/measure.ts';
import { findEnvironmentById } from '../store/environments.ts';
import { addEventCounts, forgetPayloads, rememberPayload } from '../store/events.ts';
import { addEvaluationCounts, type EvaluationCount } from '../store/evaluation-counts.ts';
import { type EvaluatedFlag, saveEvaluations } from '../store/evaluations.ts';
import { saveSeenContexts, type SeenContext } from '../store/seen-contexts.ts';
import { startCondensing } from './condense-evaluations.ts';
import { measureEvents } from './measure-events.ts';
import { startForgettingContexts } from './forget-contexts.ts';
import type { Deps } from './write.ts';

/** A batch of events from an SDK, as far as they are of use. */
export interface IngestEvents {
  readonly environmentId: string;
  /** The SDK's own id of the batch, the same when it is sent again. */
  readonly payloadId: string | undefined;
  readonly countsByKind: ReadonlyMap<string, number>;
  /** Flags that were evaluated, each once. */
  readonly evaluations: readonly EvaluatedFlag[];
  /** How often they served their variations, each flag and variation once. */
  readonly evaluationCounts: readonly EvaluationCount[];
  /** What they say of contexts that are measured, in their order. */
  readonly occurrences: readonly Occurrence[];
  /** Contexts that the events tell of, each once. */
  readonly contexts: readonly Omit<SeenContext, 'applicationId' | 'lastSeen'>[];
  /** The application that the SDK is part of, if it says so. */
  readonly applicationId: string | undefined;
}

/** SDKs retry after a second or so; an hour covers the slowest relay between. */
const REMEMBER_PAYLOADS_MS = 60 * 60 * 1000;

/**
 * Counts a batch of events once, however often it is sent.
 * @returns false for a batch that was counted before
 * @throws Unauthorized when the environment is gone: its keys are believed for a moment longer
 */
export async function ingestEvents(deps: Deps, request: IngestEvents): Promise<boolean> {
  try {
    return await storeEvents(deps, request);
  } catch (error) {
    if (await findEnvironmentById(deps.database.db, request.environmentId)) throw error;
    throw new Unauthorized('The environment of this key has been deleted');
  }
}

async function storeEvents(deps: Deps, request: IngestEvents): Promise<boolean> {
  const { environmentId, payloadId, countsByKind, evaluations, occurrences, contexts, applicationId } = request;
  const now = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    if (payloadId !== undefined) {
      if (!(await rememberPayload(tx, { environmentId, payloadId, receivedAt: now }))) return false;
      await forgetPayloads(tx, now - REMEMBER_PAYLOADS_MS);
    }
    await addEventCounts(tx, environmentId, countsByKind);
    const known = await saveEvaluations(tx, { environmentId, evaluations, applicationId, requestedAt: now });
    const counts = request.evaluationCounts.filter(({ flagKey }) => known.has(flagKey));
    await addEvaluationCounts(tx, { environmentId, applicationId, receivedAt: now, counts });
    if (counts.length > 0) await startCondensing(tx, now);
    await measureEvents(tx, { environmentId, occurrences, receivedAt: now });
    if (contexts.length > 0) await startForgettingContexts(tx, now);
    const seen = { applicationId: applicationId ?? '', lastSeen: now };
    await saveSeenContexts(
      tx,
      environmentId,
      contexts.map((context) => ({ ...context, ...seen })),
    );
    return true;
  });
}
