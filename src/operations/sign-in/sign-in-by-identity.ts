import { SYSTEM } from '../../domain/access/actor.ts';
import type { ClaimedRights } from '../../domain/access/claimed-rights.ts';
import { type Member, requireEmail } from '../../domain/access/member.ts';
import { Forbidden } from '../../domain/errors.ts';
import { jsonEquals } from '../../domain/json.ts';
import { lockAccount } from '../../store/account.ts';
import { findMemberIdByIdentity, type IdentityName, insertIdentity } from '../../store/identities.ts';
import { findMemberByEmail, getMember, insertMember, saveMember } from '../../store/members.ts';
import { deleteLinksOf } from '../../store/one-time-links.ts';
import { resolveCustomRoles } from '../account/references.ts';
import { type Deps, type Write, write } from '../write.ts';
import { openSession, type SignedIn } from './sessions.ts';

/** Somebody that an identity provider has sent. */
export interface Identity extends IdentityName {
  /** Undefined when the provider tells none that it has verified. */
  readonly email: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** What the provider's claims lead to, or what all get; undefined for nothing. */
  readonly rights: ClaimedRights | undefined;
  /** Whether the provider decides on rights at every sign-in, or only of new members. */
  readonly isGoverned: boolean;
}

/**
 * Signs in somebody that an identity provider has sent: the member that they were before, or the one of their e-mail
 * address, or else a new one (docs/signing-in.md, "With an identity provider").
 * @throws Forbidden for those who may not; InvalidRequest when rights name a custom role that is not there
 */
export async function signInByIdentity(deps: Deps, identity: Identity): Promise<SignedIn> {
  return write(deps, SYSTEM, async (write) => {
    await lockAccount(write.tx);
    const memberId = await findMemberIdByIdentity(write.tx, identity);
    const member = memberId === undefined ? await adopt(write, identity) : await getMember(write.tx, memberId);
    return openSession(write, identity.isGoverned ? await govern(write, identity, member) : member);
  });
}

/** The member of an e-mail address, whose invitation is accepted by this, or a new one. */
async function adopt(write: Write, identity: Identity): Promise<Member> {
  if (identity.email === undefined) {
    throw new Forbidden('The identity provider tells no e-mail address that it has verified');
  }
  const email = requireEmail('email', identity.email);
  const found = (await findMemberByEmail(write.tx, email))?.member;
  const member = found ? await accept(write, found) : await addMember(write, identity, email);
  if (!(await insertIdentity(write.tx, identity, { memberId: member.id, now: write.now }))) {
    throw new Forbidden(`${email} is somebody else for the identity provider`);
  }
  return member;
}

async function accept(write: Write, before: Member): Promise<Member> {
  if (!before.isPending) return before;
  const after = { ...before, isPending: false, version: before.version + 1 };
  await saveMember(write.tx, after);
  await deleteLinksOf(write.tx, before.id);
  record(write, { titleVerb: 'accepted the invitation of the member', before, after });
  return after;
}

async function addMember(write: Write, identity: Identity, email: string): Promise<Member> {
  const { firstName, lastName } = identity;
  const member: Member = {
    id: write.ids.objectId(),
    email,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(await rightsOf(write, identity)),
    roleAttributes: {},
    isPending: false,
    createdAt: write.now,
    version: 1,
  };
  await insertMember(write.tx, member, '');
  record(write, { titleVerb: 'added the member', after: member });
  return member;
}

/** Gives a member what the provider tells; nobody takes anything from the owner. */
async function govern(write: Write, identity: Identity, before: Member): Promise<Member> {
  if (before.role === 'owner') return before;
  const rights = await rightsOf(write, identity);
  const { role, customRoleIds } = before;
  if (jsonEquals(rights, { role, customRoleIds })) return before;
  const after = { ...before, ...rights, version: before.version + 1 };
  await saveMember(write.tx, after);
  record(write, { titleVerb: 'changed the roles of the member', before, after });
  return after;
}

async function rightsOf({ tx }: Write, { email, rights }: Identity): Promise<Pick<Member, 'role' | 'customRoleIds'>> {
  if (!rights) throw new Forbidden(`There is no role for ${email ?? 'you'} here; ask an admin for an invitation`);
  const customRoleIds = await resolveCustomRoles(tx, 'SLIPWAY_OIDC_ROLES', rights.customRoleKeys);
  return { role: rights.role, customRoleIds };
}

function record(
  write: Write,
  change: { readonly titleVerb: string; readonly before?: Member; readonly after: Member },
): void {
  const { email } = change.after;
  const description = [`The identity provider ${change.titleVerb} ${email}`];
  write.record({ kind: 'member', name: email, projectId: undefined, accesses: [], description, ...change });
}
