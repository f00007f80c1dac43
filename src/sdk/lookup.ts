import type { Clock } from '../clock.ts';

/** How long an answer is believed without asking again: a key that is reset or deleted works on for so long. */
const TRUST_MS = 1_000;

/** Answers remembered at once; that there is none is remembered too, so this bounds what strangers can make us keep. */
const MAX_ANSWERS = 10_000;

/** Looks things up in the store by their key, asking about each key once a second at the most. */
export class Lookup<T> {
  readonly #clock: Clock;
  readonly #ask: (key: string, now: number) => Promise<T | undefined>;
  readonly #known = new Map<string, { readonly answer: Promise<T | undefined>; readonly askedAt: number }>();

  constructor(clock: Clock, ask: (key: string, now: number) => Promise<T | undefined>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** What is there under a key; nothing is under an empty one. */
  async find(key: string): Promise<T | undefined> {
    if (key === '') return undefined;
    const now = this.#clock.now();
    const known = this.#known.get(key);
    if (known && now - known.askedAt < TRUST_MS) return known.answer;
    const answer = this.#ask(key, now);
    const asked = { answer, askedAt: now };
    if (this.#known.size >= MAX_ANSWERS) this.#known.clear();
    this.#known.set(key, asked);
    // What could not be asked is asked again by whoever comes next.
    answer.catch(() => {
      if (this.#known.get(key) === asked) this.#known.delete(key);
    });
    return answer;
  }
}
