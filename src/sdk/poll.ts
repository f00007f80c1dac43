import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../domain/errors.ts';
import type { ContentEncoding } from './encodings.ts';
import type { EnvironmentFeed } from './environment-feed.ts';
import { encodingOf, isKnown, sendJson } from './http.ts';
import { membersOf } from './members.ts';

/** Answers a poll: 304 to who knows the present state of the environment by its ETag, otherwise the body. */
export function sendPoll(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: EnvironmentFeed,
  body: (encoding: ContentEncoding) => Buffer,
): FastifyReply {
  const etag = `"${feed.environmentId}.${feed.payloadVersion}"`;
  void reply.headers({ etag, 'x-ld-envid': feed.environmentId });
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
  if (isKnown(request, etag)) return reply.code(304).send();
  const encoding = encodingOf(request);
  return sendJson(reply, encoding, body(encoding));
}

/** Answers with the flag or segment whose key is in the path. @throws NotFound */
export function sendItem(
  request: FastifyRequest,
  reply: FastifyReply,
  feed: EnvironmentFeed,
  kind: 'flags' | 'segments',
): FastifyReply {
  const key = String(membersOf(request.params)['key']);
  const document = feed.find(kind, key);
  if (document === undefined) throw new NotFound(kind.slice(0, -1), key);
  return reply.type('application/json; charset=utf-8').send(document);
}
