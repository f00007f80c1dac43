import type { Db, Tx } from './database.ts';
import type { OneTimeLinksTable } from './tables.ts';

export type LinkPurpose = OneTimeLinksTable['purpose'];

/** A link as it is looked for: by the hash of its secret, for a purpose, at a time. */
export interface LinkUse {
  readonly secretHash: string;
  readonly purpose: LinkPurpose;
  readonly now: number;
}

/** Stores a link in place of the member's earlier ones of the same purpose, and forgets those that are over. */
export async function insertLink(
  tx: Tx,
  link: LinkUse & { readonly memberId: string; readonly expiresAt: number },
): Promise<void> {
  const { secretHash, purpose, memberId, expiresAt, now } = link;
  await tx
    .deleteFrom('one_time_links')
    .where((where) =>
      where.or([
        where('expires_at', '<=', now),
        where.and([where('member_id', '=', memberId), where('purpose', '=', purpose)]),
      ]),
    )
    .execute();
  await tx
    .insertInto('one_time_links')
    .values({ secret_hash: secretHash, purpose, member_id: memberId, expires_at: expiresAt })
    .execute();
}

/** Whether a link still works. */
export async function isLinkOpen(db: Db, { secretHash, purpose, now }: LinkUse): Promise<boolean> {
  const row = await db
    .selectFrom('one_time_links')
    .select('member_id')
    .where('secret_hash', '=', secretHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes a link, so that nobody else can. @returns the id of its member; undefined when it does not work (any more) */
export async function takeLink(tx: Tx, { secretHash, purpose, now }: LinkUse): Promise<string | undefined> {
  const row = await tx
    .deleteFrom('one_time_links')
    .where('secret_hash', '=', secretHash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .returning('member_id')
    .executeTakeFirst();
  return row?.member_id;
}

export async function deleteLinksOf(tx: Tx, memberId: string): Promise<void> {
  await tx.deleteFrom('one_time_links').where('member_id', '=', memberId).execute();
}
