import type { FastifyInstance } from 'fastify';
import type { Json } from '../domain/json.ts';
import { fireTrigger } from '../operations/triggers.ts';
import type { Deps } from '../operations/write.ts';

/** Largest body that a trigger remembers, in bytes. */
const BODY_LIMIT = 16 * 1024;

/**
 * Registers the secret addresses of flag triggers, which need no credential beside. What comes in the body is remembered
 * when it is JSON, and passed over otherwise.
 */
export async function triggerCalls(server: FastifyInstance, deps: Deps): Promise<void> {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, parse(String(body))),
  );
  server.post<{ Params: { id: string; secret: string }; Body: Json | undefined }>(
    '/webhook/triggers/:id/:secret',
    async ({ params, body }, reply) => {
      await fireTrigger(deps, { ...params, body: body ?? {} });
      return reply.send({ status: 'ok' });
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
