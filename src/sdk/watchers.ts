import { setImmediate } from 'node:timers/promises';
import type { ServedState } from './served-state.ts';

/** Somebody who gets frames to write as they are, and is told when there will be no more. */
export interface Connection {
  send(frame: Buffer): void;
  end(reason: string): void;
}

/** Somebody who makes frames of their own from each state of an environment. */
export interface Watcher extends Connection {
  /** The state that it has been told of. */
  readonly state: ServedState;
  /** Tells it of a newer state; it stands in `state` afterwards. */
  advance(state: ServedState): Promise<void>;
}

/** Watchers that are told before others get a turn: each may evaluate many flags. */
const BATCH = 16;

/**
 * Brings those who watch an environment to its newest state, a few at a time, so that nobody else has to wait for all of
 * them. Who is slow to be told skips states that have passed meanwhile.
 */
export class Watchers {
  readonly #newest: () => ServedState;
  readonly #onError: (error: unknown) => void;
  readonly #watchers = new Set<Watcher>();
  #isTelling = false;

  constructor(newest: () => ServedState, onError: (error: unknown) => void) {
    this.#newest = newest;
    this.#onError = onError;
  }

  get size(): number {
    return this.#watchers.size;
  }

  [Symbol.iterator](): Iterator<Watcher> {
    return this.#watchers.values();
  }

  /** @returns a function that ends the watching */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (watcher.state !== this.#newest()) void this.tell();
    return () => this.#watchers.delete(watcher);
  }

  clear(): void {
    this.#watchers.clear();
  }

  /** Tells all who are behind, and again until nobody is. */
  async tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      // Nothing may be awaited between the last look and the end: news of that moment would be lost.
      for (let behind = this.#behind(); behind.length > 0; behind = this.#behind()) await this.#tellAll(behind);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#isTelling = false;
    }
  }

  #behind(): readonly Watcher[] {
    if (this.#watchers.size === 0) return [];
    const state = this.#newest();
    return [...this.#watchers].filter((watcher) => watcher.state !== state);
  }

  async #tellAll(behind: readonly Watcher[]): Promise<void> {
    const state = this.#newest();
    for (let start = 0; start < behind.length; start += BATCH) {
      await Promise.all(behind.slice(start, start + BATCH).map((watcher) => this.#advance(watcher, state)));
      await setImmediate();
    }
  }

  /** Who cannot be told is let go of: it connects again and gets the whole state. */
  async #advance(watcher: Watcher, state: ServedState): Promise<void> {
    try {
      await watcher.advance(state);
    } catch (error) {
      this.#onError(error);
      this.#watchers.delete(watcher);
      watcher.end('failed');
    }
  }
}
