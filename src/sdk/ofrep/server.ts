import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isVisible } from '../../domain/evaluation/client-flag.ts';
import { evaluate } from '../../domain/evaluation/evaluate.ts';
import { type OfrepFailure, toOfrep } from '../../domain/evaluation/ofrep.ts';
import { Forbidden } from '../../domain/errors.ts';
import { allowAnyOrigin } from '../client/cors.ts';
import { evaluatorFor, sourceFor } from '../client/evaluate-all.ts';
import { MAX_CONTEXT_BYTES } from '../client/view-request.ts';
import type { Credentials, OpenedEnvironment } from '../credentials.ts';
import { sendTagged } from '../http.ts';
import type { SdkDeps } from '../server.ts';
import { tagged } from '../tagged-body.ts';
import { OfrepError, readOfrepContext } from './context.ts';

/** Registers OpenFeature's remote evaluation protocol (docs/wire/ofrep.md). */
export async function ofrepApi(server: FastifyInstance, deps: SdkDeps, credentials: Credentials): Promise<void> {
  const { db, evaluated } = evaluatorFor(deps, 'ofrep');
  const options = { bodyLimit: MAX_CONTEXT_BYTES };
  allowAnyOrigin(server, ['/ofrep']);
  server.setErrorHandler((error, request, reply) => {
    if (!(error instanceof OfrepError)) throw error;
    const { key } = request.params as { key?: string };
    return reply.code(400).send({ key, errorCode: error.errorCode, errorDetails: error.message });
  });

  const load = async (request: FastifyRequest) => {
    const { environmentId, viewer } = await open(credentials, request);
    const context = readOfrepContext(request.body);
    const state = (await deps.feeds.get(environmentId)).served();
    return { state, viewer, context, source: await sourceFor(db, state, context) };
  };

  server.post<{ Params: { key: string } }>('/ofrep/v1/evaluate/flags/:key', options, async (request, reply) => {
    const { key } = request.params;
    const { state, viewer, context, source } = await load(request);
    const flag = state.flags.get(key);
    if (!flag || !isVisible(flag, viewer)) {
      const errorDetails = 'There is no such flag, or the key that was sent may not see it';
      return reply.code(404).send({ key, errorCode: 'FLAG_NOT_FOUND', errorDetails } satisfies OfrepFailure);
    }
    evaluated(1);
    const answer = toOfrep(flag, evaluate(flag, context, source));
    return reply.code('errorCode' in answer ? 400 : 200).send(answer);
  });

  server.post('/ofrep/v1/evaluate/flags', options, async (request, reply) => {
    const { state, viewer, context, source } = await load(request);
    const flags = [...state.visibleTo(viewer)].map((flag) => toOfrep(flag, evaluate(flag, context, source)));
    evaluated(flags.length);
    return sendTagged(request, reply, tagged(JSON.stringify({ flags })));
  });
}

/** @throws Unauthorized, or Forbidden where contexts must be signed, which the protocol has no place for */
async function open(credentials: Credentials, { headers }: FastifyRequest): Promise<OpenedEnvironment> {
  const opened = await credentials.byAny(headers.authorization ?? headers['x-api-key']?.toString());
  if (opened.isSecured) {
    throw new Forbidden('Expected an SDK key or a mobile key: the environment is in secure mode, got a client-side id');
  }
  return opened;
}
