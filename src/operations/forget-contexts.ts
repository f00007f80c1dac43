import type { Tx } from '../store/database.ts';
import { deleteSeenBefore, deleteSeenBeyond } from '../store/seen-contexts.ts';
import { saveTimerIfNone, type Timer } from '../store/timers.ts';
import type { Write } from './write.ts';

const HOUR_MS = 60 * 60 * 1000;
/** How long a context is remembered that is not seen any more (docs/wire/contexts.md, "Where contexts come from"). */
const REMEMBERED_MS = 30 * 24 * HOUR_MS;

const alarm = (now: number): Timer => ({ kind: 'forget-contexts', subject: '', dueAtMs: now + HOUR_MS });

/** Sets the alarm that keeps the memory of contexts small, now that there are some. */
export async function startForgettingContexts(tx: Tx, now: number): Promise<void> {
  await saveTimerIfNone(tx, alarm(now));
}

/** Forgets contexts that are old or too many: what the timer `forget-contexts` does, once an hour. */
export async function forgetContexts(write: Write): Promise<void> {
  await deleteSeenBefore(write.tx, write.now - REMEMBERED_MS);
  await deleteSeenBeyond(write.tx, write.limits.contextsPerEnvironment);
  write.schedule(alarm(write.now));
}
