import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { type ServerProcess, startServer } from '../support/child.ts';
import type { Row } from '../support/row.ts';
import { rawRequest, requestRate } from '../support/sockets.ts';
import { median } from '../support/statistics.ts';

const FLAGS = 200;
const CONNECTIONS = 16;

/** One round: answers a second, processor time of the server for each, and how busy the load generator was. */
interface Round {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
  readonly generatorShare: number;
}

/** Polls of a whole environment by server-side SDKs, beside a bare server that sends the same bytes and headers. */
export const poll: Row = {
  name: 'poll',
  async run(isQuick) {
    const [rounds, durationMs] = isQuick ? [3, 500] : [7, 2_000];
    const ours = await startServer<SlipwayReady>('slipway', { flags: FLAGS });
    const url = `${ours.ready.url}/sdk/latest-all`;
    const headers = { authorization: ours.ready.sdkKey };
    const answer = await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' } });
    const body = await answer.text();
    const { date: _date, connection: _connection, ...sent } = Object.fromEntries(answer.headers);
    const bare = await startServer<BareReady>('bare', { body, headers: sent, frame: '' });
    try {
      const measureOurs = (ms: number) => measure(ours, url, rawRequest('GET', url, headers), ms);
      const bareUrl = `${bare.ready.url}/`;
      const measureBare = (ms: number) => measure(bare, bareUrl, rawRequest('GET', bareUrl, headers), ms);
      await measureOurs(durationMs);
      await measureBare(durationMs);
      const pairs: { ours: Round; bare: Round }[] = [];
      for (let round = 0; round < rounds; round++) {
        pairs.push({ ours: await measureOurs(durationMs), bare: await measureBare(durationMs) });
      }
      const line = (field: keyof Round, show: (value: number) => string) => {
        const ratios = pairs.map((pair) => pair.ours[field] / pair.bare[field]);
        return {
          ours: show(median(pairs.map((pair) => pair.ours[field]))),
          bare: show(median(pairs.map((pair) => pair.bare[field]))),
          ratio: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
          bar: '',
        };
      };
      return [
        {
          name: `poll of ${FLAGS} flags (${Math.round(body.length / 1024)} KiB)`,
          ...line('perSecond', (value) => `${Math.round(value)}/s`),
        },
        { name: '  processor time of the server', ...line('cpuMicroseconds', (value) => `${value.toFixed(1)} µs`) },
        {
          name: '  load on the generator',
          ...line('generatorShare', (value) => `${Math.round(value * 100)} %`),
          ratio: '',
        },
      ];
    } finally {
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};

async function measure(
  server: ServerProcess<unknown>,
  url: string,
  request: Buffer,
  durationMs: number,
): Promise<Round> {
  const before = await server.usage();
  const generatorBefore = process.cpuUsage();
  const startedAt = performance.now();
  const perSecond = await requestRate(url, request, { connections: CONNECTIONS, durationMs });
  const elapsedMs = performance.now() - startedAt;
  const generator = process.cpuUsage(generatorBefore);
  const after = await server.usage();
  return {
    perSecond,
    cpuMicroseconds: ((after.cpuMs - before.cpuMs) * 1000) / ((perSecond * durationMs) / 1000),
    generatorShare: (generator.user + generator.system) / 1000 / elapsedMs,
  };
}
