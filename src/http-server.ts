import type { IncomingMessage } from 'node:http';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { CONNECTION_LIMITS, type ConnectionLimits, listenerOptions, refuseBrokenRequest } from './connections.ts';
import { closeConnections } from './close-connections.ts';
import { SlipwayError } from './domain/errors.ts';
import type { OidcSettings } from './rest/internal/oidc.ts';
import { internalApi } from './rest/internal/server.ts';
import { toApiPath } from './rest/older-paths.ts';
import { restApi } from './rest/server.ts';
import { compileSerializer } from './rest/serialization.ts';
import { createSite } from './rest/site.ts';
import { RateLimiter, type RateLimits } from './rest/rate-limits.ts';
import { statusRoutes } from './rest/status.ts';
import { triggerCalls } from './rest/trigger-calls.ts';
import { sendError } from './rest/errors.ts';
import { EventIntake } from './sdk/event-intake.ts';
import { EventLimiter } from './sdk/event-limiter.ts';
import { type SdkDeps, sdkApi } from './sdk/server.ts';
import { unavailableReason } from './store/unavailable.ts';
import { addSecurityHeaders } from './security-headers.ts';
import type { TlsPair } from './tls.ts';
import type { StoreHealth } from './store-health.ts';
import { readStoreMetrics } from './store-metrics.ts';
import { requestIdOf } from './request-ids.ts';
import { parseTraceParent } from './tracing/trace-parent.ts';
import { traceRequests } from './tracing/trace-requests.ts';
import { NO_TRACER } from './tracing/tracer.ts';
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
    health: StoreHealth;
    baseUrl: string | undefined;
    rateLimits: RateLimits & { readonly events: number };
    oidc: OidcSettings | undefined;
    tls: TlsPair | undefined;
    connectionLimits?: ConnectionLimits | undefined;
  },
): Promise<FastifyInstance> {
  const eventLimiter = new EventLimiter(given.clock, given.rateLimits.events);
  const eventIntake = new EventIntake(given);
  const limiter = new RateLimiter(given.clock, given.rateLimits);
  const site = createSite(given.baseUrl, given.tls !== undefined);
  const deps = { ...given, eventIntake, eventLimiter, limiter, site };
  const server = Fastify({
    loggerInstance: deps.logger,
    bodyLimit: BODY_LIMIT,
    // Proxies send on connections that they keep open until they hear that these are closed.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    childLoggerFactory: (logger, bindings, options, request) => {
      const traceId = parseTraceParent(request.headers.traceparent)?.traceId;
      return logger.child({ ...bindings, ...(traceId !== undefined && { traceId }) }, options);
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    ...listenerOptions(given.connectionLimits ?? CONNECTION_LIMITS, given.tls),
    clientErrorHandler: (error, socket) => refuseBrokenRequest(deps.logger, error, socket),
    frameworkErrors: (error, request, reply) => {
      addSecurityHeaders(reply.raw, deps.site.isSecure);
      sendError(error, request, reply);
    },
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
  server.addHook('onRequest', async (_request, reply) => addSecurityHeaders(reply.raw, deps.site.isSecure));
  observe(server, deps);
  closeConnections(server);
  if (deps.tracer !== NO_TRACER) traceRequests(server, deps.tracer);
  operationalRoutes(server, deps);
  statusRoutes(server, { deps, site: deps.site, limiter }, deps.health);
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
  server.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
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

function operationalRoutes(
  server: FastifyInstance,
  { database, metrics, health, clock }: SdkDeps & { readonly health: StoreHealth },
): void {
  const config = { logLevel: 'warn' as const };
  server.get('/healthz', config, () => ({ status: 'ok' }));
  server.get('/readyz', config, async (_request, reply) => {
    try {
      await database.db.selectFrom('accounts').select('slot').execute();
    } catch (error) {
      return reply.code(503).send({ status: 'store does not answer', reason: unavailableReason(error) });
    }
    const reason = await database.writeTrouble();
    return reason === undefined ? { status: 'ok' } : reply.code(503).send({ status: 'store takes no writes', reason });
  });
  server.get('/metrics', config, async (_request, reply) => {
    await readStoreMetrics(metrics, health, clock);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/** Before routing: afterwards the request is one of the other method. */
function overrideMethod(request: IncomingMessage): void {
  const wanted = request.headers['x-http-method-override']?.toString().toUpperCase();
  if (request.method === 'POST' && wanted !== undefined && TUNNELLED.has(wanted)) request.method = wanted;
}
