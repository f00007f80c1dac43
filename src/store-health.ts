import type { Clock } from './clock.ts';
import { within } from './operations/guards/within.ts';
import type { Database, Db } from './store/database.ts';

const LOOK_INTERVAL_MS = 5_000;
/** How long an answer may take. */
const TIMEOUT_MS = 2_000;

/** How the store does, in the words of the Relay Proxy. */
export interface StoreStatus {
  readonly state: 'VALID' | 'INTERRUPTED';
  /** Unix milliseconds. */
  readonly stateSince: number;
}

/** Knows whether the store answers, and since when. */
export class StoreHealth {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  #status: StoreStatus;
  #cancel: (() => void) | undefined;
  #isLooking = false;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#status = { state: 'VALID', stateSince: clock.now() };
  }

  get status(): StoreStatus {
    return this.#status;
  }

  start(): void {
    this.#cancel ??= this.#clock.every(LOOK_INTERVAL_MS, () => this.look());
  }

  stop(): void {
    this.#cancel?.();
    this.#stop.abort(new Error('the service stops'));
  }

  /** Finds out whether the store answers. While it owes an answer it is not asked once more. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.ask(async (db) => {
      try {
        return await db.selectFrom('accounts').select('slot').execute();
      } finally {
        this.#isLooking = false;
      }
    }).catch(() => undefined);
  }

  /** Asks the store something, and takes note of whether it answers. @throws what kept it from answering in time */
  async ask<T>(question: (db: Db) => Promise<T>): Promise<T> {
    const clock = this.#clock;
    try {
      const answer = await within({ clock, timeoutMs: TIMEOUT_MS, stop: this.#stop.signal }, (signal) =>
        Promise.race([question(this.#database.db), rejectedBy(signal)]),
      );
      this.#note('VALID');
      return answer;
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#note('INTERRUPTED');
      throw error;
    }
  }

  #note(state: StoreStatus['state']): void {
    if (state !== this.#status.state) this.#status = { state, stateSince: this.#clock.now() };
  }
}

async function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
