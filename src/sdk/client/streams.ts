import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../../domain/evaluation/client-flag.ts';
import { eventFrame } from '../frames.ts';
import type { ServedState } from '../served-state.ts';
import type { Visitor } from '../credentials.ts';
import type { SdkDeps } from '../server.ts';
import type { Stream } from '../stream.ts';
import type { Watcher } from '../watchers.ts';
import { type ClientView, evaluateAll, type Evaluator, evaluatorFor, writeAll } from './evaluate-all.ts';
import { MAX_CONTEXT_BYTES, type ReadViewRequest } from './view-request.ts';

/** Tells SDKs to poll. They pass over events without data. */
const PING = eventFrame('ping', '{}');

/** Registers the streams of evaluated flags below a path: with the context in the path, or in the body of a REPORT. */
export function streamRoutes(server: FastifyInstance, deps: SdkDeps, path: string, readView: ReadViewRequest): void {
  const evaluator = evaluatorFor(deps, 'stream');
  const stream = async (request: FastifyRequest, reply: FastifyReply) => {
    const viewRequest = await readView(request);
    const { view } = viewRequest;
    deps.sightings.noteTags(request, view.viewer);
    const feed = await deps.feeds.get(viewRequest.environmentId);
    const state = feed.served();
    const first = eventFrame('put', (await writeAll(evaluator, state, view)).text);
    await deps.streams.open(reply, viewRequest, {
      kind: view.viewer,
      begin: async (to) => {
        to.send(first);
        to.reached(state.payloadVersion);
        return feed.watch(viewWatcher(evaluator, state, view, to));
      },
    });
  };
  server.get(`${path}/*`, { exposeHeadRoute: false }, stream);
  server.route({ method: 'REPORT', bodyLimit: MAX_CONTEXT_BYTES, url: path, handler: stream });
}

/** Registers a stream that only tells when something has changed. */
export function pingRoute(
  server: FastifyInstance,
  deps: SdkDeps,
  path: string,
  visitorOf: (request: FastifyRequest) => Promise<Visitor>,
): void {
  server.get(path, { exposeHeadRoute: false }, async (request, reply) => {
    const visitor = await visitorOf(request);
    const feed = await deps.feeds.get(visitor.environmentId);
    await deps.streams.open(reply, visitor, {
      kind: 'ping',
      begin: async (to) => {
        const state = feed.served();
        to.send(PING);
        to.reached(state.payloadVersion);
        return feed.watch(pingWatcher(state, visitor.viewer, to));
      },
    });
  });
}

/** Sends each flag that may serve something else now, evaluated anew, and the keys of those that are gone. */
function viewWatcher(evaluator: Evaluator, begin: ServedState, view: ClientView, to: Stream): Watcher {
  return watcher(begin, to, async (before, after) => {
    const { changed, gone } = after.changesSince(before, view.viewer);
    if (changed.length > 0) {
      for (const [key, flag] of await evaluateAll(evaluator, after, view, changed)) {
        to.send(eventFrame('patch', JSON.stringify({ key, ...flag })));
      }
    }
    for (const key of gone) to.send(eventFrame('delete', JSON.stringify({ key, version: after.payloadVersion })));
  });
}

function pingWatcher(begin: ServedState, viewer: Viewer, to: Stream): Watcher {
  return watcher(begin, to, async (before, after) => {
    const { changed, gone } = after.changesSince(before, viewer);
    if (changed.length + gone.length > 0) to.send(PING);
  });
}

/** Tells a stream of each state after the one that it begins with. */
export function watcher(
  begin: ServedState,
  to: Stream,
  tell: (before: ServedState, after: ServedState) => Promise<void>,
): Watcher {
  let state = begin;
  return {
    get state() {
      return state;
    },
    advance: async (after) => {
      await tell(state, after);
      to.reached(after.payloadVersion);
      state = after;
    },
    send: (frame) => to.send(frame),
    end: (reason) => to.end(reason),
  };
}
