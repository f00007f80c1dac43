import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../support/child.ts';

/**
 * What a bare server sends: a body to polls, a first frame to streams, and a frame to all streams at each POST. A PATCH
 * is parsed, appended to a file, and answered with the body when it is on disk.
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
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
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
  const text = (await request.toArray()).join('');
  await log.appendFile(`${JSON.stringify(JSON.parse(text))}\n`);
  await log.datasync();
}
