import { SYSTEM } from '../domain/access/actor.ts';
import { deleteSeenBefore, deleteSeenBeyond } from '../store/seen-contexts.ts';
import { type Deps, type Write, write } from './write.ts';

const HOUR_MS = 60 * 60 * 1000;
/** How long a context is remembered that is not seen any more (docs/wire/contexts.md, "Where contexts come from"). */
const REMEMBERED_MS = 30 * 24 * HOUR_MS;

/** Sets the alarm that keeps the memory of contexts small. */
export async function startForgettingContexts(deps: Deps): Promise<void> {
  await write(deps, SYSTEM, async (write) => ring(write, write.now));
}

/** Forgets contexts that are old or too many: what the timer `forget-contexts` does, once an hour. */
export async function forgetContexts(write: Write): Promise<void> {
  await deleteSeenBefore(write.tx, write.now - REMEMBERED_MS);
  await deleteSeenBeyond(write.tx, write.limits.contextsPerEnvironment);
  ring(write, write.now + HOUR_MS);
}

function ring(write: Write, dueAtMs: number): void {
  write.schedule({ kind: 'forget-contexts', subject: '', dueAtMs });
}
