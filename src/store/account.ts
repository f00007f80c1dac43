import type { BaseRole, MemberSummary, TeamSummary, TokenActor } from '../domain/access/actor.ts';
import { weakerRole } from '../domain/access/actor.ts';
import type { Db, Tx } from './database.ts';

/** A member with what it needs to log in. */
export interface NewMember extends MemberSummary {
  readonly passwordHash: string;
  readonly createdAt: number;
}

/** An access token as stored: its secret only as a hash. */
export interface NewAccessToken {
  readonly id: string;
  readonly memberId: string;
  readonly name: string;
  readonly secretHash: string;
  readonly ending: string;
  readonly role: BaseRole;
  readonly isServiceToken: boolean;
  readonly createdAt: number;
}

/** Makes the one account. @returns false when it is there already, made by this process or by another. */
export async function saveAccount(tx: Tx, account: { id: string; createdAt: number }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('accounts')
    .values({ slot: 1, id: account.id, created_at: account.createdAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
}

/** Holds the account until the transaction ends, for changes that depend on all its projects. */
export async function lockAccount(tx: Tx): Promise<void> {
  await tx
    .updateTable('accounts')
    .set((set) => ({ id: set.ref('id') }))
    .execute();
}

/** @throws Error before the first start has made the account. */
export async function getAccountId(db: Db): Promise<string> {
  const row = await db.selectFrom('accounts').select('id').executeTakeFirstOrThrow();
  return row.id;
}

export async function saveMember(tx: Tx, member: NewMember): Promise<void> {
  await tx
    .insertInto('members')
    .values({
      id: member.id,
      email: member.email,
      password_hash: member.passwordHash,
      role: member.role,
      first_name: member.firstName ?? null,
      last_name: member.lastName ?? null,
      created_at: member.createdAt,
    })
    .execute();
}

export async function saveAccessToken(tx: Tx, token: NewAccessToken): Promise<void> {
  await tx
    .insertInto('access_tokens')
    .values({
      id: token.id,
      member_id: token.memberId,
      name: token.name,
      secret_hash: token.secretHash,
      ending: token.ending,
      role: token.role,
      is_service: token.isServiceToken ? 1 : 0,
      default_api_version: null,
      created_at: token.createdAt,
    })
    .execute();
}

/** The members with these ids, by id; unknown ones are missing. */
export async function findMembers(db: Db, memberIds: readonly string[]): Promise<ReadonlyMap<string, MemberSummary>> {
  if (memberIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('members')
    .select(['id', 'email', 'role', 'first_name', 'last_name'])
    .where('id', 'in', [...new Set(memberIds)])
    .execute();
  return new Map(rows.map((row) => [row.id, toMember(row)]));
}

/** The teams with these keys, by key; unknown ones are missing. */
export async function findTeams(db: Db, teamKeys: readonly string[]): Promise<ReadonlyMap<string, TeamSummary>> {
  if (teamKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom('teams')
    .select(['key', 'name'])
    .where('key', 'in', [...new Set(teamKeys)])
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

/** The caller that a token's hash stands for, with the member it belongs to. */
export async function findTokenActor(db: Db, secretHash: string): Promise<TokenActor | undefined> {
  const row = await tokenQuery(db).where('access_tokens.secret_hash', '=', secretHash).executeTakeFirst();
  if (!row) return undefined;
  const member = toMember({ ...row, id: row.member_id, role: row.member_role });
  const tokenRole = row.role as BaseRole;
  return {
    kind: 'token',
    tokenId: row.id,
    tokenName: row.name,
    tokenEnding: row.ending,
    isServiceToken: row.is_service === 1,
    role: row.is_service === 1 ? tokenRole : weakerRole(tokenRole, member.role),
    member,
    defaultApiVersion: row.default_api_version ?? undefined,
  };
}

/** What lists show of a token. */
export interface TokenSummary {
  readonly id: string;
  readonly name: string;
  readonly ending: string;
  readonly isServiceToken: boolean;
}

/** The tokens with these ids, by id; unknown ones are missing. */
export async function findTokens(db: Db, tokenIds: readonly string[]): Promise<ReadonlyMap<string, TokenSummary>> {
  if (tokenIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('access_tokens')
    .select(['id', 'name', 'ending', 'is_service'])
    .where('id', 'in', [...new Set(tokenIds)])
    .execute();
  return new Map(
    rows.map(({ id, name, ending, is_service }) => [id, { id, name, ending, isServiceToken: is_service === 1 }]),
  );
}

function tokenQuery(db: Db) {
  return db
    .selectFrom('access_tokens')
    .innerJoin('members', 'members.id', 'access_tokens.member_id')
    .select([
      'access_tokens.id',
      'access_tokens.name',
      'access_tokens.ending',
      'access_tokens.role',
      'access_tokens.is_service',
      'access_tokens.default_api_version',
      'access_tokens.member_id',
      'members.role as member_role',
      'members.email',
      'members.first_name',
      'members.last_name',
    ]);
}

function toMember(row: {
  id: string;
  email: string;
  role: string;
  first_name: string | null;
  last_name: string | null;
}): MemberSummary {
  return {
    id: row.id,
    email: row.email,
    role: row.role as BaseRole,
    ...(row.first_name === null ? {} : { firstName: row.first_name }),
    ...(row.last_name === null ? {} : { lastName: row.last_name }),
  };
}
