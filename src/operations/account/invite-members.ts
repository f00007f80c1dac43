import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import {
  GIVEN_ROLES,
  type Member,
  readRoleAttributes,
  requireEmail,
  requirePassword,
} from '../../domain/access/member.ts';
import { specifier } from '../../domain/access/resource.ts';
import { InvalidRequest, TakenEmails } from '../../domain/errors.ts';
import { Fields, oneOf } from '../../domain/fields.ts';
import { requireName } from '../../domain/naming.ts';
import { lockAccount } from '../../store/account.ts';
import { findMemberByEmail, insertMember } from '../../store/members.ts';
import { hashPassword } from '../passwords.ts';
import { createInvitationLink } from '../sign-in/invitations.ts';
import { type Deps, type Write, write } from '../write.ts';
import { refuseAdminByOthers, requireTeams, resolveCustomRoles } from './references.ts';
import { addToTeams } from './teams.ts';

const MAX_AT_ONCE = 50;

/**
 * Makes members, all or none: invited ones, and such that get a password right away.
 * @param request `members` as the request has them, each an object
 * @throws InvalidRequest naming the member and field, Forbidden, TakenEmails
 */
export async function inviteMembers(
  deps: Deps,
  request: { readonly actor: Caller; readonly members: readonly unknown[] },
): Promise<readonly Member[]> {
  const { actor, members } = request;
  if (members.length === 0 || members.length > MAX_AT_ONCE) {
    throw new InvalidRequest(`body: expected an array of 1 to ${MAX_AT_ONCE} members, got ${members.length}`);
  }
  const wanted = members.map((member, index) => readInvitation(new Fields(member, `[${index}].`)));
  const hashes = await Promise.all(wanted.map(async ({ password }) => (password ? hashPassword(password) : '')));
  return write(deps, actor, async (write) => {
    await lockAccount(write.tx);
    const accesses = accessesTo(specifier.inAccount('member', { key: '*' }), ['createMember']);
    authorize(actor, accesses);
    for (const { role } of wanted) refuseAdminByOthers(actor, role);
    await refuseTaken(
      write,
      wanted.map(({ email }) => email),
    );
    const made: Member[] = [];
    for (const [index, one] of wanted.entries()) made.push(await addMember(write, one, hashes[index] ?? ''));
    return made;
  });
}

type Invitation = ReturnType<typeof readInvitation>;

function readInvitation(fields: Fields) {
  const role = fields.optional('role', oneOf(GIVEN_ROLES));
  const customRoles = fields.optional('customRoles', fields.strings) ?? [];
  if (role === undefined && customRoles.length === 0) {
    fields.fail('role', `one of ${GIVEN_ROLES.join(', ')}, or customRoles`);
  }
  const name = (field: string) => fields.optional(field, fields.string);
  const [firstName, lastName] = [name('firstName'), name('lastName')];
  const password = name('password');
  if (password !== undefined) requirePassword(fields.path('password'), password);
  return {
    email: requireEmail(fields.path('email'), fields.string('email')),
    role: role ?? ('no_access' as const),
    customRoles,
    customRolesField: fields.path('customRoles'),
    ...(firstName !== undefined && { firstName: requireName(fields.path('firstName'), firstName) }),
    ...(lastName !== undefined && { lastName: requireName(fields.path('lastName'), lastName) }),
    roleAttributes: readRoleAttributes(fields, 'roleAttributes') ?? {},
    teamKeys: fields.optional('teamKeys', fields.strings) ?? [],
    teamKeysField: fields.path('teamKeys'),
    password,
  };
}

/** @throws TakenEmails naming addresses that are there twice, or already */
async function refuseTaken({ tx }: Write, emails: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  const repeated = emails.filter((email) => seen.size === seen.add(email.toLowerCase()).size);
  if (repeated.length > 0) throw new TakenEmails('duplicate_emails', repeated);
  const taken: string[] = [];
  for (const email of emails) if (await findMemberByEmail(tx, email)) taken.push(email);
  if (taken.length > 0) throw new TakenEmails('email_already_exists_in_account', taken);
}

async function addMember(write: Write, wanted: Invitation, passwordHash: string): Promise<Member> {
  const { customRoles, customRolesField, teamKeys, teamKeysField, password: _password, ...rest } = wanted;
  await requireTeams(write.tx, teamKeysField, teamKeys);
  const member: Member = {
    ...rest,
    id: write.ids.objectId(),
    customRoleIds: await resolveCustomRoles(write.tx, customRolesField, customRoles),
    isPending: passwordHash === '',
    createdAt: write.now,
    version: 1,
  };
  await insertMember(write.tx, member, passwordHash);
  write.record({
    kind: 'member',
    name: member.email,
    projectId: undefined,
    accesses: accessesTo(specifier.inAccount('member', { key: member.id }), ['createMember']),
    titleVerb: member.isPending ? 'invited the member' : 'created the member',
    description: [`Invited ${member.email} as ${customRoles.join(', ') || member.role}`],
    after: member,
  });
  await addToTeams(write, teamKeys, [member.id]);
  if (member.isPending) await createInvitationLink(write, member.id);
  return member;
}
