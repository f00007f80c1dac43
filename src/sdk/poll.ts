import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ContentEncoding } from './encodings.ts';
import type { EnvironmentFeed } from './environment-feed.ts';

/** Answers a poll: 304 to who knows the present state of the environment by its ETag, otherwise the body. */
export function sendPoll(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: EnvironmentFeed,
  body: (encoding: ContentEncoding) => Buffer,
): FastifyReply {
  const etag = `"${feed.environmentId}.${feed.payloadVersion}"`;
  void reply.headers({ etag, 'cache-control': 'no-cache', 'x-ld-envid': feed.environmentId });
  if (isKnown(request, etag)) return reply.code(304).send();
  const encoding = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '') ? 'gzip' : 'identity';
  void reply.type('application/json; charset=utf-8').header('vary', 'Accept-Encoding, Authorization');
  if (encoding === 'gzip') void reply.header('content-encoding', 'gzip');
  return reply.send(body(encoding));
}

function isKnown(request: FastifyRequest, etag: string): boolean {
  return (
    request.headers['if-none-match']?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag) ??
    false
  );
}
