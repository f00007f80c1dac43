import { SYSTEM } from '../../domain/access/actor.ts';
import { requirePassword } from '../../domain/access/member.ts';
import { requireName } from '../../domain/naming.ts';
import { getMember, saveMember, savePasswordHash } from '../../store/members.ts';
import { deleteLinksOf } from '../../store/one-time-links.ts';
import { actAsMember } from '../account/callers.ts';
import { queueMail } from '../mail/queue-mail.ts';
import { hashPassword } from '../passwords.ts';
import { type Deps, type Write, write } from '../write.ts';
import { createLink, requireOpenLink, useLink } from './one-time-links.ts';
import { openSession, type SignedIn } from './sessions.ts';

const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Makes a link with which a member accepts their invitation, in place of an earlier one, and has it sent to them.
 * @throws NotFound
 */
export async function createInvitationLink(write: Write, memberId: string): Promise<void> {
  const { email } = await getMember(write.tx, memberId);
  const expiresAt = write.now + INVITATION_MS;
  const secret = await createLink(write, { purpose: 'invitation', memberId, expiresAt });
  await queueMail(write, {
    recipient: email,
    subject: 'You are invited to Slipway',
    body: [
      `You are invited to Slipway at ${write.publicUrl}.`,
      'To accept, and to choose a password, open within a week:',
      `${write.publicUrl}/accept-invitation#${secret}`,
    ].join('\n\n'),
    expiresAt,
  });
}

export interface AcceptInvitation {
  readonly secret: string;
  readonly password: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/**
 * Makes a member of somebody who was invited, and signs them in.
 * @throws InvalidRequest naming the bad field, also for a link that does not work
 */
export async function acceptInvitation(deps: Deps, request: AcceptInvitation): Promise<SignedIn> {
  const { secret, firstName, lastName } = request;
  requirePassword('password', request.password);
  const names = {
    ...(firstName !== undefined && { firstName: requireName('firstName', firstName) }),
    ...(lastName !== undefined && { lastName: requireName('lastName', lastName) }),
  };
  await requireOpenLink(deps, 'invitation', secret);
  const passwordHash = await hashPassword(request.password);
  return write(deps, SYSTEM, async (write) => {
    const before = await getMember(write.tx, await useLink(write, 'invitation', secret));
    const member = { ...before, ...names, isPending: false, version: before.version + 1 };
    await saveMember(write.tx, member);
    await savePasswordHash(write.tx, member.id, passwordHash);
    await deleteLinksOf(write.tx, member.id);
    write.record(
      {
        kind: 'member',
        name: member.email,
        projectId: undefined,
        accesses: [],
        titleVerb: 'accepted the invitation',
        description: [`${member.email} accepted the invitation`],
        before,
        after: member,
      },
      await actAsMember(write.tx, member, { kind: 'link', id: 'invitation' }),
    );
    return openSession(write, member);
  });
}
