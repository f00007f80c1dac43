import type { Clock } from '../../clock.ts';
import { HEARTBEAT, HEARTBEAT_INTERVAL_MS } from '../frames.ts';
import type { Stream } from '../stream.ts';

/** What rounds stand on. */
export interface RoundsDeps<Visited> {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Tells those what is new who were there when the round began. */
  visit(connections: readonly Visited[]): Promise<void>;
  /** Hears of errors; the next round tries again. */
  onError(error: unknown): void;
}

/** The connections of this process that are told what is new in rounds, and kept awake. No connections, no rounds. */
export class Rounds<Visited extends { readonly stream: Stream }> {
  readonly #deps: RoundsDeps<Visited>;
  readonly #connections = new Set<Visited>();
  #cancels: (() => void)[] = [];
  #isStopped = false;

  constructor(deps: RoundsDeps<Visited>) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, intervalMs } = this.#deps;
    this.#cancels = [
      clock.every(intervalMs, () => this.#visitAll()),
      clock.every(HEARTBEAT_INTERVAL_MS, () => this.#beat()),
    ];
  }

  /** Ends all connections, and those yet to come. */
  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
    for (const { stream } of this.#connections) stream.end('shutdown');
  }

  /** @returns a function that lets go of the connection */
  add(connection: Visited): () => void {
    if (this.#isStopped) connection.stream.end('shutdown');
    this.#connections.add(connection);
    return () => this.#connections.delete(connection);
  }

  async #visitAll(): Promise<void> {
    if (this.#connections.size === 0) return;
    try {
      await this.#deps.visit([...this.#connections]);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  #beat(): void {
    for (const { stream } of this.#connections) stream.send(HEARTBEAT);
  }
}
