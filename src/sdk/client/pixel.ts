import type { FastifyInstance } from 'fastify';
import { lastOf } from '../http.ts';
import type { Credentials } from '../credentials.ts';
import { takeEvents } from '../receive-events.ts';
import type { SdkDeps } from '../server.ts';
import { environmentIdOf } from './view-request.ts';

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Registers the picture whose address has events in it: all that very old browsers can send. */
export function pixelRoute(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): void {
  server.get<{ Querystring: { d?: string | string[] } }>('/a/:environmentId.gif', async (request, reply) => {
    const { environmentId } = await credentials.byClientSideId(environmentIdOf(request));
    const readBatch = async () => Buffer.from(lastOf(request.query.d) ?? '', 'base64url');
    await takeEvents(deps, environmentId, readBatch, request.headers);
    return reply.header('cache-control', 'no-store').type('image/gif').send(PIXEL);
  });
}
