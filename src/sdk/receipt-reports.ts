import { reportReceipts } from '../operations/report-receipts.ts';
import type { Deps } from '../operations/write.ts';
import type { Receipts } from './receipts.ts';

const REPORT_INTERVAL_MS = 10_000;

/** Stores what this process knows of its streams, so that every process can tell of all of them. */
export class ReceiptReports {
  readonly #deps: Deps;
  readonly #receipts: Receipts;
  readonly #onError: (error: unknown) => void;
  readonly #processId: string;
  /** Whether the store may have something of this process. */
  #hasReported = false;
  #cancel: (() => void) | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param onError hears of what could not be stored; the next report tells of it */
  constructor(deps: Deps, receipts: Receipts, onError: (error: unknown) => void) {
    this.#deps = deps;
    this.#receipts = receipts;
    this.#onError = onError;
    this.#processId = deps.ids.uuid();
  }

  start(): void {
    this.#cancel ??= this.#deps.clock.every(REPORT_INTERVAL_MS, () => this.#report());
  }

  /** Tells for the last time: once the streams are over, that there are none. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#report();
  }

  /** One after another. */
  #report(): Promise<void> {
    this.#last = this.#last.then(() => this.#reportOnce());
    return this.#last;
  }

  async #reportOnce(): Promise<void> {
    const { connected, changes, done } = this.#receipts.report();
    const hasSomething = connected.length + changes.length > 0;
    if (!hasSomething && !this.#hasReported) return done();
    try {
      this.#hasReported = true;
      await reportReceipts(this.#deps, { processId: this.#processId, connected, changes });
      this.#hasReported = hasSomething;
      done();
    } catch (error) {
      this.#onError(error);
    }
  }
}
