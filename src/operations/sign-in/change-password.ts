import { type MemberActor, SYSTEM } from '../../domain/access/actor.ts';
import { type Member, requirePassword } from '../../domain/access/member.ts';
import { InvalidRequest, RateLimited } from '../../domain/errors.ts';
import { findMemberByEmail, getMember, getPasswordHashForUpdate, savePasswordHash } from '../../store/members.ts';
import { deleteLinksOf } from '../../store/one-time-links.ts';
import { deleteSessionsOf } from '../../store/sessions.ts';
import { actAsMember } from '../account/callers.ts';
import { queueMail } from '../mail/queue-mail.ts';
import { hashPassword, verifyPassword } from '../passwords.ts';
import { type Deps, type Write, write } from '../write.ts';
import { createInvitationLink } from './invitations.ts';
import { createLink, requireOpenLink, useLink } from './one-time-links.ts';
import { countAttempt, forgiveAttempt, forgiveEmail, type Trier } from './throttle.ts';

const RESET_MS = 60 * 60 * 1000;

export interface ChangePassword {
  readonly actor: MemberActor;
  /** Where the request comes from. */
  readonly address: string;
  readonly oldPassword: string;
  readonly newPassword: string;
}

/**
 * Changes the password of the member who is signed in. Their other sessions end.
 * @throws InvalidRequest for a wrong old password, or a new one that is none; RateLimited after too many failures
 */
export async function changePassword(deps: Deps, request: ChangePassword): Promise<void> {
  const { actor, address, oldPassword, newPassword } = request;
  const { id, email } = actor.member;
  const trier = { email, address };
  requirePassword('newPassword', newPassword);
  const stored = await write(deps, actor, async (write) => {
    await countAttempt(write, 'sign-in', trier);
    return getPasswordHashForUpdate(write.tx, id);
  });
  if (!(await verifyPassword(oldPassword, stored))) throw wrongOldPassword();
  const passwordHash = await hashPassword(newPassword);
  await write(deps, actor, async (write) => {
    if ((await getPasswordHashForUpdate(write.tx, id)) !== stored) throw wrongOldPassword();
    await forgiveAttempt(write, trier);
    await storePassword(write, await getMember(write.tx, id), passwordHash);
    await deleteSessionsOf(write.tx, id, actor.through.id);
    write.record(passwordChange(email, 'changed their password'));
  });
}

const wrongOldPassword = () => new InvalidRequest('oldPassword: expected your present password, got another one');

/**
 * Has a link for a new password sent to a member, or a new invitation to one whose invitation is open. Does nothing for
 * unknown addresses, or when there were too many requests: it is not told who is a member.
 */
export async function requestPasswordReset(deps: Deps, request: Trier): Promise<void> {
  try {
    await write(deps, SYSTEM, async (write) => {
      await countAttempt(write, 'reset', request);
      const found = await findMemberByEmail(write.tx, request.email);
      if (found?.member.isPending) await createInvitationLink(write, found.member.id);
      else if (found) await createResetLink(write, found.member);
    });
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
  }
}

async function createResetLink(write: Write, { id: memberId, email }: Member): Promise<void> {
  const expiresAt = write.now + RESET_MS;
  const secret = await createLink(write, { purpose: 'password-reset', memberId, expiresAt });
  await queueMail(write, {
    recipient: email,
    subject: 'A new password for Slipway',
    body: [
      `Somebody, hopefully you, has asked for a new password for Slipway at ${write.publicUrl}.`,
      'To choose one, open within an hour:',
      `${write.publicUrl}/reset-password#${secret}`,
      'If it was not you, nothing needs to be done.',
    ].join('\n\n'),
    expiresAt,
  });
}

/**
 * Gives a member another password by a link that was sent to them. All their sessions and other links end.
 * @throws InvalidRequest for a link that does not work, or a password that is none
 */
export async function resetPassword(
  deps: Deps,
  { secret, password }: { readonly secret: string; readonly password: string },
): Promise<void> {
  requirePassword('password', password);
  await requireOpenLink(deps, 'password-reset', secret);
  const passwordHash = await hashPassword(password);
  await write(deps, SYSTEM, async (write) => {
    const member = await getMember(write.tx, await useLink(write, 'password-reset', secret));
    await storePassword(write, member, passwordHash);
    await deleteSessionsOf(write.tx, member.id);
    await forgiveEmail(write, member.email);
    const actor = await actAsMember(write.tx, member, { kind: 'link', id: 'password-reset' });
    write.record(passwordChange(member.email, 'reset their password'), actor);
  });
}

/** Stores a password, and lets no link for another one work on. */
async function storePassword({ tx }: Write, { id }: Member, passwordHash: string): Promise<void> {
  await savePasswordHash(tx, id, passwordHash);
  await deleteLinksOf(tx, id);
}

function passwordChange(email: string, titleVerb: string) {
  return {
    kind: 'member',
    name: email,
    projectId: undefined,
    accesses: [],
    titleVerb,
    description: [`${email} ${titleVerb}`],
  } as const;
}
