import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ContentEncoding } from './encodings.ts';
import type { EnvironmentFeed } from './environment-feed.ts';
import { encodingOf, isKnown, sendJson } from './http.ts';

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
  const encoding = encodingOf(request);
  return sendJson(reply, encoding, body(encoding));
}
