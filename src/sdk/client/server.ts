import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../credentials.ts';
import { receiveEvents } from '../receive-events.ts';
import type { SdkDeps } from '../server.ts';
import { allowAnyOrigin } from './cors.ts';
import { pixelRoute } from './pixel.ts';
import { pollRoutes } from './polls.ts';
import { browserViews, environmentIdOf, mobileViews } from './view-request.ts';

/** Registers the endpoints with a client-side id in their path, which web pages may use (docs/endpoints.md). */
export async function browserApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  allowAnyOrigin(server, ['/sdk/evalx', '/sdk/goals', '/events']);
  pollRoutes(server, deps, '/sdk/evalx/:environmentId', browserViews(credentials));
  // Goals belong to experiments, of which there are none; SDKs in browsers ask all the same.
  server.get('/sdk/goals/:environmentId', async (request) => {
    await credentials.byClientSideId(environmentIdOf(request));
    return [];
  });
  for (const path of ['/events/bulk/:environmentId', '/events/diagnostic/:environmentId']) {
    server.post(path, async (request, reply) => {
      const { environmentId } = await credentials.byClientSideId(environmentIdOf(request));
      return receiveEvents(deps, environmentId, request, reply);
    });
  }
  pixelRoute(server, deps, credentials);
}

/** Registers the endpoints that a mobile key opens (docs/endpoints.md). */
export async function mobileApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  pollRoutes(server, deps, '/msdk/evalx', mobileViews(credentials));
  for (const path of ['/mobile', '/mobile/events', '/mobile/events/bulk', '/mobile/events/diagnostic']) {
    server.post(path, async (request, reply) => {
      const environmentId = await credentials.byMobileKey(request.headers.authorization);
      return receiveEvents(deps, environmentId, request, reply);
    });
  }
}
