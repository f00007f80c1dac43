import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ContentEncoding } from './encodings.ts';
import type { TaggedBody } from './tagged-body.ts';

const compress = promisify<string, Buffer>(gzip);

/** Bodies below this are sent as they are: they would hardly get smaller. */
const MIN_COMPRESSED_LENGTH = 1_024;

/** Whether the caller already has what the tag stands for. */
export function isKnown(request: FastifyRequest, etag: string): boolean {
  return (
    request.headers['if-none-match']?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag) ??
    false
  );
}

/** The best encoding that the caller understands. */
export function encodingOf(request: FastifyRequest): ContentEncoding {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '') ? 'gzip' : 'identity';
}

/** Answers JSON that is encoded already. */
export function sendJson(reply: FastifyReply, encoding: ContentEncoding, body: Buffer | string): FastifyReply {
  void reply.type('application/json; charset=utf-8').header('vary', 'Accept-Encoding, Authorization');
  if (encoding === 'gzip') void reply.header('content-encoding', 'gzip');
  return reply.send(body);
}

/** Answers JSON with its tag, or that the caller has it already. */
export async function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, tag }: TaggedBody,
): Promise<FastifyReply> {
  const etag = `"${tag}"`;
  void reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (isKnown(request, etag)) return reply.code(304).send();
  const encoding = text.length < MIN_COMPRESSED_LENGTH ? 'identity' : encodingOf(request);
  return sendJson(reply, encoding, encoding === 'gzip' ? await compress(text) : text);
}

/** Reads JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The last value of a parameter: some SDKs send parameters twice. */
export function lastOf(parameter: string | readonly string[] | undefined): string | undefined {
  return typeof parameter === 'string' ? parameter : parameter?.at(-1);
}
