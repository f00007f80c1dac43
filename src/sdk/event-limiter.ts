import type { Clock } from '../clock.ts';
import { RateLimited } from '../domain/errors.ts';

const WINDOW_MS = 10_000;

/**
 * Counts the events of each environment in windows of ten seconds, which are the same for all (docs/wire/sdk.md,
 * "Events"). Counts are this process's own, and forgotten with their window.
 */
export class EventLimiter {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  #window = 0;

  /** @param limit events of an environment in a window; 0 for any number */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /**
   * Lets a batch pass, however large it is, while there is room for any event at all.
   * @throws RateLimited when there is none before the next window
   */
  requireRoom(environmentId: string): void {
    const now = this.#clock.now();
    const window = Math.floor(now / WINDOW_MS);
    if (window !== this.#window) this.#counts.clear();
    this.#window = window;
    if (this.#limit === 0 || (this.#counts.get(environmentId) ?? 0) < this.#limit) return;
    throw new RateLimited(Math.ceil(((window + 1) * WINDOW_MS - now) / 1_000));
  }

  /** Takes room for events that are stored. */
  count(environmentId: string, events: number): void {
    this.#counts.set(environmentId, (this.#counts.get(environmentId) ?? 0) + events);
  }
}
