import type { Clock } from '../clock.ts';
import { RateLimited } from '../domain/errors.ts';

/** Requests that are allowed in a window; 0 for any number. */
export interface RateLimits {
  /** Of one caller. */
  readonly global: number;
  /** Of one caller to one route. */
  readonly route: number;
  /** Without a valid credential, from one address. */
  readonly failures: number;
}

const WINDOW_MS = 10_000;

/** What is left of a window for a caller. */
export interface Remaining {
  readonly global: number | undefined;
  readonly route: number | undefined;
  /** Unix milliseconds; when the next window begins. */
  readonly resetAt: number;
}

/**
 * Counts requests in windows of ten seconds, which are the same for everybody (docs/wire/rate-limits.md). Counts are
 * this process's own, and forgotten with their window.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #limits: RateLimits;
  readonly #counts = new Map<string, number>();
  #window = 0;

  constructor(clock: Clock, limits: RateLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts a request of a caller. @throws RateLimited when there were too many already */
  count(caller: string, route: string): Remaining {
    const resetAt = this.#turnWindow();
    const { global, route: perRoute } = this.#limits;
    const left = {
      global: this.#take(`caller ${caller}`, global),
      route: this.#take(`route ${caller} ${route}`, perRoute),
      resetAt,
    };
    if ((left.global ?? 0) < 0 || (left.route ?? 0) < 0) throw this.#tooMany(left);
    return left;
  }

  /**
   * Counts a request without a valid credential. Those with one are never held up by it, since many callers can share
   * an address.
   * @throws RateLimited when there were too many already
   */
  countFailure(address: string): void {
    const resetAt = this.#turnWindow();
    const left = this.#take(`address ${address}`, this.#limits.failures) ?? 0;
    if (left < 0) throw this.#tooMany({ global: undefined, route: undefined, resetAt });
  }

  /** Forgets the counts of a window that is over. @returns the end of the present one */
  #turnWindow(): number {
    const window = Math.floor(this.#clock.now() / WINDOW_MS);
    if (window !== this.#window) this.#counts.clear();
    this.#window = window;
    return (window + 1) * WINDOW_MS;
  }

  /** @returns how many are left after this one, negative when there is none; undefined without a limit */
  #take(key: string, limit: number): number | undefined {
    if (limit === 0) return undefined;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return limit - count;
  }

  #tooMany({ global, route, resetAt }: Remaining): RateLimited {
    const seconds = Math.max(1, Math.ceil((resetAt - this.#clock.now()) / 1_000));
    const atLeastNone = (left: number | undefined) => left && Math.max(0, left);
    return new RateLimited(
      seconds,
      rateLimitHeaders({ global: atLeastNone(global), route: atLeastNone(route), resetAt }),
    );
  }
}

/** The headers by which clients learn what is left. */
export function rateLimitHeaders({ global, route, resetAt }: Remaining): Readonly<Record<string, string>> {
  return {
    ...(global !== undefined && { 'x-ratelimit-global-remaining': String(global) }),
    ...(route !== undefined && { 'x-ratelimit-route-remaining': String(route) }),
    'x-ratelimit-reset': String(resetAt),
  };
}
