import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Credentials, Visitor } from '../credentials.ts';
import { receiveEvents } from '../receive-events.ts';
import type { SdkDeps } from '../server.ts';
import { Lookup } from '../lookup.ts';
import { allowAnyOrigin } from './cors.ts';
import { listGoals } from './goals.ts';
import { pixelRoute } from './pixel.ts';
import { pollRoutes } from './polls.ts';
import { pingRoute, streamRoutes } from './streams.ts';
import { transferRoutes } from './transfers.ts';
import { anyViews, browserViews, environmentIdOf, mobileViews } from './view-request.ts';

/** Registers the endpoints with a client-side id in their path, which web pages may use (docs/endpoints.md). */
export async function browserApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  allowAnyOrigin(server, ['/sdk/evalx', '/sdk/goals', '/eval', '/ping', '/events']);
  const environmentOf = async (request: FastifyRequest) => {
    const { environmentId } = await credentials.byClientSideId(environmentIdOf(request));
    deps.sightings.noteTags(request, 'browser');
    return environmentId;
  };
  pollRoutes(server, deps, '/sdk/evalx/:environmentId', browserViews(credentials));
  streamRoutes(server, deps, '/eval/:environmentId', browserViews(credentials));
  pingRoute(server, deps, '/ping/:environmentId', async (request): Promise<Visitor> => {
    const environmentId = await environmentOf(request);
    const stillOpens = async () => (await credentials.findByClientSideId(environmentId)) !== undefined;
    return { environmentId, viewer: 'browser', stillOpens };
  });
  const goals = new Lookup(deps.clock, (environmentId) => listGoals(deps.database.db, environmentId));
  server.get('/sdk/goals/:environmentId', async (request) => goals.find(await environmentOf(request)));
  for (const path of ['/events/bulk/:environmentId', '/events/diagnostic/:environmentId']) {
    server.post(path, async (request, reply) => receiveEvents(deps, await environmentOf(request), request, reply));
  }
  pixelRoute(server, deps, credentials);
}

/** Registers the endpoints that a mobile key opens (docs/endpoints.md). */
export async function mobileApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  const environmentOf = async (request: FastifyRequest) => {
    const environmentId = await credentials.byMobileKey(request.headers.authorization);
    deps.sightings.noteTags(request, 'mobile');
    return environmentId;
  };
  pollRoutes(server, deps, '/msdk/evalx', mobileViews(credentials));
  streamRoutes(server, deps, '/meval', mobileViews(credentials));
  pingRoute(server, deps, '/mping', async (request): Promise<Visitor> => {
    const { authorization } = request.headers;
    const environmentId = await environmentOf(request);
    return {
      environmentId,
      viewer: 'mobile',
      stillOpens: () => credentials.mobileKeyOpens(authorization, environmentId),
    };
  });
  for (const path of ['/mobile', '/mobile/events', '/mobile/events/bulk', '/mobile/events/diagnostic']) {
    server.post(path, async (request, reply) => receiveEvents(deps, await environmentOf(request), request, reply));
  }
}

/** Registers the second generation of the protocol for browsers and mobile SDKs alike (docs/endpoints.md). */
export async function transferApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  allowAnyOrigin(server, ['/sdk/poll', '/sdk/stream']);
  transferRoutes(server, deps, anyViews(credentials));
}
