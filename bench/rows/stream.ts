import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer, type ServerProcess } from '../support/child.ts';
import type { Row } from '../support/row.ts';
import { openSocket, rawRequest } from '../support/sockets.ts';
import { quantile } from '../support/statistics.ts';

const STREAMS = 500;
const FLAGS = 20;

/**
 * From sending a change to having its frame, on every one of 500 streams. Ours is a PATCH that is checked, stored with
 * one fsync and audited before it is sent on; the bare server only writes the same frame to as many streams.
 */
export const stream: Row = {
  name: 'stream',
  async run(isQuick) {
    const changes = isQuick ? 5 : 60;
    const ours = await startServer<SlipwayReady>('slipway', { flags: FLAGS });
    const { url, token, sdkKey } = ours.ready;
    const patch = (index: number) =>
      rawRequest(
        'PATCH',
        `${url}/api/v2/flags/default/flag-0`,
        { authorization: token, 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' },
        JSON.stringify({
          environmentKey: 'production',
          instructions: [{ kind: index % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff' }],
        }),
      );
    const oursBefore = await ours.memory();
    const ourStreams = await openStreams(`${url}/all`, { authorization: sdkKey });
    const ourFrame = await captureFrame(ourStreams[0] as Socket, await openSocket(url), patch(0));
    const bare = await startServer<BareReady>('bare', { body: '', headers: {}, frame: ourFrame });
    const bareBefore = await bare.memory();
    const bareStreams = await openStreams(`${bare.ready.url}/stream`, {});
    const post = rawRequest('POST', `${bare.ready.url}/`, {}, 'x');
    try {
      const memory = await memoryPerStream(ours, oursBefore, bare, bareBefore);
      const latencies = { ours: [] as number[], bare: [] as number[] };
      const ourWriter = await openSocket(url);
      const bareWriter = await openSocket(bare.ready.url);
      for (let index = 1; index <= changes; index++) {
        latencies.ours.push(...(await change(ourStreams, ourWriter, patch(index))));
        latencies.bare.push(...(await change(bareStreams, bareWriter, post)));
      }
      const at = (share: number) => {
        const [left, right] = [quantile(latencies.ours, share), quantile(latencies.bare, share)];
        return {
          ours: `${left.toFixed(1)} ms`,
          bare: `${right.toFixed(1)} ms`,
          ratio: (left / right).toFixed(2),
          bar: '',
        };
      };
      return [
        { name: `change to ${STREAMS} streams, p50`, ...at(0.5) },
        { name: `change to ${STREAMS} streams, p99`, ...at(0.99) },
        { name: 'memory of a stream', ...memory, bar: 'under 40 kB' },
      ];
    } finally {
      for (const socket of [...ourStreams, ...bareStreams]) socket.destroy();
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};

/** Streams that have received their first frame. */
async function openStreams(url: string, headers: Readonly<Record<string, string>>): Promise<readonly Socket[]> {
  const request = rawRequest('GET', url, headers);
  return Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const socket = await openSocket(url);
      const first = frameEnd(socket);
      socket.write(request);
      await first;
      return socket;
    }),
  );
}

/** Waits for the empty line that ends a frame; the one that ends the response's head has another spelling. */
async function frameEnd(socket: Socket): Promise<string> {
  let text = '';
  while (!text.includes('\n\n')) {
    const [chunk] = await once(socket, 'data');
    text += (chunk as Buffer).toString('latin1');
  }
  return text;
}

async function captureFrame(stream: Socket, writer: Socket, request: Buffer): Promise<string> {
  const frame = frameEnd(stream);
  writer.write(request);
  const [, text = ''] = /(event: .*\n\n)/s.exec(await frame) ?? [];
  writer.destroy();
  return text;
}

/** Makes one change. @returns milliseconds until its frame was there, for each stream */
async function change(streams: readonly Socket[], writer: Socket, request: Buffer): Promise<readonly number[]> {
  const answered = once(writer, 'data');
  const startedAt = performance.now();
  const arrivals = streams.map(async (socket) => {
    await frameEnd(socket);
    return performance.now() - startedAt;
  });
  writer.write(request);
  const latencies = await Promise.all(arrivals);
  await answered;
  return latencies;
}

async function memoryPerStream(
  ours: ServerProcess<unknown>,
  oursBefore: number,
  bare: ServerProcess<unknown>,
  bareBefore: number,
): Promise<{ ours: string; bare: string; ratio: string }> {
  const left = ((await ours.memory()) - oursBefore) / STREAMS / 1000;
  const right = ((await bare.memory()) - bareBefore) / STREAMS / 1000;
  return { ours: `${left.toFixed(1)} kB`, bare: `${right.toFixed(1)} kB`, ratio: (left / right).toFixed(2) };
}
