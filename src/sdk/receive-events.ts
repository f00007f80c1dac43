import type { FastifyReply, FastifyRequest } from 'fastify';
import { SlipwayError } from '../domain/errors.ts';
import { readContexts } from './contexts.ts';
import { readEvaluationCounts } from './evaluation-counts.ts';
import { readEvaluations } from './evaluations.ts';
import { countEvents, decompress, parseEvents } from './events.ts';
import { readOccurrences } from './occurrences.ts';
import type { SdkDeps } from './server.ts';
import { applicationOf } from './tags.ts';

/**
 * Takes the batch of events in the body of a request, and answers when it is stored.
 * @throws RateLimited, TooLarge, InvalidRequest when it is no batch
 */
export async function receiveEvents(
  deps: SdkDeps,
  environmentId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { body = Buffer.alloc(0), headers } = request;
  const readBatch = () => decompress(body as Buffer, headers['content-encoding']);
  await takeEvents(deps, environmentId, readBatch, headers);
  return reply.code(202).send();
}

/** Takes a batch of events. @throws RateLimited, TooLarge, InvalidRequest when it is none */
export async function takeEvents(
  deps: SdkDeps,
  environmentId: string,
  readBatch: () => Promise<Buffer>,
  headers: FastifyRequest['headers'],
): Promise<void> {
  const count = (outcome: 'stored' | 'repeated' | 'refused' | 'failed') => deps.metrics.eventBatches.inc({ outcome });
  try {
    const isNew = await storeEvents(deps, environmentId, readBatch, headers);
    count(isNew ? 'stored' : 'repeated');
  } catch (error) {
    count(error instanceof SlipwayError ? 'refused' : 'failed');
    throw error;
  }
}

/** @returns whether the batch had not been stored before */
async function storeEvents(
  deps: SdkDeps,
  environmentId: string,
  readBatch: () => Promise<Buffer>,
  headers: FastifyRequest['headers'],
): Promise<boolean> {
  deps.eventLimiter.requireRoom(environmentId);
  const events = parseEvents(await readBatch());
  deps.eventLimiter.count(environmentId, events.length);
  const countsByKind = countEvents(events);
  const isNew = await deps.eventIntake.take({
    environmentId,
    payloadId: headers['x-launchdarkly-payload-id']?.toString(),
    countsByKind,
    evaluations: readEvaluations(events),
    evaluationCounts: readEvaluationCounts(events),
    occurrences: readOccurrences(events),
    contexts: readContexts(events),
    applicationId: applicationOf(headers)?.key,
  });
  if (isNew) for (const [kind, count] of countsByKind) deps.metrics.events.inc({ kind }, count);
  return isNew;
}
