import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findEnvironmentById } from '../store/environments.ts';
import type { EnvironmentFeed } from './environment-feed.ts';
import { Lookup } from './lookup.ts';
import { sendItem, sendPoll } from './poll.ts';
import type { SdkDeps } from './server.ts';

/**
 * Registers what SDKs ask that live for one request only, as those for PHP: answers may be kept for as long as the
 * environment says (docs/wire/sdk.md, "GET /sdk/flags").
 */
export function cachedRoutes(
  server: FastifyInstance,
  { database, feeds, clock }: SdkDeps,
  environmentOf: (request: FastifyRequest) => Promise<string>,
): void {
  const minutesOf = new Lookup(clock, async (id) => (await findEnvironmentById(database.db, id))?.defaultTtl);
  const load = async (request: FastifyRequest, reply: FastifyReply): Promise<EnvironmentFeed> => {
    const environmentId = await environmentOf(request);
    const seconds = ((await minutesOf.find(environmentId)) ?? 0) * 60;
    if (seconds > 0) {
      const expires = new Date(clock.now() + seconds * 1_000).toUTCString();
      void reply.headers({ 'cache-control': `max-age=${seconds}`, expires });
    }
    return feeds.get(environmentId);
  };

  server.get('/sdk/flags', async (request, reply) => {
    const feed = await load(request, reply);
    return sendPoll(request, reply, feed, (encoding) => feed.state.flags(encoding));
  });
  for (const kind of ['flags', 'segments'] as const) {
    server.get(`/sdk/${kind}/:key`, async (request, reply) =>
      sendItem(request, reply, await load(request, reply), kind),
    );
  }
}
