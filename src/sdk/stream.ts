import type { ServerResponse } from 'node:http';
import type { Metrics } from '../metrics.ts';
import type { EncodedChange, EncodedState } from './encodings.ts';
import type { EnvironmentFeed, Subscriber } from './environment-feed.ts';
import type { StreamProtocol } from './stream-protocols.ts';

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

/** Writes a feed to a response, in the words of a protocol, until either side ends it. */
export async function streamFeed(
  feed: EnvironmentFeed,
  protocol: StreamProtocol,
  response: ServerResponse,
  metrics: Metrics,
): Promise<void> {
  // Somebody who left while the feed was loading has closed already, and would never be let go.
  if (response.destroyed) return;
  response.writeHead(200, { ...HEADERS, 'x-ld-envid': feed.environmentId });
  const stream = new Stream(protocol, response, metrics);
  const unsubscribe = await feed.subscribe(stream);
  stream.onOver(unsubscribe);
}

/** One connection. */
class Stream implements Subscriber {
  readonly #protocol: StreamProtocol;
  readonly #response: ServerResponse;
  readonly #metrics: Metrics;
  #maxWaitingBytes: number | undefined;
  #isOver = false;
  #release: () => void = () => undefined;

  constructor(protocol: StreamProtocol, response: ServerResponse, metrics: Metrics) {
    this.#protocol = protocol;
    this.#response = response;
    this.#metrics = metrics;
    metrics.openStreams.inc();
    response.on('close', () => this.#finish('client closed'));
    response.on('error', () => this.#finish('client error'));
  }

  begin(state: EncodedState): void {
    this.send(this.#protocol.first(state));
  }

  change(change: EncodedChange): void {
    for (const frame of this.#protocol.next(change)) this.send(frame);
  }

  /** The first frame is the whole state and may be of any size. */
  send(frame: Buffer): void {
    if (this.#isOver) return;
    this.#maxWaitingBytes ??= frame.length + MAX_WAITING_BYTES;
    if (this.#response.writableLength > this.#maxWaitingBytes) {
      this.#finish('too slow');
      this.#response.destroy();
      return;
    }
    this.#response.write(frame);
    this.#metrics.streamFrames.inc();
    this.#metrics.streamBytes.inc(frame.length);
  }

  end(reason: string): void {
    const farewell = this.#protocol.last?.(reason);
    if (farewell) this.send(farewell);
    this.#finish(reason);
    this.#response.end();
  }

  /** Calls back when the stream is over, at once if it is already. */
  onOver(release: () => void): void {
    this.#release = release;
    if (this.#isOver) release();
  }

  #finish(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#metrics.openStreams.dec();
    this.#metrics.endedStreams.inc({ reason });
    this.#release();
  }
}
