import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ClientFlag } from '../../domain/evaluation/client-flag.ts';
import { jsonKey } from '../../domain/json.ts';
import { sendTagged } from '../http.ts';
import { reachBasis } from '../reach-basis.ts';
import type { ServedState } from '../served-state.ts';
import { tagged } from '../tagged-body.ts';
import type { SdkDeps } from '../server.ts';
import { encodeEvents, encodeFrames, goodbye, intent, type TransferEvent, transferred } from '../transfer.ts';
import type { Watcher } from '../watchers.ts';
import type { Stream } from '../stream.ts';
import { type ClientView, evaluateAll, type Evaluator, evaluatorFor } from './evaluate-all.ts';
import { watcher } from './streams.ts';
import { MAX_CONTEXT_BYTES, parameterOf, type ReadViewRequest } from './view-request.ts';

/** Enough of a hash to tell the few contexts apart that one SDK has. */
const VIEW_LENGTH = 16;

/** A view of an environment, and the name that it has in selectors. */
interface NamedView extends ClientView {
  readonly name: string;
}

/**
 * Registers the second generation of the protocol for client-side SDKs (docs/wire/client-side.md, "Transfers"), with the
 * context in the path, or in the body of a POST.
 */
export function transferRoutes(server: FastifyInstance, deps: SdkDeps, readView: ReadViewRequest): void {
  const read = async (request: FastifyRequest, evaluator: Evaluator) => {
    const viewRequest = await readView(request);
    const view = named(viewRequest.view);
    deps.sightings.noteTags(request, view.viewer);
    const feed = await deps.feeds.get(viewRequest.environmentId);
    const basis = await reachBasis(feed, parameterOf(request, 'basis'), view.name);
    const state = feed.served();
    return { viewRequest, view, feed, state, first: await transferFrom(evaluator, state, view, basis) };
  };
  const polled = evaluatorFor(deps, 'poll');
  const poll = async (request: FastifyRequest, reply: FastifyReply) => {
    const { state, first } = await read(request, polled);
    void reply.header('x-ld-envid', state.environmentId);
    return sendTagged(request, reply, tagged(encodeEvents(first)));
  };
  const streamed = evaluatorFor(deps, 'stream');
  const stream = async (request: FastifyRequest, reply: FastifyReply) => {
    const { viewRequest, view, feed, state, first } = await read(request, streamed);
    await deps.streams.open(reply, viewRequest, {
      kind: view.viewer,
      begin: async (to) => {
        to.send(frames(first));
        to.reached(state.payloadVersion);
        return feed.watch(transferWatcher(streamed, state, view, to));
      },
      farewell: (reason) => frames([goodbye(reason)]),
    });
  };
  for (const [path, handler] of [
    ['/sdk/poll/eval', poll],
    ['/sdk/stream/eval', stream],
  ] as const) {
    server.get(`${path}/*`, { exposeHeadRoute: false }, handler);
    server.post(path, { bodyLimit: MAX_CONTEXT_BYTES }, handler);
  }
}

/** What brings an SDK to a state. @param basis the payload version that it has of this view; undefined for none */
async function transferFrom(
  evaluator: Evaluator,
  state: ServedState,
  view: NamedView,
  basis: number | undefined,
): Promise<readonly TransferEvent[]> {
  if (basis === state.payloadVersion) return [intent(state, 'none', 'up-to-date')];
  const changed = basis === undefined ? undefined : state.changedSince(basis, view.viewer);
  const flags = await evaluateAll(evaluator, state, view, changed ?? state.visibleTo(view.viewer));
  const begin = changed ? intent(state, 'xfer-changes', 'stale') : intent(state, 'xfer-full', whyFull(basis));
  return [begin, ...puts(flags), transferred(selectorOf(state, view))];
}

const whyFull = (basis: number | undefined) => (basis === undefined ? 'payload-missing' : 'cant-catchup');

/** Sends what has changed for the view; changes that it does not see are told of with the next one that it does. */
function transferWatcher(evaluator: Evaluator, begin: ServedState, view: NamedView, to: Stream): Watcher {
  return watcher(begin, to, async (before, after) => {
    const { changed, gone } = after.changesSince(before, view.viewer);
    if (changed.length + gone.length === 0) return;
    const flags = await evaluateAll(evaluator, after, view, changed);
    const deletions = gone.map((key) => deletion(key, after.payloadVersion));
    to.send(frames([...puts(flags), ...deletions, transferred(selectorOf(after, view))]));
  });
}

function puts(flags: ReadonlyMap<string, ClientFlag>): readonly TransferEvent[] {
  return [...flags].map(([key, { version, ...object }]) => ({
    name: 'put-object',
    data: JSON.stringify({ kind: 'flag-eval', key, version, object }),
  }));
}

function deletion(key: string, version: number): TransferEvent {
  return { name: 'delete-object', data: JSON.stringify({ kind: 'flag-eval', key, version }) };
}

const frames = (events: readonly TransferEvent[]) => Buffer.from(encodeFrames(events));
const selectorOf = ({ environmentId, payloadVersion }: ServedState, { name }: NamedView) => ({
  environmentId,
  payloadVersion,
  view: name,
});

/** What an SDK has of one view says nothing about another: of another context, or with reasons. */
function named(view: ClientView): NamedView {
  const { viewer, withReasons, context } = view;
  const contexts = [...context.values()].toSorted((left, right) => (left.kind < right.kind ? -1 : 1));
  const hash = createHash('sha256').update(jsonKey([viewer, withReasons, contexts]));
  return { ...view, name: hash.digest('hex').slice(0, VIEW_LENGTH) };
}
