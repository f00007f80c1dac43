import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendTagged } from '../http.ts';
import type { SdkDeps } from '../server.ts';
import { evaluatorFor, writeAll } from './evaluate-all.ts';
import { MAX_CONTEXT_BYTES, type ReadViewRequest } from './view-request.ts';

/**
 * Registers the polls below a path: with the context in the path, or in the body of a REPORT. Users are what older SDKs
 * call contexts.
 */
export function pollRoutes(server: FastifyInstance, deps: SdkDeps, path: string, readView: ReadViewRequest): void {
  const evaluator = evaluatorFor(deps, 'poll');
  const poll = async (request: FastifyRequest, reply: FastifyReply) => {
    const { environmentId, view } = await readView(request);
    deps.sightings.noteTags(request, view.viewer);
    const state = (await deps.feeds.get(environmentId)).served();
    const body = await writeAll(evaluator, state, view);
    // All that have come together are answered together: flags stay in the caches of the processor, and those who wait are
    // woken once. A fifth more polls are answered so (bench/README.md).
    await endOfTurn();
    return sendTagged(request, reply, body);
  };
  server.get(`${path}/contexts/*`, poll);
  server.get(`${path}/users/*`, poll);
  server.route({ method: 'REPORT', bodyLimit: MAX_CONTEXT_BYTES, url: `${path}/context`, handler: poll });
  server.route({ method: 'REPORT', bodyLimit: MAX_CONTEXT_BYTES, url: `${path}/user`, handler: poll });
}
