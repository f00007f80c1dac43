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

/** Timers that ring in one transaction, so that a backlog waits for the disk once for all of them. */
const MOST_TOGETHER = 16;

/** No further timer joins a transaction that has taken as long, in milliseconds: others want to write, too. */
const MAX_TOGETHER_MS = 10;

/**
 * Takes some of the timers that are due and runs their handlers, in one transaction. When a handler fails nothing of it
 * stays, and its timer rings again later; the others are taken once more, each in a transaction of its own.
 * @returns none when no timer is due, or other processes have them all
 */
export async function runSomeDueTimers(deps: Deps, handlers: TimerHandlers): Promise<readonly RungTimer[]> {
  const tried = await tryTogether(deps, handlers, MOST_TOGETHER);
  if (!('error' in tried)) return tried.timers.map((timer) => ({ timer }));
  if (tried.timers.length === 1) return postponeLast(deps, tried);
  const rung: RungTimer[] = [];
  for (let left = tried.timers.length; left > 0; left--) rung.push(...(await runDueTimer(deps, handlers)));
  return rung;
}

async function runDueTimer(deps: Deps, handlers: TimerHandlers): Promise<readonly RungTimer[]> {
  const tried = await tryTogether(deps, handlers, 1);
  return 'error' in tried ? postponeLast(deps, tried) : tried.timers.map((timer) => ({ timer }));
}

/** The timers of a transaction; with an error nothing of it was stored. */
interface Tried {
  readonly timers: readonly ClaimedTimer[];
  readonly error?: unknown;
}

/** @throws what kept it from taking even one */
async function tryTogether(deps: Deps, handlers: TimerHandlers, most: number): Promise<Tried> {
  let timers: ClaimedTimer[] = [];
  try {
    await write(deps, SYSTEM, async (write) => {
      timers = [];
      const startedAt = deps.clock.elapsed();
      while (timers.length < most && deps.clock.elapsed() - startedAt < MAX_TOGETHER_MS) {
        const timer = await claimDueTimer(deps.database, write.tx, write.now);
        if (!timer) return;
        timers.push(timer);
        await handlers[timer.kind](write, timer.subject);
      }
    });
    return { timers };
  } catch (error) {
    if (timers.length === 0) throw error;
    return { timers, error };
  }
}

async function postponeLast(deps: Deps, { timers, error }: Tried): Promise<readonly RungTimer[]> {
  const timer = timers.at(-1);
  if (!timer) return [];
  const dueAt = deps.clock.now() + backOffMs(timer.attempts);
  await deps.database.transaction((tx) => postponeTimer(tx, timer, dueAt, String(error)));
  return [{ timer, error }];
}
