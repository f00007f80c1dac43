import type { BaseRole, MemberSummary } from '../domain/access/actor.ts';
import type { Member } from '../domain/access/member.ts';
import { NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { MembersTable } from './tables.ts';

type MemberDocument = Pick<Member, 'customRoleIds' | 'roleAttributes' | 'isPending'>;
const EMPTY: MemberDocument = { customRoleIds: [], roleAttributes: {}, isPending: false };

/** The members with these ids, by id; unknown ones are missing. */
export async function findMembers(db: Db, memberIds: readonly string[]): Promise<ReadonlyMap<string, MemberSummary>> {
  if (memberIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('members')
    .select(['id', 'email', 'role', 'first_name', 'last_name'])
    .where('id', 'in', [...new Set(memberIds)])
    .execute();
  return new Map(rows.map((row) => [row.id, toSummary(row)]));
}

/** All members, oldest first. */
export async function listMembers(db: Db): Promise<readonly Member[]> {
  const rows = await db.selectFrom('members').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(toMember);
}

/** The members with these ids, oldest first; unknown ones are missing. */
export async function listMembersWithIds(db: Db, memberIds: readonly string[]): Promise<readonly Member[]> {
  if (memberIds.length === 0) return [];
  const members = db.selectFrom('members').selectAll();
  const rows = await members.where('id', 'in', memberIds).orderBy('created_at').orderBy('id').execute();
  return rows.map(toMember);
}

/** @throws NotFound */
export async function getMember(db: Db, id: string): Promise<Member> {
  const row = await db.selectFrom('members').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new NotFound('member', id);
  return toMember(row);
}

/** A member by address, in whatever case, with the hash of the password; empty when there is none. */
export async function findMemberByEmail(
  db: Db,
  email: string,
): Promise<{ readonly member: Member; readonly passwordHash: string } | undefined> {
  const row = await db
    .selectFrom('members')
    .selectAll()
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst();
  return row && { member: toMember(row), passwordHash: row.password_hash };
}

/** @param passwordHash empty for a member who has no password yet */
export async function insertMember(tx: Tx, member: Member, passwordHash: string): Promise<void> {
  await tx
    .insertInto('members')
    .values({ ...toRow(member), password_hash: passwordHash })
    .execute();
}

/** Stores a member over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveMember(tx: Tx, member: Member): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('members')
    .set(toRow(member))
    .where('id', '=', member.id)
    .where('version', '=', member.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/**
 * The hash of a member's password, which nobody else changes until the transaction ends; empty when there is none.
 * @throws NotFound
 */
export async function getPasswordHashForUpdate(tx: Tx, memberId: string): Promise<string> {
  const row = await tx
    .updateTable('members')
    .set((set) => ({ id: set.ref('id') }))
    .where('id', '=', memberId)
    .returning('password_hash')
    .executeTakeFirst();
  if (!row) throw new NotFound('member', memberId);
  return row.password_hash;
}

export async function savePasswordHash(tx: Tx, memberId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('members').set({ password_hash: passwordHash }).where('id', '=', memberId).execute();
}

/** Remembers that a member was there, by a session or a token. */
export async function saveLastSeen(tx: Tx, memberId: string, at: number): Promise<void> {
  await tx.updateTable('members').set({ last_seen_at: at }).where('id', '=', memberId).execute();
}

export async function deleteMember(tx: Tx, memberId: string): Promise<void> {
  await tx.deleteFrom('members').where('id', '=', memberId).execute();
}

function toRow(member: Member): Omit<MembersTable, 'password_hash' | 'last_seen_at'> {
  const { id, email, role, firstName, lastName, createdAt, version, customRoleIds, roleAttributes, isPending } = member;
  return {
    id,
    email,
    role,
    first_name: firstName ?? null,
    last_name: lastName ?? null,
    created_at: createdAt,
    version,
    document: JSON.stringify({ customRoleIds, roleAttributes, isPending } satisfies MemberDocument),
  };
}

/** A member from its row. */
export function toMember(row: MembersTable): Member {
  return {
    ...EMPTY,
    ...(JSON.parse(row.document) as Partial<MemberDocument>),
    ...toSummary(row),
    createdAt: row.created_at,
    version: row.version,
    ...(row.last_seen_at !== null && { lastSeenAt: row.last_seen_at }),
  };
}

function toSummary(row: Pick<MembersTable, 'id' | 'email' | 'role' | 'first_name' | 'last_name'>): MemberSummary {
  return {
    id: row.id,
    email: row.email,
    role: row.role as BaseRole,
    ...(row.first_name !== null && { firstName: row.first_name }),
    ...(row.last_name !== null && { lastName: row.last_name }),
  };
}
