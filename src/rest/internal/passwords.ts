import { Type } from 'typebox';
import { changePassword, requestPasswordReset, resetPassword } from '../../operations/sign-in/change-password.ts';
import { acceptInvitation } from '../../operations/sign-in/invitations.ts';
import { MemberSummary } from '../../wire/rest/common.ts';
import {
  InvitationAcceptPost,
  PasswordChangePost,
  PasswordResetConfirmPost,
  PasswordResetPost,
} from '../../wire/rest/sign-in.ts';
import type { RestApp } from '../app.ts';
import { toMemberSummary } from '../representations/member.ts';
import { keepSession, requireSignedIn } from '../signed-in.ts';
import type { InternalDeps } from './server.ts';

/** Other passwords, and invitations. */
export function passwordRoutes(app: RestApp, deps: InternalDeps): void {
  const { site } = deps;

  app.post(
    '/password-change',
    { schema: { summary: 'Change the password', body: PasswordChangePost, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const actor = await requireSignedIn(deps, site, request, reply);
      await changePassword(deps, { ...request.body, actor, address: request.ip });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/password-reset',
    {
      schema: {
        summary: 'Have a link for a new password sent',
        body: PasswordResetPost,
        response: { 202: Type.Null() },
      },
    },
    async ({ body, ip }, reply) => {
      await requestPasswordReset(deps, { email: body.email, address: ip });
      return reply.code(202).send(null);
    },
  );

  app.post(
    '/password-reset/confirm',
    { schema: { summary: 'Set a new password', body: PasswordResetConfirmPost, response: { 204: Type.Null() } } },
    async ({ body }, reply) => {
      await resetPassword(deps, body);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/invitations/accept',
    { schema: { summary: 'Accept an invitation', body: InvitationAcceptPost, response: { 200: MemberSummary } } },
    async ({ body }, reply) => {
      const { member, session } = await acceptInvitation(deps, body);
      keepSession(deps, site, reply, session);
      return toMemberSummary(member);
    },
  );
}
