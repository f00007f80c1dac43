import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MemberActor } from '../domain/access/actor.ts';
import { Unauthorized } from '../domain/errors.ts';
import { findSessionCaller, type SessionSecret } from '../operations/sign-in/sessions.ts';
import type { Deps } from '../operations/write.ts';
import { refuseOtherOrigins, type Site } from './site.ts';

/**
 * The member whose cookie a request brings, if it is one of a session. The answer brings a new cookie now and then.
 * @throws Forbidden when a page of others wants something changed
 */
export async function findSignedIn(
  deps: Deps,
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<MemberActor | undefined> {
  const secret = site.session.read(request);
  if (secret === undefined) return undefined;
  refuseOtherOrigins(site, request);
  const caller = await findSessionCaller(deps, secret);
  if (caller?.renewed) keepSession(deps, site, reply, caller.renewed);
  return caller?.actor;
}

/** @throws Unauthorized when nobody is signed in; Forbidden when a page of others wants something changed */
export async function requireSignedIn(
  deps: Deps,
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<MemberActor> {
  const actor = await findSignedIn(deps, site, request, reply);
  if (!actor) throw new Unauthorized('Nobody is signed in');
  return actor;
}

/** Has the browser keep the secret of a session as long as that lasts. */
export function keepSession(
  { clock }: Pick<Deps, 'clock'>,
  site: Site,
  reply: FastifyReply,
  { secret, expiresAt }: SessionSecret,
): void {
  site.session.set(reply, secret, Math.floor((expiresAt - clock.now()) / 1_000));
}
