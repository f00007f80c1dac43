import type { FastifyInstance } from 'fastify';
import { bareKey, type Credentials } from '../credentials.ts';
import { lastOf } from '../http.ts';
import type { SdkDeps } from '../server.ts';
import { nextPatches } from './big-segment-patches.ts';

/** Registers what Relay Proxies ask beside what SDKs do (docs/wire/relay-proxy.md). */
export async function relayApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  const { database, streams, autoConfigStreams, bigSegmentStreams } = deps;

  server.get('/relay_auto_config', { exposeHeadRoute: false }, async (request, reply) => {
    const beginning = await autoConfigStreams.open(bareKey(request.headers.authorization));
    await streams.open(reply, undefined, beginning);
  });

  server.get<{ Querystring: { after?: string | string[] } }>('/sdk/big-segments/revisions', async (request) => {
    const environmentId = await credentials.bySdkKey(request.headers.authorization);
    return nextPatches(database.db, environmentId, lastOf(request.query.after) ?? '');
  });

  server.get('/big-segments', { exposeHeadRoute: false }, async (request, reply) => {
    const { authorization } = request.headers;
    const environmentId = await credentials.bySdkKey(authorization);
    const stillOpens = () => credentials.sdkKeyOpens(authorization, environmentId);
    await streams.open(reply, { environmentId, stillOpens }, await bigSegmentStreams.open(environmentId));
  });
}
