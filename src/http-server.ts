import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { SlipwayError } from './domain/errors.ts';
import type { OidcSettings } from './rest/internal/oidc.ts';
import { internalApi } from './rest/internal/server.ts';
import { toApiPath } from './rest/older-paths.ts';
import { restApi } from './rest/server.ts';
import { compileSerializer } from './rest/serialization.ts';
import { createSite } from './rest/site.ts';
import type { RateLimits } from './rest/rate-limits.ts';
import { triggerCalls } from './rest/trigger-calls.ts';
import { sendError } from './rest/errors.ts';
import { EventIntake } from './sdk/event-intake.ts';
import { EventLimiter } from './sdk/event-limiter.ts';
import { type SdkDeps, sdkApi } from './sdk/server.ts';
import { webPages } from './web-pages.ts';

/** Largest body of the management API, in bytes. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Longest part of a path: a key of 256 characters, each percent-encoded. */
const MAX_PARAM_LENGTH = 3 * 256;

/** Methods that a POST may stand for, for clients behind firewalls that let nothing else through. */
const TUNNELLED = new Set(['DELETE', 'PATCH', 'PUT']);

/** The one HTTP server: health and metrics, the management API, signing in, the SDK endpoints, the pages. */
export async function createHttpServer(
  given: Omit<SdkDeps, 'eventIntake' | 'eventLimiter'> & {
    logger: FastifyBaseLogger;
    baseUrl: string | undefined;
    rateLimits: RateLimits & { readonly events: number };
    oidc: OidcSettings | undefined;
  },
): Promise<FastifyInstance> {
  const eventLimiter = new EventLimiter(given.clock, given.rateLimits.events);
  const eventIntake = new EventIntake(given);
  const deps = { ...given, eventIntake, eventLimiter, site: createSite(given.baseUrl) };
  const server = Fastify({
    loggerInstance: deps.logger,
    bodyLimit: BODY_LIMIT,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: sendError,
    rewriteUrl: (request) => {
      overrideMethod(request);
      return toApiPath(request.url ?? '/');
    },
  });
  server.setSerializerCompiler(compileSerializer);
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request) => {
    throw new SlipwayError(
      'not_found',
      `Invalid resource identifier: nothing is at ${request.method} ${request.url.split('?')[0]}`,
    );
  });
  observe(server, deps);
  operationalRoutes(server, deps);
  await server.register((scope) => restApi(scope, deps), { prefix: '/api/v2' });
  await server.register((scope) => internalApi(scope, deps), { prefix: '/internal' });
  await server.register((scope) => triggerCalls(scope, deps));
  await server.register((scope) => sdkApi(scope, deps));
  await server.register(webPages);
  server.addHook('preClose', async () => {
    deps.feeds.stop();
    deps.autoConfigStreams.stop();
    deps.bigSegmentStreams.stop();
  });
  return server;
}

/** One line and one measurement for each request that has been answered. */
function observe(server: FastifyInstance, { metrics }: SdkDeps): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const durationMs = reply.elapsedTime;
    metrics.httpRequests.observe({ route, method: request.method, status: reply.statusCode }, durationMs / 1000);
    request.log.info(
      { route, method: request.method, status: reply.statusCode, durationMs: Math.round(durationMs) },
      'request answered',
    );
  });
}

function operationalRoutes(server: FastifyInstance, { database, metrics }: SdkDeps): void {
  const config = { logLevel: 'warn' as const };
  server.get('/healthz', config, () => ({ status: 'ok' }));
  server.get('/readyz', config, async (_request, reply) => {
    try {
      await database.db.selectFrom('accounts').select('slot').execute();
      return { status: 'ok' };
    } catch {
      return reply.code(503).send({ status: 'store does not answer' });
    }
  });
  server.get('/metrics', config, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

/** Before routing: afterwards the request is one of the other method. */
function overrideMethod(request: IncomingMessage): void {
  const wanted = request.headers['x-http-method-override']?.toString().toUpperCase();
  if (request.method === 'POST' && wanted !== undefined && TUNNELLED.has(wanted)) request.method = wanted;
}
