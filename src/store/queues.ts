import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Which rows of a table wait for their time. */
const WAITING = {
  timers: sql`from timers where true`,
  webhooks: sql`from webhook_deliveries where state = 'waiting'`,
  mails: sql`from mails where true`,
  gates: sql`from gate_checks where state = 'waiting'`,
  readings: sql`from guard_readings where true`,
} as const;

/** What waits in the store until its time has come. */
export type Queue = keyof typeof WAITING;

/** What of a queue is due. */
export interface DueWork {
  readonly queue: Queue;
  readonly count: number;
  /** Since when the oldest of it is due, in Unix milliseconds; null when nothing is. */
  readonly oldest: number | null;
}

/** What is due now of each queue; what somebody is trying just now is not. */
export async function listDueWork(db: Db, now: number): Promise<readonly DueWork[]> {
  const due: DueWork[] = [];
  for (const queue of Object.keys(WAITING) as Queue[]) {
    const summary = sql<Omit<DueWork, 'queue'>>`
      select count(*) as count, min(due_at) as oldest ${WAITING[queue]} and due_at <= ${now}`;
    const { rows } = await summary.execute(db);
    for (const row of rows) due.push({ queue, ...row });
  }
  return due;
}
