const FIRST_MS = 1_000;
const LAST_MS = 5 * 60 * 1000;

/**
 * How long to wait before something is tried again: a second, doubled with each further failure, up to five minutes.
 * @param attempts tries before the one that has just failed
 */
export function backOffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** attempts, LAST_MS);
}
