import { type Database, skipLocked, type Tx } from './database.ts';

/** What can ring: one kind for each handler of the timer loop. */
export type TimerKind =
  | 'apply-approval'
  | 'execute-scheduled-change'
  | 'advance-release'
  | 'advance-workflow'
  | 'look-at-rollout'
  | 'expire-targets'
  | 'expire-segment-targets'
  | 'condense-evaluations'
  | 'forget-contexts'
  | 'prune-audit-log';

/** An alarm: it rings once, for its subject, at its time or as soon after as somebody is there. */
export interface Timer {
  readonly kind: TimerKind;
  /** The id of what is waiting. */
  readonly subject: string;
  readonly dueAtMs: number;
}

/** A timer that has rung before without success. */
export interface ClaimedTimer extends Timer {
  readonly attempts: number;
}

/** Sets the alarm of a subject, in place of the one it may have. */
export async function saveTimer(tx: Tx, timer: Timer): Promise<void> {
  const values = { due_at: timer.dueAtMs, attempts: 0, last_error: null };
  await tx
    .insertInto('timers')
    .values({ kind: timer.kind, subject: timer.subject, ...values })
    .onConflict((conflict) => conflict.columns(['kind', 'subject']).doUpdateSet(values))
    .execute();
}

/** Sets the alarm of a subject that has none. Looks first: inserting would wait for whoever is handling it just now. */
export async function saveTimerIfNone(tx: Tx, timer: Timer): Promise<void> {
  const known = await tx
    .selectFrom('timers')
    .select('due_at')
    .where('kind', '=', timer.kind)
    .where('subject', '=', timer.subject)
    .executeTakeFirst();
  if (known) return;
  await tx
    .insertInto('timers')
    .values({ kind: timer.kind, subject: timer.subject, due_at: timer.dueAtMs, attempts: 0, last_error: null })
    .onConflict((conflict) => conflict.columns(['kind', 'subject']).doNothing())
    .execute();
}

/**
 * Takes one due timer that no other process is handling and removes it; the handler runs in the same transaction, so
 * a failure brings it back.
 */
export async function claimDueTimer(database: Database, tx: Tx, now: number): Promise<ClaimedTimer | undefined> {
  const due = tx.selectFrom('timers').selectAll().where('due_at', '<=', now).orderBy('due_at').limit(1);
  const row = await skipLocked(database, due).executeTakeFirst();
  if (!row) return undefined;
  await deleteTimer(tx, row.kind as TimerKind, row.subject);
  return { kind: row.kind as TimerKind, subject: row.subject, dueAtMs: row.due_at, attempts: row.attempts };
}

/** Lets a timer ring again later, with the reason why it has to. */
export async function postponeTimer(tx: Tx, timer: ClaimedTimer, dueAtMs: number, error: string): Promise<void> {
  await tx
    .updateTable('timers')
    .set({ due_at: dueAtMs, attempts: timer.attempts + 1, last_error: error })
    .where('kind', '=', timer.kind)
    .where('subject', '=', timer.subject)
    .execute();
}

export async function deleteTimer(tx: Tx, kind: TimerKind, subject: string): Promise<void> {
  await tx.deleteFrom('timers').where('kind', '=', kind).where('subject', '=', subject).execute();
}
