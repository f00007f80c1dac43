import type { FastifyInstance } from 'fastify';

/** What web pages of any origin may send and read. No cookies are used, so no origin need be told from another. */
const ORIGIN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Date, ETag, X-LD-EnvID' };
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, REPORT, OPTIONS',
  'access-control-allow-headers': [
    'Accept',
    'Accept-Encoding',
    'Authorization',
    'Cache-Control',
    'Content-Encoding',
    'Content-Length',
    'Content-Type',
    'If-None-Match',
    'X-API-Key',
    'X-LaunchDarkly-Event-Schema',
    'X-LaunchDarkly-Payload-ID',
    'X-LaunchDarkly-Tags',
    'X-LaunchDarkly-User-Agent',
    'X-LaunchDarkly-Wrapper',
  ].join(', '),
  'access-control-max-age': '300',
};

/**
 * Lets web pages use the endpoints of this server: on every answer, errors too, since pages could not see their status
 * otherwise.
 * @param paths where browsers may ask first, which is answered before any credential is looked at
 */
export function allowAnyOrigin(server: FastifyInstance, paths: readonly string[]): void {
  server.addHook('onRequest', async (_request, reply) => void reply.headers(ORIGIN));
  for (const path of paths) {
    server.options(`${path}/*`, async (_request, reply) => reply.code(204).headers(PREFLIGHT).send());
  }
}
