import { createHash } from 'node:crypto';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodingOf, isKnown, sendJson } from '../http.ts';
import type { SdkDeps } from '../server.ts';
import { evaluateAll } from './evaluate-all.ts';
import type { ReadViewRequest } from './view-request.ts';

const compress = promisify<string, Buffer>(gzip);

/** Bodies below this are sent as they are: they would hardly get smaller. */
const MIN_COMPRESSED_LENGTH = 1_024;

/**
 * Registers the polls below a path: with the context in the path, or in the body of a REPORT. Users are what older SDKs
 * call contexts.
 */
export function pollRoutes(server: FastifyInstance, deps: SdkDeps, path: string, readView: ReadViewRequest): void {
  const poll = async (request: FastifyRequest, reply: FastifyReply) => {
    const { environmentId, view } = await readView(request);
    const state = (await deps.feeds.get(environmentId)).served();
    const flags = await evaluateAll(deps.database.db, state, view, state.visibleTo(view.audience));
    return sendTagged(request, reply, JSON.stringify(Object.fromEntries(flags)));
  };
  server.get(`${path}/contexts/*`, poll);
  server.get(`${path}/users/*`, poll);
  server.route({ method: 'REPORT', url: `${path}/context`, handler: poll });
  server.route({ method: 'REPORT', url: `${path}/user`, handler: poll });
}

/** Answers JSON with a tag made of all of it, or that the caller has it already. */
export async function sendTagged(request: FastifyRequest, reply: FastifyReply, body: string): Promise<FastifyReply> {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  void reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (isKnown(request, etag)) return reply.code(304).send();
  const encoding = body.length < MIN_COMPRESSED_LENGTH ? 'identity' : encodingOf(request);
  return sendJson(reply, encoding, encoding === 'gzip' ? await compress(body) : body);
}
