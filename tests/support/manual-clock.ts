import type { Clock } from '../../src/clock.ts';

/** A clock whose hands the test turns. */
export interface ManualClock extends Clock {
  /** Moves time on and runs, one after another and to their end, the repeating tasks that fall due on the way. */
  advance(ms: number): Promise<void>;
  /** Sets the clock forwards or, below 0, back. No time passes. */
  set(ms: number): void;
}

/** Starts at a fixed moment unless told otherwise. */
export function manualClock(startMs = Date.UTC(2026, 0, 5, 9)): ManualClock {
  let elapsed = 0;
  let setBy = 0;
  const tasks = new Set<{ intervalMs: number; dueAt: number; run: () => void | Promise<void> }>();
  return {
    now: () => startMs + setBy + elapsed,
    elapsed: () => elapsed,
    set(ms) {
      setBy += ms;
    },
    every(intervalMs, run) {
      const task = { intervalMs, dueAt: elapsed + intervalMs, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const [next] = [...tasks].filter(({ dueAt }) => dueAt <= end).toSorted((a, b) => a.dueAt - b.dueAt);
        if (!next) break;
        elapsed = Math.max(elapsed, next.dueAt);
        // A long jump runs each task once at its end, as a process that slept would.
        next.dueAt = Math.max(next.dueAt + next.intervalMs, end + 1);
        if (next.dueAt > end) elapsed = end;
        await next.run();
      }
      elapsed = end;
    },
  };
}
