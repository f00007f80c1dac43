import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Metrics } from '../metrics.ts';
import type { Subscriber } from './watchers.ts';

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

/**
 * Makes the answer to a request a stream that lasts until either side ends it.
 * @param begin sends the first frames; @returns a function that lets go of the stream, called when it is over
 */
export async function openStream(
  reply: FastifyReply,
  environmentId: string,
  metrics: Metrics,
  begin: (stream: Subscriber) => Promise<() => void>,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  // Somebody who left while the feed was loading has closed already, and would never be let go.
  if (response.destroyed) return;
  response.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...HEADERS, 'x-ld-envid': environmentId });
  const stream = new Stream(response, metrics);
  stream.onOver(await begin(stream));
}

/** One connection. */
class Stream implements Subscriber {
  readonly #response: ServerResponse;
  readonly #metrics: Metrics;
  #maxWaitingBytes: number | undefined;
  #isOver = false;
  #release: () => void = () => undefined;

  constructor(response: ServerResponse, metrics: Metrics) {
    this.#response = response;
    this.#metrics = metrics;
    metrics.openStreams.inc();
    response.on('close', () => this.#finish('client closed'));
    response.on('error', () => this.#finish('client error'));
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
