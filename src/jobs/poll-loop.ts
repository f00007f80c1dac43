import type { Clock } from '../clock.ts';

/** What is done each time; what takes long asks whether the loop still goes on. */
type Look = (goesOn: () => boolean) => Promise<void>;

/** Does something again and again until it is stopped; never twice at once. */
export class PollLoop {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #look: Look;
  readonly #failed: (error: unknown) => void;
  #cancel: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param failed is told of what `look` throws; the loop goes on */
  constructor(clock: Clock, intervalMs: number, look: Look, failed: (error: unknown) => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#look = look;
    this.#failed = failed;
  }

  start(): void {
    this.#cancel ??= this.#clock.every(this.#intervalMs, () => {
      this.#running = this.#look(() => this.#cancel !== undefined).catch(this.#failed);
      return this.#running;
    });
  }

  /** Ends the loop after what it is doing now. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#running;
  }
}
