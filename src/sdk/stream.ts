import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Metrics, StreamKind } from '../metrics.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store, must-revalidate',
  'x-accel-buffering': 'no',
} as const;

/**
 * Most bytes that may wait for a slow reader beyond the state it began with. Who is further behind is cut off and
 * reconnects, which costs it less than catching up.
 */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Most bytes that are written at once: so it shows whether a reader of a large state gets on, and others are served too. */
const PIECE_BYTES = 64 * 1024;

/** What a stream is made of. */
export interface StreamParts {
  readonly kind: StreamKind;
  readonly headers: OutgoingHttpHeaders;
  /** What is said before the server ends it. */
  readonly farewell?: ((reason: string) => Buffer) | undefined;
  readonly response: ServerResponse;
  readonly metrics: Metrics;
  /** When it is ended so that the SDK reconnects, perhaps to another process; by the clock's `elapsed`. */
  readonly endsAt: number;
  /** Hears up to which payload version everything has left. */
  readonly onReached?: ((payloadVersion: number) => void) | undefined;
}

/** Stands between frames where a payload version is complete. */
interface Mark {
  readonly payloadVersion: number;
}

/** One connection. */
export class Stream {
  readonly #parts: StreamParts;
  readonly #response: ServerResponse;
  /** What has not been written yet, in pieces, and what will have been reached then. */
  readonly #waiting: (Buffer | Mark)[] = [];
  #waitingBytes = 0;
  #maxWaitingBytes: number | undefined;
  #isWriting = false;
  #hasBegun = false;
  /** Whether a piece has left, or nothing has waited, since the last look. */
  #getsOn = true;
  #isOver = false;
  #begun: () => void = () => undefined;
  readonly #releases: (() => void)[] = [];

  constructor(parts: StreamParts) {
    const { kind, headers, response, metrics } = parts;
    this.#parts = parts;
    this.#response = response;
    response.writeHead(200, { ...headers, ...HEADERS });
    metrics.openStreams.inc({ kind });
    response.on('close', () => this.#finish('client closed'));
    response.on('error', () => this.#finish('client error'));
  }

  /** The first frame is the whole state and may be of any size. */
  send(frame: Buffer): void {
    if (this.#isOver) return;
    this.#maxWaitingBytes ??= frame.length + MAX_WAITING_BYTES;
    if (this.#waitingBytes > this.#maxWaitingBytes) {
      this.#cut();
      return;
    }
    this.#parts.metrics.streamFrames.inc();
    this.#parts.metrics.streamBytes.inc(frame.length);
    for (let at = 0; at < frame.length; at += PIECE_BYTES) this.#waiting.push(frame.subarray(at, at + PIECE_BYTES));
    this.#waitingBytes += frame.length;
    this.#writeNext();
  }

  /** Says that what has been sent so far makes a payload version complete, perhaps without a frame of its own. */
  reached(payloadVersion: number): void {
    this.#waiting.push({ payloadVersion });
    this.#writeNext();
  }

  end(reason: string): void {
    const farewell = this.#parts.farewell?.(reason);
    if (farewell) this.send(farewell);
    this.#finish(reason);
    this.#writeNext();
  }

  /** Ends the stream when it is old, and cuts it off when the reader does not read. @param elapsed as the clock says */
  look(elapsed: number): void {
    if (!this.#getsOn) this.#cut();
    else if (elapsed >= this.#parts.endsAt) this.end('old');
    this.#getsOn = this.#waitingBytes === 0;
  }

  /** Calls back when the first state has left. */
  onBegun(begun: () => void): void {
    this.#begun = begun;
  }

  /** Calls back when the stream is over, at once if it is already. */
  onOver(release: () => void): void {
    this.#releases.push(release);
    if (this.#isOver) release();
  }

  /** Writes a piece after the other, each once the one before has left. */
  #writeNext(): void {
    if (this.#isWriting || this.#response.destroyed) return;
    const piece = this.#nextPiece();
    if (!piece) {
      if (this.#isOver) this.#response.end();
      return;
    }
    this.#isWriting = true;
    this.#response.write(piece, () => this.#hasLeft(piece));
  }

  /** The next piece; what stands before it has been reached. */
  #nextPiece(): Buffer | undefined {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (Buffer.isBuffer(next)) return next;
      if (!this.#isOver) this.#parts.onReached?.(next.payloadVersion);
    }
    return undefined;
  }

  #hasLeft(piece: Buffer): void {
    this.#isWriting = false;
    this.#waitingBytes -= piece.length;
    this.#getsOn = true;
    if (this.#waitingBytes === 0 && !this.#hasBegun) {
      this.#hasBegun = true;
      this.#begun();
    }
    this.#writeNext();
  }

  #cut(): void {
    this.#finish('too slow');
    this.#response.destroy();
  }

  #finish(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { kind, metrics } = this.#parts;
    metrics.openStreams.dec({ kind });
    metrics.endedStreams.inc({ kind, reason });
    for (const release of this.#releases) release();
  }
}
