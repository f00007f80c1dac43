import { Type } from 'typebox';
import type { Role } from '../../domain/access/policy.ts';
import { signOut } from '../../operations/sign-in/sessions.ts';
import { signIn } from '../../operations/sign-in/sign-in.ts';
import { MemberSummary } from '../../wire/rest/common.ts';
import { SessionRole, SignInOptions, SignInPost } from '../../wire/rest/sign-in.ts';
import type { RestApp } from '../app.ts';
import { toStatementRep } from '../representations/access.ts';
import { toMemberSummary } from '../representations/member.ts';
import { keepSession, requireSignedIn } from '../signed-in.ts';
import type { InternalDeps } from './server.ts';

function toSessionRole({ name, basePermissions, policy }: Role): SessionRole {
  return { ...(name !== undefined && { name }), basePermissions, policy: policy.map(toStatementRep) };
}

/** Ways to sign in, signing in with a password, who is signed in and what they may do, signing out. */
export function sessionRoutes(app: RestApp, deps: InternalDeps): void {
  const { site } = deps;

  app.get('/sign-in-options', { schema: { summary: 'Ways to sign in', response: { 200: SignInOptions } } }, () => ({
    password: true,
    identityProvider: deps.oidc !== undefined,
  }));

  app.post(
    '/session',
    { schema: { summary: 'Sign in', body: SignInPost, response: { 200: MemberSummary } } },
    async ({ body, ip }, reply) => {
      const { member, session } = await signIn(deps, { ...body, address: ip });
      keepSession(deps, site, reply, session);
      return toMemberSummary(member);
    },
  );

  app.get(
    '/session',
    { schema: { summary: 'Who is signed in', response: { 200: MemberSummary } } },
    async (request, reply) => toMemberSummary((await requireSignedIn(deps, site, request, reply)).member),
  );

  app.get(
    '/session/rights',
    {
      schema: {
        summary: 'What whoever is signed in may do',
        response: { 200: Type.Object({ roles: Type.Array(SessionRole) }) },
      },
    },
    async (request, reply) => {
      const { authorities } = await requireSignedIn(deps, site, request, reply);
      return { roles: authorities.flat().map(toSessionRole) };
    },
  );

  app.delete(
    '/session',
    { schema: { summary: 'Sign out', response: { 204: Type.Null() } } },
    async (request, reply) => {
      const secret = site.session.read(request);
      if (secret !== undefined) await signOut(deps, secret);
      site.session.clear(reply);
      return reply.code(204).send(null);
    },
  );
}
