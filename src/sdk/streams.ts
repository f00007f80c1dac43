import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Metrics, StreamKind } from '../metrics.ts';
import { Admission } from './admission.ts';
import { describeSdk } from './connected-sdk.ts';
import type { Holder, Visitor } from './credentials.ts';
import type { Receipt, Receipts } from './receipts.ts';
import { Stream } from './stream.ts';

/** Connections that get their first state at a time, and that wait for it; others are told to come back. */
const MOST_AT_ONCE = 64;
const MOST_WAITING = 10_000;
/** When those come back; spread over as long again, so that they do not all come at once. */
const RETRY_AFTER_S = 5;

/** How often it is looked whether readers read, and whether streams have grown old. */
const LOOK_INTERVAL_MS = 10_000;
/** How often it is looked whether what opened the streams opens them still. */
const KEY_CHECK_INTERVAL_MS = 5_000;
/** How far ages are spread to either side, so that streams that began together do not end together. */
const AGE_SPREAD = 0.2;

/** What streams stand on. */
export interface StreamsDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly receipts: Receipts;
  /** How long a stream may last, in milliseconds; 0 for as long as it likes. */
  readonly maxAgeMs: number;
  /** From 0 up to 1; chance unless a test brings its own. */
  readonly random?: () => number;
  /** Hears that keys could not be looked up; the streams go on, and it is looked again. */
  onError(error: unknown): void;
}

/** How a stream begins, and how it ends. */
export interface Beginning {
  readonly kind: StreamKind;
  /** Sends the first state, and what comes after it. @returns a function that lets go of the stream once it is over */
  begin(stream: Stream): Promise<() => void>;
  /** What is said before the server ends it. */
  readonly farewell?: ((reason: string) => Buffer) | undefined;
}

/**
 * The open streams of this process (docs/wire/sdk.md, "Many at once"). After a restart every SDK is back within seconds:
 * few get their first state at a time, so that the rest of the service goes on.
 */
export class Streams {
  readonly #deps: StreamsDeps;
  readonly #random: () => number;
  readonly #admission = new Admission(MOST_AT_ONCE, MOST_WAITING);
  readonly #open = new Map<Stream, Holder | undefined>();
  #cancels: (() => void)[] = [];

  constructor(deps: StreamsDeps) {
    this.#deps = deps;
    this.#random = deps.random ?? Math.random;
  }

  start(): void {
    if (this.#cancels.length > 0) return;
    const { clock } = this.#deps;
    this.#cancels = [
      clock.every(LOOK_INTERVAL_MS, () => {
        for (const stream of this.#open.keys()) stream.look(clock.elapsed());
      }),
      clock.every(KEY_CHECK_INTERVAL_MS, () => this.#checkKeys()),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /**
   * Makes the answer to a request a stream, until either side ends it.
   * @param holder who asks; undefined where streams are looked after by others
   * @throws Overloaded while too many others wait
   */
  async open(
    reply: FastifyReply,
    holder: Visitor | Holder | undefined,
    { kind, begin, farewell }: Beginning,
  ): Promise<void> {
    const leave = await this.#admission.enter(RETRY_AFTER_S + Math.floor(RETRY_AFTER_S * this.#random()));
    reply.hijack();
    // Somebody who left while waiting has closed already, and would never be let go.
    if (reply.raw.destroyed) return leave();
    const { clock, metrics } = this.#deps;
    const headers = {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      ...(holder && { 'x-ld-envid': holder.environmentId }),
    };
    const endsAt = this.#endsAt(clock.elapsed());
    const receipt = holder && 'viewer' in holder ? this.#openReceipt(reply, holder) : undefined;
    const onReached = receipt?.reached;
    const stream = new Stream({ kind, headers, farewell, response: reply.raw, metrics, endsAt, onReached });
    this.#open.set(stream, holder);
    stream.onOver(() => {
      this.#open.delete(stream);
      receipt?.close();
      leave();
    });
    stream.onBegun(leave);
    stream.onOver(await begin(stream));
  }

  /** Only SDKs are counted; Relay Proxies are told of other things besides. */
  #openReceipt({ request }: FastifyReply, { environmentId, viewer }: Visitor): Receipt {
    return this.#deps.receipts.open(environmentId, viewer, describeSdk(request.headers));
  }

  /**
   * Ends the streams whose key is over, so that their SDKs come back and are told so. Those of an environment one
   * after another: an answer about a key is remembered for all the streams that it has opened.
   */
  async #checkKeys(): Promise<void> {
    const byEnvironment = Map.groupBy(this.#open, ([, holder]) => holder?.environmentId);
    try {
      for (const [stream, holder] of [...byEnvironment.values()].flat()) {
        if (holder && !(await holder.stillOpens())) stream.end('key is over');
      }
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  #endsAt(elapsed: number): number {
    const { maxAgeMs } = this.#deps;
    if (maxAgeMs === 0) return Number.POSITIVE_INFINITY;
    return elapsed + maxAgeMs * (1 - AGE_SPREAD + 2 * AGE_SPREAD * this.#random());
  }
}
