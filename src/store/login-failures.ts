import { FORGOTTEN_AFTER_MS, type LoginFailures } from '../domain/access/login-throttle.ts';
import type { Tx } from './database.ts';

/** The failures of a subject, none at first; held until the transaction ends, so that no two count at once. */
export async function getFailuresForUpdate(tx: Tx, subject: string, now: number): Promise<LoginFailures> {
  const row = await tx
    .insertInto('login_failures')
    .values({ subject, count: 0, last_at: now })
    .onConflict((conflict) => conflict.column('subject').doUpdateSet({ subject }))
    .returning(['count', 'last_at'])
    .executeTakeFirstOrThrow();
  return { count: row.count, lastAt: row.last_at };
}

export async function saveFailures(tx: Tx, subject: string, { count, lastAt }: LoginFailures): Promise<void> {
  await tx.updateTable('login_failures').set({ count, last_at: lastAt }).where('subject', '=', subject).execute();
}

export async function deleteFailures(tx: Tx, subject: string): Promise<void> {
  await tx.deleteFrom('login_failures').where('subject', '=', subject).execute();
}

/** Forgets failures that do not count any more. */
export async function deleteOldFailures(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('login_failures')
    .where('last_at', '<=', now - FORGOTTEN_AFTER_MS)
    .execute();
}
