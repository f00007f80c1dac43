import type { Db, Tx } from './database.ts';

/** Somebody as an identity provider knows them. */
export interface IdentityName {
  readonly issuer: string;
  /** The provider's own name of the person, which never changes. */
  readonly subject: string;
}

/** The id of the member that somebody is. */
export async function findMemberIdByIdentity(db: Db, { issuer, subject }: IdentityName): Promise<string | undefined> {
  const row = await db
    .selectFrom('identities')
    .select('member_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row?.member_id;
}

/** Remembers who somebody is. @returns false when the member is another person of the issuer already */
export async function insertIdentity(
  tx: Tx,
  { issuer, subject }: IdentityName,
  { memberId, now }: { readonly memberId: string; readonly now: number },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('identities')
    .values({ issuer, subject, member_id: memberId, created_at: now })
    .onConflict((conflict) => conflict.columns(['issuer', 'member_id']).doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
}
