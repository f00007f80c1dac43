import { SYSTEM } from '../domain/access/actor.ts';
import { claimDueTimer, type ClaimedTimer, postponeTimer, type TimerKind } from '../store/timers.ts';
import { backOffMs } from './back-off.ts';
import { type Deps, type Write, write } from './write.ts';

/** What to do when a timer of each kind rings; must be repeatable, since a crash makes it ring again. */
export type TimerHandlers = Readonly<Record<TimerKind, (write: Write, subject: string) => Promise<void>>>;

/** How a timer rang. */
export interface RungTimer {
  readonly timer: ClaimedTimer;
  readonly error?: unknown;
}

/**
 * Takes one due timer and runs its handler, in one transaction. When the handler fails nothing of it stays, and the
 * timer rings again later.
 * @returns undefined when no timer is due, or other processes have them all
 */
export async function runDueTimer(deps: Deps, handlers: TimerHandlers): Promise<RungTimer | undefined> {
  let timer: ClaimedTimer | undefined;
  try {
    await write(deps, SYSTEM, async (write) => {
      timer = await claimDueTimer(deps.database, write.tx, write.now);
      if (timer) await handlers[timer.kind](write, timer.subject);
    });
    return timer && { timer };
  } catch (error) {
    if (!timer) throw error;
    await postpone(deps, timer, error);
    return { timer, error };
  }
}

async function postpone(deps: Deps, timer: ClaimedTimer, error: unknown): Promise<void> {
  const dueAt = deps.clock.now() + backOffMs(timer.attempts);
  await deps.database.transaction((tx) => postponeTimer(tx, timer, dueAt, String(error)));
}
