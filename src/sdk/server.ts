import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../domain/errors.ts';
import type { Metrics } from '../metrics.ts';
import { ingestEvents } from '../operations/ingest-events.ts';
import type { Deps } from '../operations/write.ts';
import { readContexts } from './contexts.ts';
import { Credentials } from './credentials.ts';
import { readEvaluationCounts } from './evaluation-counts.ts';
import { readApplicationId, readEvaluations } from './evaluations.ts';
import { countEvents, decompress, MAX_BATCH_BYTES, parseEvents } from './events.ts';
import { EventLimiter } from './event-limiter.ts';
import type { Feeds } from './feeds.ts';
import { streamFeed } from './stream.ts';

/** What the SDK endpoints stand on. */
export interface SdkDeps extends Deps {
  readonly feeds: Feeds;
  readonly metrics: Metrics;
  /** Events of an environment in ten seconds; 0 for any number. */
  readonly rateLimits: { readonly events: number };
}

/** Registers the endpoints of server-side SDKs, at the root (docs/endpoints.md). */
export async function sdkApi(server: FastifyInstance, deps: SdkDeps): Promise<void> {
  const { feeds, metrics } = deps;
  const credentials = new Credentials(deps.database, deps.clock);
  const limiter = new EventLimiter(deps.clock, deps.rateLimits.events);
  const environmentOf = (request: FastifyRequest) => credentials.environmentOf(request.headers.authorization);

  server.get('/all', { exposeHeadRoute: false }, async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    reply.hijack();
    await streamFeed(feed, reply.raw, metrics);
  });

  server.get('/sdk/latest-all', async (request, reply) => {
    const feed = await feeds.get(await environmentOf(request));
    const etag = `"${feed.environmentId}.${feed.payloadVersion}"`;
    void reply.headers({ etag, 'cache-control': 'no-cache', 'x-ld-envid': feed.environmentId });
    if (isKnown(request, etag)) return reply.code(304).send();
    return sendJson(request, reply, (encoding) => feed.pollBody(encoding));
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

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BATCH_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  for (const path of ['/bulk', '/diagnostic']) {
    server.post(path, async (request, reply) => {
      const environmentId = await environmentOf(request);
      limiter.requireRoom(environmentId);
      const body = await decompress(request.body as Buffer, request.headers['content-encoding']);
      const events = parseEvents(body);
      limiter.count(environmentId, events.length);
      const countsByKind = countEvents(events);
      const isNew = await ingestEvents(deps, {
        environmentId,
        payloadId: request.headers['x-launchdarkly-payload-id']?.toString(),
        countsByKind,
        evaluations: readEvaluations(events),
        evaluationCounts: readEvaluationCounts(events),
        contexts: readContexts(events),
        applicationId: readApplicationId(request.headers['x-launchdarkly-tags']?.toString()),
      });
      if (isNew) for (const [kind, count] of countsByKind) metrics.events.inc({ kind }, count);
      return reply.code(202).send();
    });
  }
}

function isKnown(request: FastifyRequest, etag: string): boolean {
  return (
    request.headers['if-none-match']?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag) ??
    false
  );
}

function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  body: (encoding: 'identity' | 'gzip') => Buffer,
): FastifyReply {
  const encoding = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '') ? 'gzip' : 'identity';
  void reply.type('application/json; charset=utf-8').header('vary', 'Accept-Encoding, Authorization');
  if (encoding === 'gzip') void reply.header('content-encoding', 'gzip');
  return reply.send(body(encoding));
}
