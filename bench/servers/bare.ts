import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../support/child.ts';

/**
 * What a bare server sends: a body to polls, a first frame to streams, and a frame to all streams at each POST. A PATCH
 * is parsed, appended to a file, and answered with the body when it is on disk; a batch for `/events` likewise, without a
 * body and together with the others of 20 ms.
 */
export interface BareOptions {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly frame: string;
}

export interface BareReady {
  readonly url: string;
}

/** The least that Node can do for the same bytes. */
serve(async ({ body, headers, frame }: BareOptions): Promise<BareReady> => {
  const bytes = Buffer.from(body);
  const frameBytes = Buffer.from(frame);
  const streams = new Set<ServerResponse>();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const log = await open(join(folder, 'log'), 'a');
  const batches = new Batches(await open(join(folder, 'batches'), 'a'));
  const server = createServer((request, response) => {
    if (request.url === '/events') {
      void read(request).then((batch) =>
        batches.add(batch, () => response.writeHead(202, { 'content-length': 0 }).end()),
      );
    } else if (request.method === 'POST') {
      for (const stream of streams) stream.write(frameBytes);
      response.writeHead(200, { 'content-length': 0 }).end();
    } else if (request.method === 'PATCH') {
      void store(request, log).then(() => response.writeHead(200, { 'content-length': bytes.length }).end(bytes));
    } else if (request.url === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(frameBytes);
      streams.add(response);
      response.on('close', () => streams.delete(response));
    } else {
      response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});

async function store(request: IncomingMessage, log: FileHandle): Promise<void> {
  await log.appendFile(await read(request));
  await log.datasync();
}

/** A body that is JSON, as a line. */
async function read(request: IncomingMessage): Promise<string> {
  const text = (await request.toArray()).join('');
  return `${JSON.stringify(JSON.parse(text))}\n`;
}

const TOGETHER_MS = 20;

/** Appends what comes within 20 ms at once, and syncs once for it. */
class Batches {
  readonly #file: FileHandle;
  #waiting: { batch: string; stored: () => void }[] = [];
  #isWriting = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  add(batch: string, stored: () => void): void {
    this.#waiting.push({ batch, stored });
    if (!this.#isWriting) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const next = sleep(TOGETHER_MS);
      const written = this.#waiting;
      this.#waiting = [];
      await this.#file.appendFile(written.map(({ batch }) => batch).join(''));
      await this.#file.datasync();
      for (const { stored } of written) stored();
      await next;
    }
    this.#isWriting = false;
  }
}
