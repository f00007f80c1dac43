import type { Db, Tx } from './database.ts';

/** Makes the one account. @returns false when it is there already, made by this process or by another. */
export async function saveAccount(tx: Tx, account: { id: string; createdAt: number }): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('accounts')
    .values({ slot: 1, id: account.id, created_at: account.createdAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
}

/** Holds the account until the transaction ends, for changes that depend on all its projects, members or roles. */
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
