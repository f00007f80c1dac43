import type { TokenLimit } from '../domain/access/custom-role.ts';
import type { AccessToken } from '../domain/access/token.ts';
import { NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { AccessTokensTable } from './tables.ts';

/** Role column of tokens whose limit is in the document. */
const OTHER_LIMIT = 'none';

interface TokenDocument {
  readonly description: string;
  readonly customRoleIds?: readonly string[];
  readonly inlineRole?: Extract<TokenLimit, { inlineRole: unknown }>['inlineRole'];
}

/** All tokens, newest first. */
export async function listAccessTokens(db: Db): Promise<readonly AccessToken[]> {
  const rows = await db
    .selectFrom('access_tokens')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toAccessToken);
}

/** @throws NotFound */
export async function getAccessToken(db: Db, id: string): Promise<AccessToken> {
  const row = await db.selectFrom('access_tokens').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new NotFound('access token', id);
  return toAccessToken(row);
}

/** The token that a secret's hash stands for, or stood for until a time that has not come yet. */
export async function findTokenBySecret(db: Db, secretHash: string, now: number): Promise<AccessToken | undefined> {
  const tokens = db.selectFrom('access_tokens').selectAll('access_tokens');
  const row =
    (await tokens.where('secret_hash', '=', secretHash).executeTakeFirst()) ??
    (await tokens
      .innerJoin('former_secrets', 'former_secrets.token_id', 'access_tokens.id')
      .where('former_secrets.secret_hash', '=', secretHash)
      .where('former_secrets.expires_at', '>', now)
      .executeTakeFirst());
  return row && toAccessToken(row);
}

export async function insertAccessToken(tx: Tx, token: AccessToken, secretHash: string): Promise<void> {
  await tx
    .insertInto('access_tokens')
    .values({ ...toRow(token), secret_hash: secretHash })
    .execute();
}

/** Stores a token over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveAccessToken(tx: Tx, token: AccessToken): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('access_tokens')
    .set(toRow(token))
    .where('id', '=', token.id)
    .where('version', '=', token.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/**
 * Gives a token another secret. All earlier ones end with it, but the last works on until a time in the future, if one
 * is given.
 */
export async function replaceSecret(
  tx: Tx,
  tokenId: string,
  replacement: { readonly secretHash: string; readonly formerUntil: number | undefined },
): Promise<void> {
  const { secret_hash: former } = await tx
    .selectFrom('access_tokens')
    .select('secret_hash')
    .where('id', '=', tokenId)
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('former_secrets').where('token_id', '=', tokenId).execute();
  if (replacement.formerUntil !== undefined) {
    await tx
      .insertInto('former_secrets')
      .values({ secret_hash: former, token_id: tokenId, expires_at: replacement.formerUntil })
      .execute();
  }
  await tx
    .updateTable('access_tokens')
    .set({ secret_hash: replacement.secretHash })
    .where('id', '=', tokenId)
    .execute();
}

/** Remembers when a token was used. */
export async function saveLastUsed(tx: Tx, tokenId: string, at: number): Promise<void> {
  await tx.updateTable('access_tokens').set({ last_used_at: at }).where('id', '=', tokenId).execute();
}

/** Makes a member the keeper of another one's service tokens, which outlive their creator. */
export async function giveServiceTokens(tx: Tx, fromMemberId: string, toMemberId: string): Promise<void> {
  await tx
    .updateTable('access_tokens')
    .set({ member_id: toMemberId })
    .where('member_id', '=', fromMemberId)
    .where('is_service', '=', 1)
    .execute();
}

export async function deleteAccessToken(tx: Tx, tokenId: string): Promise<void> {
  await tx.deleteFrom('access_tokens').where('id', '=', tokenId).execute();
}

/** What lists show of a token. */
export type TokenSummary = Pick<AccessToken, 'id' | 'name' | 'ending' | 'isServiceToken'>;

/** The tokens with these ids, by id; unknown ones are missing. */
export async function findTokens(db: Db, tokenIds: readonly string[]): Promise<ReadonlyMap<string, TokenSummary>> {
  if (tokenIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('access_tokens')
    .selectAll()
    .where('id', 'in', [...new Set(tokenIds)])
    .execute();
  return new Map(rows.map((row) => [row.id, toAccessToken(row)]));
}

function toRow(token: AccessToken): Omit<AccessTokensTable, 'secret_hash' | 'last_used_at'> {
  const { limit, description } = token;
  const document: TokenDocument = {
    description,
    ...('customRoleIds' in limit && { customRoleIds: limit.customRoleIds }),
    ...('inlineRole' in limit && { inlineRole: limit.inlineRole }),
  };
  return {
    id: token.id,
    member_id: token.memberId,
    name: token.name,
    ending: token.ending,
    role: 'role' in limit ? limit.role : OTHER_LIMIT,
    is_service: token.isServiceToken ? 1 : 0,
    default_api_version: token.defaultApiVersion ?? null,
    created_at: token.createdAt,
    last_modified: token.lastModified,
    version: token.version,
    document: JSON.stringify(document),
  };
}

function toAccessToken(row: AccessTokensTable): AccessToken {
  const { description = '', customRoleIds, inlineRole } = JSON.parse(row.document) as Partial<TokenDocument>;
  return {
    id: row.id,
    memberId: row.member_id,
    name: row.name,
    description,
    ending: row.ending,
    isServiceToken: row.is_service === 1,
    limit: customRoleIds
      ? { customRoleIds }
      : inlineRole
        ? { inlineRole }
        : { role: row.role as Extract<TokenLimit, { role: unknown }>['role'] },
    defaultApiVersion: row.default_api_version ?? undefined,
    createdAt: row.created_at,
    lastModified: row.last_modified,
    version: row.version,
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  };
}
