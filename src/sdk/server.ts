import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import type { Deps } from '../operations/write.ts';
import { browserApi, mobileApi, transferApi } from './client/server.ts';
import { cachedRoutes } from './cached.ts';
import { Credentials, type Visitor } from './credentials.ts';
import type { EventIntake } from './event-intake.ts';
import type { EventLimiter } from './event-limiter.ts';
import type { EnvironmentFeed } from './environment-feed.ts';
import { MAX_BATCH_BYTES } from './events.ts';
import type { Feeds } from './feeds.ts';
import { ofrepApi } from './ofrep/server.ts';
import { sendItem, sendPoll } from './poll.ts';
import { reachBasis } from './reach-basis.ts';
import { receiveEvents } from './receive-events.ts';
import type { AutoConfigStreams } from './relay/auto-config-streams.ts';
import type { BigSegmentStreams } from './relay/big-segment-streams.ts';
import { relayApi } from './relay/server.ts';
import type { Sightings } from './sightings.ts';
import { FIRST_PROTOCOL, FLAGS_PROTOCOL, follow, secondProtocol } from './stream-protocols.ts';
import type { Streams } from './streams.ts';

/** What the SDK endpoints stand on. */
export interface SdkDeps extends Deps {
  readonly feeds: Feeds;
  readonly sightings: Sightings;
  readonly streams: Streams;
  readonly autoConfigStreams: AutoConfigStreams;
  readonly bigSegmentStreams: BigSegmentStreams;
  readonly metrics: Metrics;
  readonly eventIntake: EventIntake;
  readonly eventLimiter: EventLimiter;
}

/** Registers the endpoints of SDKs, at the root (docs/endpoints.md). */
export async function sdkApi(server: FastifyInstance, deps: SdkDeps): Promise<void> {
  const credentials = new Credentials(deps.database, deps.clock);
  server.addHttpMethod('REPORT', { hasBody: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BATCH_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  await server.register((scope) => serverSideApi(scope, deps, credentials));
  await server.register((scope) => browserApi(scope, deps, credentials));
  await server.register((scope) => mobileApi(scope, deps, credentials));
  await server.register((scope) => transferApi(scope, deps, credentials));
  await server.register((scope) => ofrepApi(scope, deps, credentials));
  await server.register((scope) => relayApi(scope, deps, credentials));
}

/** Registers the endpoints that an SDK key opens. */
async function serverSideApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  const { feeds, sightings, streams } = deps;
  const environmentOf = async (request: FastifyRequest) => {
    const environmentId = await credentials.bySdkKey(request.headers.authorization);
    sightings.noteTags(request, 'server');
    return environmentId;
  };
  const visitorOf = ({ headers }: FastifyRequest, { environmentId }: EnvironmentFeed): Visitor => {
    const { authorization } = headers;
    return {
      environmentId,
      viewer: 'server',
      stillOpens: () => credentials.sdkKeyOpens(authorization, environmentId),
    };
  };
  const secondGeneration = async (request: FastifyRequest) => {
    const feed = await feeds.get(await environmentOf(request));
    return {
      feed,
      basis: await reachBasis(feed, (request.query as Readonly<Record<string, unknown>>)['basis'], undefined),
    };
  };

  for (const [path, protocol] of [
    ['/all', FIRST_PROTOCOL],
    ['/flags', FLAGS_PROTOCOL],
  ] as const) {
    server.get(path, { exposeHeadRoute: false }, async (request, reply) => {
      const feed = await feeds.get(await environmentOf(request));
      await streams.open(reply, visitorOf(request, feed), follow(feed, protocol));
    });
  }

  server.get('/sdk/latest-all', async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    return sendPoll(request, reply, feed, (encoding) => feed.state.body(encoding));
  });

  server.get('/sdk/latest-flags', async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    return sendPoll(request, reply, feed, (encoding) => feed.state.flags(encoding));
  });

  for (const kind of ['flags', 'segments'] as const) {
    server.get<{ Params: { key: string } }>(`/sdk/latest-${kind}/:key`, async (request, reply) => {
      const feed = await feeds.get(await environmentOf(request));
      return sendItem(request, reply, feed, kind);
    });
  }
  cachedRoutes(server, deps, environmentOf);

  server.get('/sdk/poll', async (request, reply) => {
    const { feed, basis } = await secondGeneration(request);
    return sendPoll(request, reply, feed, (encoding) => feed.state.transferFrom(basis).body(encoding));
  });

  server.get('/sdk/stream', { exposeHeadRoute: false }, async (request, reply) => {
    const { feed, basis } = await secondGeneration(request);
    await streams.open(reply, visitorOf(request, feed), follow(feed, secondProtocol(basis)));
  });

  for (const path of ['/bulk', '/diagnostic']) {
    server.post(path, async (request, reply) => receiveEvents(deps, await environmentOf(request), request, reply));
  }
}
