import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { SlipwayError } from './domain/errors.ts';

/** Where the build leaves the pages. */
const BUILT = join(import.meta.dirname, '../dist/web');

const ONE_YEAR_S = 365 * 24 * 60 * 60;

/** What people may open or reload; which page it is, the script in the browser finds out. */
const PAGE_PATHS = [
  '/',
  '/sign-in',
  '/forgot-password',
  '/reset-password',
  '/accept-invitation',
  '/approvals',
  '/approvals/:id',
  '/audit-log',
  '/settings',
  '/settings/*',
  '/projects',
  '/projects/*',
  // Links in answers of the API (`_site`).
  '/experiments/metrics/:metricKey/edit',
  '/:projectKey/:environmentKey/features/:flagKey',
  '/:projectKey/:environmentKey/contexts/:kind/:key',
  '/:projectKey/:environmentKey/context-instances/:id',
];

/** Everything from this host, nothing inline, no frames. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The pages for people (docs/web.md). Files with hashed names never change and are kept by browsers for good; the one
 * document that names them is asked for each time, and answered with 304 while it is the same.
 */
export async function webPages(server: FastifyInstance): Promise<void> {
  await server.register(fastifyStatic, {
    root: join(BUILT, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: ONE_YEAR_S * 1000,
    index: false,
    setHeaders: (response) => void response.header('x-content-type-options', 'nosniff'),
    suppressWarning: true,
    logLevel: 'warn',
  });
  for (const path of PAGE_PATHS) {
    server.get(path, { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) => sendPage(reply));
  }
}

/** @throws SlipwayError when there are no pages, as after a start without the set-up script */
function sendPage(reply: FastifyReply): FastifyReply {
  if (!existsSync(join(BUILT, 'index.html'))) {
    throw new SlipwayError('not_found', 'The pages have not been built; npm start builds them');
  }
  void reply.headers({
    'cache-control': 'no-cache',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
  return reply.sendFile('index.html', BUILT, { cacheControl: false });
}
