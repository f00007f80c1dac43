import type { FastifyRequest } from 'fastify';
import type { TokenActor } from '../domain/access/actor.ts';
import { authorizeReading } from '../domain/access/can.ts';
import { Unauthorized } from '../domain/errors.ts';
import { findCaller } from '../operations/access-tokens.ts';
import type { Db } from '../store/database.ts';
import { type ApiVersion, parseApiVersion, requireBeta } from './api-version.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before any handler of the API runs. */
    actor: TokenActor;
    apiVersion: ApiVersion;
  }
  interface FastifyContextConfig {
    /** Resources that only requests with `LD-API-Version: beta` may use. */
    isBeta?: boolean;
  }
}

/**
 * Finds out who calls and which version of the API they want, in the order 401, 403 for those who may
 * see nothing and for beta resources, 400.
 * @throws Unauthorized, Forbidden, InvalidRequest
 */
export async function authenticate(db: Db, request: FastifyRequest): Promise<void> {
  const secret = parseCredential(request.headers.authorization);
  const actor = secret === undefined ? undefined : await findCaller(db, secret);
  if (!actor) throw new Unauthorized();
  authorizeReading(actor);
  request.actor = actor;
  const version = request.headers['ld-api-version'];
  if (request.routeOptions.config.isBeta) requireBeta(version);
  request.apiVersion = parseApiVersion(version, actor.defaultApiVersion);
}

/** The bare secret of an Authorization header; any scheme word before it, `Bearer` or `api_key`, is passed over. */
function parseCredential(header: string | undefined): string | undefined {
  return header?.trim().split(/\s+/).at(-1) || undefined;
}
