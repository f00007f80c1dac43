import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer, type ServerProcess, type Usage } from '../support/child.ts';
import type { Row } from '../support/row.ts';
import { openSocket, rawRequest, requireOk } from '../support/sockets.ts';
import { quantile } from '../support/statistics.ts';
import { nextFrame, openStreams } from '../support/streams.ts';

const STREAMS = 2_000;
const FLAGS = 20;

/**
 * From sending a change to having its frame, on every one of 2,000 streams. Ours is a PATCH that is checked, stored with
 * one fsync and audited before it is sent on; the bare server only writes the same frame to as many streams.
 */
export const stream: Row = {
  name: 'stream',
  async run(isQuick) {
    const [streams, changes] = isQuick ? [200, 5] : [STREAMS, 60];
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
    const oursBefore = await ours.usage();
    const ourStreams = await openStreams(`${url}/all`, { authorization: sdkKey }, streams);
    const ourFrame = await captureFrame(ourStreams[0] as Socket, await openSocket(url), patch(0));
    const bare = await startServer<BareReady>('bare', { body: '', headers: {}, frame: ourFrame });
    const bareBefore = await bare.usage();
    const bareStreams = await openStreams(`${bare.ready.url}/stream`, {}, streams);
    const post = rawRequest('POST', `${bare.ready.url}/`, {}, 'x');
    try {
      const memory = { ours: await growth(ours, oursBefore, streams), bare: await growth(bare, bareBefore, streams) };
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
        };
      };
      return [
        { name: `change to ${streams} streams, p50`, ...at(0.5), bar: '' },
        { name: `change to ${streams} streams, p99`, ...at(0.99), bar: '≤ 1.5' },
        {
          name: 'memory of a stream, live in the heap',
          ...besides(memory.ours.heapBytes, memory.bare.heapBytes),
          bar: '',
        },
        {
          name: 'memory of a stream, resident',
          ...besides(memory.ours.residentBytes, memory.bare.residentBytes),
          bar: 'under 40 kB',
        },
      ];
    } finally {
      for (const socket of [...ourStreams, ...bareStreams]) socket.destroy();
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};

async function captureFrame(stream: Socket, writer: Socket, request: Buffer): Promise<string> {
  const frame = nextFrame(stream);
  await send(writer, request);
  writer.destroy();
  return (await frame).text;
}

/** Makes one change. @returns milliseconds until its frame was there, for each stream */
async function change(streams: readonly Socket[], writer: Socket, request: Buffer): Promise<readonly number[]> {
  const frames = streams.map(nextFrame);
  const startedAt = performance.now();
  await send(writer, request);
  return (await Promise.all(frames)).map(({ at }) => at - startedAt);
}

async function send(writer: Socket, request: Buffer): Promise<void> {
  const answered = once(writer, 'data');
  writer.write(request);
  const [answer] = await answered;
  requireOk((answer as Buffer).toString('latin1'));
}

type Growth = Readonly<Record<'residentBytes' | 'heapBytes', number>>;

/** What the streams have added to a server, for each of them. */
async function growth(server: ServerProcess<unknown>, before: Usage, streams: number): Promise<Growth> {
  const after = await server.usage();
  return {
    residentBytes: (after.residentBytes - before.residentBytes) / streams,
    heapBytes: (after.heapBytes - before.heapBytes) / streams,
  };
}

function besides(ours: number, bare: number): { ours: string; bare: string; ratio: string } {
  const show = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  return { ours: show(ours), bare: show(bare), ratio: (ours / bare).toFixed(2) };
}
