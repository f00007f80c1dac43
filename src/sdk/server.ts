import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NotFound } from '../domain/errors.ts';
import type { Metrics } from '../metrics.ts';
import type { Deps } from '../operations/write.ts';
import { browserApi, mobileApi } from './client/server.ts';
import { Credentials } from './credentials.ts';
import { MAX_BATCH_BYTES } from './events.ts';
import type { Feeds } from './feeds.ts';
import { encodingOf, isKnown, sendJson } from './http.ts';
import { ofrepApi } from './ofrep/server.ts';
import { receiveEvents } from './receive-events.ts';
import { openStream } from './stream.ts';

/** What the SDK endpoints stand on. */
export interface SdkDeps extends Deps {
  readonly feeds: Feeds;
  readonly metrics: Metrics;
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
  await server.register((scope) => ofrepApi(scope, deps, credentials));
}

/** Registers the endpoints that an SDK key opens. */
async function serverSideApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  const { feeds, metrics } = deps;
  const environmentOf = (request: FastifyRequest) => credentials.bySdkKey(request.headers.authorization);

  server.get('/all', { exposeHeadRoute: false }, async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    await openStream(reply, feed.environmentId, metrics, (stream) => feed.subscribe(stream));
  });

  server.get('/sdk/latest-all', async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    const etag = `"${feed.environmentId}.${feed.payloadVersion}"`;
    void reply.headers({ etag, 'cache-control': 'no-cache', 'x-ld-envid': feed.environmentId });
    if (isKnown(request, etag)) return reply.code(304).send();
    const encoding = encodingOf(request);
    return sendJson(reply, encoding, feed.pollBody(encoding));
  });

  for (const kind of ['flags', 'segments'] as const) {
    server.get<{ Params: { key: string } }>(`/sdk/latest-${kind}/:key`, async (request, reply) => {
      const feed = await feeds.get(await environmentOf(request));
      const document = feed.find(kind, request.params.key);
      if (document === undefined) throw new NotFound(kind.slice(0, -1), request.params.key);
      return reply.type('application/json; charset=utf-8').send(document);
    });
  }

  // The second generation of the protocol is not spoken here; its SDKs fall back to the first when told so, and stop
  // for good otherwise (docs/wire/sdk.md, "Falling back").
  for (const path of ['/sdk/poll', '/sdk/stream']) {
    server.get(path, { exposeHeadRoute: false }, async (request, reply) => {
      await environmentOf(request);
      void reply.header('x-ld-fd-fallback', 'true');
      throw new NotFound('endpoint', path);
    });
  }

  for (const path of ['/bulk', '/diagnostic']) {
    server.post(path, async (request, reply) => {
      return receiveEvents(deps, await environmentOf(request), request, reply);
    });
  }
}
