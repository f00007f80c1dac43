import { type Database, skipLocked, type Tx } from './database.ts';

/** A mail, as text. */
export interface Mail {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  /** Unix milliseconds; when nobody has use for it any more. */
  readonly expiresAt: number;
}

/** A mail that is being tried. */
export interface ClaimedMail extends Mail {
  /** Tries before this one. */
  readonly attempts: number;
}

export async function insertMail(tx: Tx, mail: Mail, dueAt: number): Promise<void> {
  await tx
    .insertInto('mails')
    .values({
      id: mail.id,
      recipient: mail.recipient,
      subject: mail.subject,
      body: mail.body,
      expires_at: mail.expiresAt,
      due_at: dueAt,
      attempts: 0,
    })
    .execute();
}

/**
 * Takes a mail that is due and that no other process is sending, and puts off its next try until a time: whoever dies
 * while sending leaves it to others.
 */
export async function claimDueMail(
  database: Database,
  tx: Tx,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<ClaimedMail | undefined> {
  const due = tx.selectFrom('mails').selectAll().where('due_at', '<=', now).orderBy('due_at').limit(1);
  const row = await skipLocked(database, due).executeTakeFirst();
  if (!row) return undefined;
  await tx.updateTable('mails').set({ due_at: until }).where('id', '=', row.id).execute();
  return {
    id: row.id,
    recipient: row.recipient,
    subject: row.subject,
    body: row.body,
    expiresAt: row.expires_at,
    attempts: row.attempts,
  };
}

/** Has a mail tried again later, with the reason why it has to. */
export async function postponeMail(tx: Tx, mail: ClaimedMail, dueAt: number, error: string): Promise<void> {
  await tx
    .updateTable('mails')
    .set({ due_at: dueAt, attempts: mail.attempts + 1, last_error: error })
    .where('id', '=', mail.id)
    .execute();
}

export async function deleteMail(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('mails').where('id', '=', id).execute();
}
