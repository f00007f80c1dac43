import { setImmediate } from 'node:timers/promises';
import { ingestEvents } from '../operations/ingest-events.ts';
import type { EventBatch } from '../operations/merge-batches.ts';
import type { Deps } from '../operations/write.ts';
import { isUnavailable } from '../store/unavailable.ts';

/** Batches that are stored in one transaction at most. */
const MOST_TOGETHER = 64;

/** A batch whose sender waits for the answer. */
interface Waiting {
  readonly batch: EventBatch;
  readonly stored: (isNew: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Stores batches of events. Those of an environment that come while others of it are being stored are stored together
 * next, so that they wait for the disk and for the rows that they share once, not one after the other.
 */
export class EventIntake {
  readonly #deps: Deps;
  /** By environment, of those that are being stored. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether the batch is new, once it is stored */
  take(batch: EventBatch): Promise<boolean> {
    return new Promise((stored, failed) => {
      const one = { batch, stored, failed };
      const waiting = this.#waiting.get(batch.environmentId);
      if (waiting) {
        waiting.push(one);
      } else {
        this.#waiting.set(batch.environmentId, [one]);
        void this.#storeAll(batch.environmentId);
      }
    });
  }

  async #storeAll(environmentId: string): Promise<void> {
    for (;;) {
      // What has come over the network by now is read first.
      await setImmediate();
      const together = this.#waiting.get(environmentId)?.splice(0, MOST_TOGETHER) ?? [];
      if (together.length === 0) break;
      await this.#store(environmentId, together);
    }
    this.#waiting.delete(environmentId);
  }

  /** Where one of several cannot be stored, each is tried by itself; but not while there is no store. */
  async #store(environmentId: string, together: readonly Waiting[]): Promise<void> {
    try {
      const batches = together.map(({ batch }) => batch);
      const fresh = await ingestEvents(this.#deps, environmentId, batches);
      for (const { batch, stored } of together) stored(fresh.has(batch));
    } catch (error) {
      if (together.length === 1 || isUnavailable(error)) for (const { failed } of together) failed(error);
      else for (const one of together) await this.#store(environmentId, [one]);
    }
  }
}
