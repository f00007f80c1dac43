import type { FastifyReply, FastifyRequest } from 'fastify';

/** How a body may be encoded. */
export type Encoding = 'identity' | 'gzip';

/** Whether the caller already has what the tag stands for. */
export function isKnown(request: FastifyRequest, etag: string): boolean {
  return (
    request.headers['if-none-match']?.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag) ??
    false
  );
}

/** The best encoding that the caller understands. */
export function encodingOf(request: FastifyRequest): Encoding {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '') ? 'gzip' : 'identity';
}

/** Answers JSON that is encoded already. */
export function sendJson(reply: FastifyReply, encoding: Encoding, body: Buffer | string): FastifyReply {
  void reply.type('application/json; charset=utf-8').header('vary', 'Accept-Encoding, Authorization');
  if (encoding === 'gzip') void reply.header('content-encoding', 'gzip');
  return reply.send(body);
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
