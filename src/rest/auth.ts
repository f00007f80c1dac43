import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../domain/access/actor.ts';
import { authorizeReading, canView, seesAllProjects } from '../domain/access/can.ts';
import { NotFound, Unauthorized } from '../domain/errors.ts';
import { findTokenCaller } from '../operations/account/callers.ts';
import type { Deps } from '../operations/write.ts';
import { getProject } from '../store/projects.ts';
import { type ApiVersion, parseApiVersion, requireBeta } from './api-version.ts';
import type { RateLimiter } from './rate-limits.ts';
import { findSignedIn } from './signed-in.ts';
import type { Site } from './site.ts';

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

/** What callers are known by, beside the store. */
export interface Gate {
  readonly deps: Deps;
  readonly site: Site;
  readonly limiter: RateLimiter;
}

/**
 * Finds out who calls: by an access token or, without one, by the cookie of a session.
 * @throws Unauthorized; Forbidden for those who may see nothing, and for cookies sent by pages of others; RateLimited
 */
export async function identify(gate: Gate, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { deps, site, limiter } = gate;
  const { authorization } = request.headers;
  const actor =
    authorization === undefined
      ? await findSignedIn(deps, site, request, reply)
      : await findByCredential(deps, authorization);
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

async function findByCredential(deps: Deps, authorization: string): Promise<Caller | undefined> {
  const secret = parseCredential(authorization);
  return secret === undefined ? undefined : findTokenCaller(deps, secret);
}

/** The bare secret of an Authorization header; any scheme word before it, `Bearer` or `api_key`, is passed over. */
function parseCredential(header: string): string | undefined {
  return header.trim().split(/\s+/).at(-1) || undefined;
}
