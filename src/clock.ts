/** The only source of time. Everything that waits goes through it, so that tests turn the hands themselves. */
export interface Clock {
  /** Unix milliseconds. Somebody may set it forwards or back. */
  now(): number;
  /** Milliseconds since some moment, which nobody sets: what durations are measured by. */
  elapsed(): number;
  /** Runs `task` every `intervalMs` until the returned function is called. A task never overlaps itself. */
  every(intervalMs: number, task: () => void | Promise<void>): () => void;
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every(intervalMs, task) {
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void Promise.resolve(task()).finally(() => {
        isRunning = false;
      });
    }, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
