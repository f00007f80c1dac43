/** How often somebody, known by e-mail or address, has tried without success of late. */
export interface LoginFailures {
  readonly count: number;
  /** Unix milliseconds of the last try. */
  readonly lastAt: number;
}

/** Failures that cost no waiting. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 15 * 60 * 1000;
/** How long a try counts after the wait that it has cost. */
const MEMORY_MS = 15 * 60 * 1000;

/** After this time without a try, no failures count any more, however many there were. */
export const FORGOTTEN_AFTER_MS = LAST_WAIT_MS + MEMORY_MS;

/** How long somebody has to wait before they may try (again), in milliseconds; 0 when they need not. */
export function waitMs(failures: LoginFailures, now: number): number {
  return Math.max(0, failures.lastAt + costMs(failures.count) - now);
}

/** The count with one more try, now. */
export function countTry({ count, lastAt }: LoginFailures, now: number): LoginFailures {
  const isForgotten = now - lastAt >= costMs(count) + MEMORY_MS;
  return { count: isForgotten ? 1 : count + 1, lastAt: now };
}

/** The wait after so many failures: 1 s after the fifth, twice as long after each further one, 15 minutes at most. */
function costMs(count: number): number {
  return count < FREE_FAILURES ? 0 : Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES));
}
