import type { Socket } from 'node:net';
import { openSocket, rawRequest } from './sockets.ts';

/** A frame as it came, and when its last byte was there. */
export interface Arrival {
  readonly text: string;
  readonly at: number;
}

/** Opens streams and waits until each has its first frame. */
export async function openStreams(
  url: string,
  headers: Readonly<Record<string, string>>,
  count: number,
): Promise<readonly Socket[]> {
  const request = rawRequest('GET', url, headers);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await openSocket(url);
      const first = nextFrame(socket);
      socket.write(request);
      await first;
      return socket;
    }),
  );
}

/** Waits for the end of a frame: the empty line after an `event:`, since one alone may end a heartbeat. */
export function nextFrame(socket: Socket): Promise<Arrival> {
  return new Promise((resolve) => {
    let text = '';
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const start = text.indexOf('event: ');
      const end = start < 0 ? -1 : text.indexOf('\n\n', start);
      if (end < 0) return;
      socket.off('data', onData);
      resolve({ text: text.slice(start, end + 2), at: performance.now() });
    };
    socket.on('data', onData);
  });
}
