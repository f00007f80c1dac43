import { FORMER_SECRET_MS, type Session, SESSION_IDLE_MS } from '../domain/access/session.ts';
import type { Db, Tx } from './database.ts';
import type { SessionsTable } from './tables.ts';

/** A session by the hash of its secret, or of the former one while that works on. */
export async function findSession(
  db: Db,
  secretHash: string,
  now: number,
): Promise<{ readonly session: Session; readonly isFormerSecret: boolean } | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where((where) =>
      where.or([
        where('secret_hash', '=', secretHash),
        where.and([where('former_hash', '=', secretHash), where('former_until', '>', now)]),
      ]),
    )
    .executeTakeFirst();
  return row && { session: toSession(row), isFormerSecret: row.secret_hash !== secretHash };
}

export async function insertSession(tx: Tx, session: Session, secretHash: string): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      id: session.id,
      secret_hash: secretHash,
      member_id: session.memberId,
      created_at: session.createdAt,
      last_used_at: session.lastUsedAt,
      expires_at: session.expiresAt,
      secret_since: session.secretSince,
    })
    .execute();
}

export async function saveSessionUse(tx: Tx, id: string, at: number): Promise<void> {
  await tx.updateTable('sessions').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** Gives a session another secret; the former one works on for a while. @returns false when another request was faster */
export async function replaceSessionSecret(
  tx: Tx,
  id: string,
  hashes: { readonly former: string; readonly next: string; readonly now: number },
): Promise<boolean> {
  const { former, next, now } = hashes;
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ secret_hash: next, secret_since: now, former_hash: former, former_until: now + FORMER_SECRET_MS })
    .where('id', '=', id)
    .where('secret_hash', '=', former)
    .executeTakeFirst();
  return Number(numUpdatedRows) === 1;
}

export async function deleteSession(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('sessions').where('id', '=', id).execute();
}

/** Ends all sessions of a member, but one if it is named. */
export async function deleteSessionsOf(tx: Tx, memberId: string, exceptId = ''): Promise<void> {
  await tx.deleteFrom('sessions').where('member_id', '=', memberId).where('id', '!=', exceptId).execute();
}

/** Forgets what nobody can use any more. */
export async function deleteSessionsThatAreOver(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where((where) => where.or([where('expires_at', '<=', now), where('last_used_at', '<=', now - SESSION_IDLE_MS)]))
    .execute();
}

function toSession(row: SessionsTable): Session {
  return {
    id: row.id,
    memberId: row.member_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    secretSince: row.secret_since,
  };
}
