import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer } from '../support/child.ts';
import { inTurns, rates } from '../support/rounds.ts';
import type { Row } from '../support/row.ts';
import { openSocket, rawRequest, requireOk } from '../support/sockets.ts';
import { nextFrame } from '../support/streams.ts';

/**
 * SDKs that connect all at once, as after a restart of the service, until every one has its first payload: SDKs a
 * second, beside a bare server that writes the same frame.
 */
export const herd: Row = {
  name: 'herd',
  async run(isQuick) {
    const [sdks, flags, rounds] = isQuick ? [100, 50, 2] : [2_000, 1_000, 3];
    const ours = await startServer<SlipwayReady>('slipway', { flags });
    const url = `${ours.ready.url}/all`;
    const request = rawRequest('GET', url, { authorization: ours.ready.sdkKey });
    const socket = await openSocket(url);
    const first = nextFrame(socket);
    socket.write(request);
    const frame = unchunked((await first).text);
    socket.destroy();
    const bare = await startServer<BareReady>('bare', { body: '', headers: {}, frame });
    const bareUrl = `${bare.ready.url}/stream`;
    try {
      const pairs = await inTurns(
        rounds,
        () => arrivals(url, request, sdks, frame.length),
        () => arrivals(bareUrl, rawRequest('GET', bareUrl, {}), sdks, frame.length),
      );
      return [
        {
          name: `${sdks} SDKs at once, ${flags} flags (${Math.round(frame.length / 1024)} KiB)`,
          ...rates(pairs),
          bar: '≥ 0.5',
        },
      ];
    } finally {
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};

/** What was said in the pieces that the server has sent, without their lengths. */
function unchunked(text: string): string {
  return text.replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
}

/** Opens streams all at once. @returns how many a second got their first frame, until the last one had it */
async function arrivals(url: string, request: Buffer, sdks: number, frameBytes: number): Promise<number> {
  const startedAt = performance.now();
  const sockets = await Promise.all(
    Array.from({ length: sdks }, async () => {
      const socket = await openSocket(url);
      socket.write(request);
      await new Promise<void>((resolve, reject) => {
        let bytes = 0;
        socket.on('data', (chunk: Buffer) => {
          if (bytes === 0) requireOk(chunk.toString('latin1', 0, 100));
          bytes += chunk.length;
          // Headers and the lengths of pieces come on top; they are less than a hundredth.
          if (bytes >= frameBytes) resolve();
        });
        socket.on('close', () => reject(new Error('a stream ended early')));
      });
      return socket;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const socket of sockets) socket.destroy();
  return sdks / seconds;
}
