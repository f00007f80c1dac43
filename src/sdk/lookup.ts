import type { Clock } from '../clock.ts';
import { isUnavailable } from '../store/unavailable.ts';

/** How long an answer is believed without asking again: a key that is reset or deleted works on for so long. */
const TRUST_MS = 1_000;

/** Answers remembered at once; that there is none is remembered too, so this bounds what strangers can make us keep. */
const MAX_ANSWERS = 10_000;

interface Asked<T> {
  readonly answer: Promise<T | undefined>;
  /** By the clock's `elapsed`. */
  readonly askedAt: number;
}

/**
 * Looks things up in the store by their key, asking about each key once a second at the most. While the store does not
 * answer, what was there stays: SDKs go on with what this process has in memory.
 */
export class Lookup<T> {
  readonly #clock: Clock;
  readonly #ask: (key: string, now: number) => Promise<T | undefined>;
  readonly #known = new Map<string, Asked<T>>();

  constructor(clock: Clock, ask: (key: string, now: number) => Promise<T | undefined>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** What is there under a key; nothing is under an empty one. */
  async find(key: string): Promise<T | undefined> {
    if (key === '') return undefined;
    const elapsed = this.#clock.elapsed();
    const known = this.#known.get(key);
    if (known && elapsed - known.askedAt < TRUST_MS) return known.answer;
    const asked = { answer: this.#askAgain(key, known), askedAt: elapsed };
    if (this.#known.size >= MAX_ANSWERS) this.#known.clear();
    this.#known.set(key, asked);
    // What could not be asked is asked again by whoever comes next.
    asked.answer.catch(() => {
      if (this.#known.get(key) === asked) this.#known.delete(key);
    });
    return asked.answer;
  }

  async #askAgain(key: string, known: Asked<T> | undefined): Promise<T | undefined> {
    try {
      return await this.#ask(key, this.#clock.now());
    } catch (error) {
      const before = await known?.answer;
      if (before === undefined || !isUnavailable(error)) throw error;
      return before;
    }
  }
}
