import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseTraceParent } from './trace-parent.ts';
import type { RequestSpan, Tracer } from './tracer.ts';

/** What is asked every few seconds, and says nothing of anybody's work. */
const UNTRACED: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics', '/status']);

/** Has each request stand in traces, as part of the sender's if it says so. That of a stream lasts as long as the stream. */
export function traceRequests(server: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  server.addHook('onRequest', (request, reply, done) => {
    const { method, headers, routeOptions } = request;
    const route = routeOptions.url ?? 'unknown';
    const span = UNTRACED.has(route)
      ? undefined
      : tracer.request(
          `${method} ${route}`,
          { 'http.request.method': method, 'http.route': route },
          parseTraceParent(headers.traceparent),
        );
    if (!span) return done();
    spans.set(request, span);
    reply.raw.once('close', () => span.end(reply.raw.statusCode));
    if (headers.traceparent === undefined) request.log = reply.log = request.log.child({ traceId: span.traceId });
    span.run(done);
  });
  // A body arrives in events of its socket, which know nothing of the request.
  server.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
}
