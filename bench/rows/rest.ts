import { Agent } from 'node:http';
import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer } from '../support/child.ts';
import { patchFlag } from '../support/patching.ts';
import { inTurns, rates } from '../support/rounds.ts';
import type { Row } from '../support/row.ts';
import { rawRequest, requestRate } from '../support/sockets.ts';

const FEW = 100;
const MANY = 10_000;
const CONNECTIONS = 8;

/**
 * The management API: reading one flag and changing one durably, beside a bare server that sends the same bytes and
 * syncs one file; and pages of 20 flags among many, beside the same among few.
 */
export const rest: Row = {
  name: 'rest',
  async run(isQuick) {
    const [rounds, durationMs, many] = isQuick ? [3, 300, FEW * 2] : [7, 1_500, MANY];
    const [small, large] = await Promise.all(
      [FEW, many].map((flags) => startServer<SlipwayReady>('slipway', { flags })),
    );
    if (!small || !large) throw new Error('the servers did not start');
    const { token } = small.ready;
    const flagUrl = `${small.ready.url}/api/v2/flags/default/flag-0`;
    const answer = await fetch(flagUrl, { headers: { authorization: token, 'accept-encoding': 'identity' } });
    const body = await answer.text();
    const { date: _date, connection: _connection, ...headers } = Object.fromEntries(answer.headers);
    const bare = await startServer<BareReady>('bare', { body, headers, frame: '' });
    const reading = (url: string) => () =>
      requestRate(url, rawRequest('GET', url, { authorization: token }), { connections: CONNECTIONS, durationMs });
    const listing = async (query: string) => {
      const path = `/api/v2/flags/default${query}`;
      return rates(await inTurns(rounds, reading(large.ready.url + path), reading(small.ready.url + path)));
    };
    try {
      return [
        {
          name: `read one flag (${body.length} B)`,
          ...rates(await inTurns(rounds, reading(flagUrl), reading(`${bare.ready.url}/`))),
          bar: '',
        },
        {
          name: 'change one flag, durably',
          ...rates(
            await inTurns(
              rounds,
              patching(flagUrl, token, durationMs),
              patching(`${bare.ready.url}/`, token, durationMs),
            ),
          ),
          bar: '',
        },
        {
          name: `page of 20 flags (of ${many}, of ${FEW})`,
          ...(await listing('?limit=20')),
          bar: '0.7 to 1.3',
        },
        {
          name: '  in production, with configurations',
          ...(await listing('?limit=20&env=production')),
          bar: '',
        },
        {
          name: '  filtered by text and tag',
          ...(await listing('?limit=20&filter=query:flag-,tags:team-3')),
          bar: '',
        },
        { name: '  sorted by name', ...(await listing('?limit=20&sort=name')), bar: '' },
      ];
    } finally {
      await Promise.all([small.stop(), large.stop(), bare.stop()]);
    }
  },
};

/** Turns a flag on and off, one change after another as a person would. @returns changes a second */
function patching(url: string, token: string, durationMs: number): () => Promise<number> {
  return async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const endsAt = performance.now() + durationMs;
    let changes = 0;
    for (; performance.now() < endsAt; changes++) {
      await patchFlag(agent, url, token, changes % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff');
    }
    agent.destroy();
    return (changes * 1000) / durationMs;
  };
}
