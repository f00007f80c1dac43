import type { FastifyRequest } from 'fastify';
import type { Caller } from '../domain/access/actor.ts';
import { authorizeReading, canView, seesAllProjects } from '../domain/access/can.ts';
import { NotFound, Unauthorized } from '../domain/errors.ts';
import { findTokenCaller } from '../operations/account/callers.ts';
import type { Deps } from '../operations/write.ts';
import { getProject } from '../store/projects.ts';
import { type ApiVersion, parseApiVersion, requireBeta } from './api-version.ts';
import type { RateLimiter } from './rate-limits.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set before any handler of the API runs. */
    actor: Caller;
    apiVersion: ApiVersion;
  }
  interface FastifyContextConfig {
    /** Resources that only requests with `LD-API-Version: beta` may use. */
    isBeta?: boolean;
  }
}

/**
 * Finds out who calls.
 * @throws Unauthorized; Forbidden for those who may see nothing; RateLimited
 */
export async function identify(deps: Deps, limiter: RateLimiter, request: FastifyRequest): Promise<void> {
  const secret = parseCredential(request.headers.authorization);
  const actor = secret === undefined ? undefined : await findTokenCaller(deps, secret);
  if (!actor) {
    limiter.countFailure(request.ip);
    throw new Unauthorized();
  }
  authorizeReading(actor);
  request.actor = actor;
}

/**
 * Finds out which version of the API a known caller wants: 403 for beta resources comes before 400.
 * @throws Forbidden, InvalidRequest
 */
export function checkVersion(request: FastifyRequest): void {
  const { actor } = request;
  const version = request.headers['ld-api-version'];
  if (request.routeOptions.config.isBeta) requireBeta(version);
  request.apiVersion = parseApiVersion(version, actor.kind === 'token' ? actor.defaultApiVersion : undefined);
}

/** What requests are counted by: the token, or the member who is signed in. */
export function callerId(actor: Caller): string {
  return actor.kind === 'token' ? actor.tokenId : actor.member.id;
}

/**
 * A project that the caller may not view does not exist for them, with all that is in it.
 * @throws NotFound
 */
export async function requireVisibleProject({ database }: Deps, request: FastifyRequest): Promise<void> {
  const { projectKey } = request.params as { readonly projectKey?: string };
  if (projectKey === undefined || seesAllProjects(request.actor)) return;
  const project = await getProject(database.db, projectKey);
  if (!canView(request.actor, project)) throw new NotFound('project', projectKey);
}

/** The bare secret of an Authorization header; any scheme word before it, `Bearer` or `api_key`, is passed over. */
function parseCredential(header: string | undefined): string | undefined {
  return header?.trim().split(/\s+/).at(-1) || undefined;
}
