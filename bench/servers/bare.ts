import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../support/child.ts';

/** What a bare server sends: a body to polls, a first frame to streams, and a frame to all streams at each POST. */
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
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      for (const stream of streams) stream.write(frameBytes);
      response.writeHead(200, { 'content-length': 0 }).end();
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
