import { Overloaded } from '../domain/errors.ts';

/** Lets so many in at a time; so many more wait for their turn, and the rest is told to come back. */
export class Admission {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a turn.
   * @param retryAfterSeconds what those are told for whom there is no room to wait
   * @returns a function that ends the turn; only its first call counts
   * @throws Overloaded
   */
  async enter(retryAfterSeconds: number): Promise<() => void> {
    if (this.#inside < this.#most) this.#inside++;
    else await this.#wait(retryAfterSeconds);
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  #wait(retryAfterSeconds: number): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw new Overloaded(retryAfterSeconds);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Whoever has waited longest takes the place over. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inside--;
  }
}
