import type { Tx } from '../store/database.ts';
import { deleteSeenBefore, deleteSeenBeyond } from '../store/seen-contexts.ts';
import { saveTimerIfNone, type Timer } from '../store/timers.ts';
import type { Write } from './write.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

const alarm = (now: number): Timer => ({ kind: 'forget-contexts', subject: '', dueAtMs: now + HOUR_MS });

/** Sets the alarm that keeps the memory of contexts small, now that there are some. */
export async function startForgettingContexts(tx: Tx, now: number): Promise<void> {
  await saveTimerIfNone(tx, alarm(now));
}

/**
 * Forgets contexts that are old or too many (docs/wire/contexts.md, "Where contexts come from"): what the timer `forget-contexts` does, once an
 * hour.
 */
export async function forgetContexts(write: Write): Promise<void> {
  const { contextDays } = write.limits;
  if (contextDays > 0) await deleteSeenBefore(write.tx, write.now - contextDays * DAY_MS);
  await deleteSeenBeyond(write.tx, write.limits.contextsPerEnvironment);
  write.schedule(alarm(write.now));
}
