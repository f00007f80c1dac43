import { claimDueMail, deleteMail, type Mail, postponeMail } from '../../store/mails.ts';
import { backOffMs } from '../back-off.ts';
import type { Deps } from '../write.ts';

/** Hands a mail to a mail server, or to whatever stands in for one. @throws whatever keeps it from being sent */
export type SendMail = (mail: Mail) => Promise<void>;

/** How long one process has a mail to itself; longer than sending may take. */
const LEASE_MS = 2 * 60_000;

/** How a try to send went. */
export interface TriedMail {
  readonly mailId: string;
  readonly error?: unknown;
}

/**
 * Tries one mail that is due, outside of any transaction: at least once, since a process that dies before it has told how
 * it went leaves the mail to be tried again. What cannot be sent before it expires is given up.
 * @returns undefined when none is due
 */
export async function sendNextMail(deps: Deps, send: SendMail): Promise<TriedMail | undefined> {
  const { database, clock } = deps;
  const now = clock.now();
  const mail = await database.transaction((tx) => claimDueMail(database, tx, { now, until: now + LEASE_MS }));
  if (!mail) return undefined;
  try {
    await send(mail);
    await database.transaction((tx) => deleteMail(tx, mail.id));
    return { mailId: mail.id };
  } catch (error) {
    const dueAt = clock.now() + backOffMs(mail.attempts);
    await database.transaction((tx) =>
      dueAt < mail.expiresAt ? postponeMail(tx, mail, dueAt, String(error)) : deleteMail(tx, mail.id),
    );
    return { mailId: mail.id, error };
  }
}
