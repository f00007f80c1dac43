import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer } from '../support/child.ts';
import type { Row } from '../support/row.ts';
import { rawRequest, requestRate } from '../support/sockets.ts';
import { median } from '../support/statistics.ts';

const FLAGS = 200;
const CONNECTIONS = 16;

/** Polls of a whole environment by server-side SDKs, beside a bare server that sends the same bytes and headers. */
export const poll: Row = {
  name: 'poll',
  async run(isQuick) {
    const [rounds, durationMs] = isQuick ? [2, 500] : [7, 2_000];
    const ours = await startServer<SlipwayReady>('slipway', { flags: FLAGS });
    const url = `${ours.ready.url}/sdk/latest-all`;
    const headers = { authorization: ours.ready.sdkKey };
    const answer = await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' } });
    const body = await answer.text();
    const { date: _date, connection: _connection, ...sent } = Object.fromEntries(answer.headers);
    const bare = await startServer<BareReady>('bare', { body, headers: sent, frame: '' });
    try {
      const load = { connections: CONNECTIONS, durationMs };
      const rates: { ours: number; bare: number }[] = [];
      await requestRate(url, rawRequest('GET', url, headers), { ...load, durationMs: durationMs / 2 });
      for (let round = 0; round < rounds; round++) {
        rates.push({
          ours: await requestRate(url, rawRequest('GET', url, headers), load),
          bare: await requestRate(bare.ready.url, rawRequest('GET', `${bare.ready.url}/`, headers), load),
        });
      }
      const ratios = rates.map((rate) => rate.ours / rate.bare);
      const perSecond = (values: readonly number[]) => `${Math.round(median(values))}/s`;
      return [
        {
          name: `poll of ${FLAGS} flags (${Math.round(body.length / 1024)} KiB)`,
          ours: perSecond(rates.map((rate) => rate.ours)),
          bare: perSecond(rates.map((rate) => rate.bare)),
          ratio: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
          bar: '',
        },
      ];
    } finally {
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};
