import type { Clock } from '../clock.ts';
import type { Taken } from '../operations/guards/ask-gate.ts';
import { PollLoop } from './poll-loop.ts';

const POLL_INTERVAL_MS = 500;
/** Requests that may be under way at once; those who wait for slow answers do not keep others waiting. */
const MOST_AT_ONCE = 64;

/**
 * Asks others outside whatever is due to be asked, many at once. Any number of processes may run such a loop on the same
 * store.
 */
export class GuardLoop {
  readonly #take: () => Promise<Taken | undefined>;
  readonly #failed: (error: unknown) => void;
  readonly #loop: PollLoop;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  /** @param take takes one thing that is due, if there is any */
  constructor(clock: Clock, take: () => Promise<Taken | undefined>, failed: (error: unknown) => void) {
    this.#take = take;
    this.#failed = failed;
    this.#loop = new PollLoop(clock, POLL_INTERVAL_MS, () => this.#takeAll(), failed);
  }

  start(): void {
    this.#loop.start();
  }

  /** Gives up what is under way, so that others may ask it. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    this.#stop.abort(new Error('the service stops'));
    await this.settled();
  }

  /** Waits until nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #takeAll(): Promise<void> {
    while (this.#underWay.size < MOST_AT_ONCE) {
      const taken = await this.#take();
      if (!taken) return;
      const work = taken(this.#stop.signal)
        .catch(this.#failed)
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }
}
