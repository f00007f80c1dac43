import { insertMail, type Mail } from '../../store/mails.ts';
import type { Write } from '../write.ts';

/** Has a mail sent once the write is committed (`jobs/mail-loop.ts`). */
export async function queueMail({ tx, ids, now }: Write, mail: Omit<Mail, 'id'>): Promise<void> {
  await insertMail(tx, { id: ids.objectId(), ...mail }, now);
}
