import { Agent } from 'node:http';
import { createDatabase, startPostgres } from '../../tests/support/postgres.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import { startServer } from '../support/child.ts';
import { patchFlag } from '../support/patching.ts';
import type { Measurement, Row } from '../support/row.ts';
import { median, quantile } from '../support/statistics.ts';

const WRITERS = 8;
const DURABLE = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];

/**
 * How long a change of a flag takes on PostgreSQL, by eight people who change a flag each, one change after another:
 * spread over two processes, beside all of them at one. Both processes run all along.
 */
export const processes: Row = {
  name: 'processes',
  async run(isQuick) {
    const [rounds, durationMs] = isQuick ? [2, 300] : [5, 2_000];
    const postgres = await startPostgres(DURABLE);
    try {
      const databaseUrl = await createDatabase(postgres.url, 'bench');
      const first = await startServer<SlipwayReady>('slipway', { flags: WRITERS, databaseUrl });
      const second = await startServer<SlipwayReady>('slipway', { flags: 0, databaseUrl });
      try {
        return await measure([first.ready, second.ready], rounds, durationMs);
      } finally {
        await Promise.all([first.stop(), second.stop()]);
      }
    } finally {
      await postgres.stop();
    }
  },
};

async function measure(
  [first, second]: readonly [SlipwayReady, SlipwayReady],
  rounds: number,
  durationMs: number,
): Promise<readonly Measurement[]> {
  const write = (to: readonly SlipwayReady[]) =>
    Promise.all(
      Array.from({ length: WRITERS }, (_, writer) =>
        changing(to[writer % to.length] ?? first, `flag-${writer}`, durationMs),
      ),
    );
  await write([first, second]);
  const taken: { readonly two: readonly number[]; readonly one: readonly number[] }[] = [];
  for (let round = 0; round < rounds; round++) {
    taken.push({ two: (await write([first, second])).flat(), one: (await write([first])).flat() });
  }
  return [
    ['median', 0.5],
    ['99th percentile', 0.99],
  ].map(([name, share]) => {
    const times = taken.map(({ two, one }) => ({
      two: quantile(two, Number(share)),
      one: quantile(one, Number(share)),
    }));
    const ratios = times.map(({ two, one }) => two / one);
    return {
      name: `change of a flag, two processes, ${name}`,
      ours: `${median(times.map(({ two }) => two)).toFixed(1)} ms`,
      bare: `${median(times.map(({ one }) => one)).toFixed(1)} ms`,
      ratio: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
      bar: '',
    };
  });
}

/** Turns a flag on and off for some time. @returns how long each change took, in milliseconds */
async function changing({ url, token }: SlipwayReady, flagKey: string, durationMs: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const endsAt = performance.now() + durationMs;
  const taken: number[] = [];
  for (let startedAt = performance.now(); startedAt < endsAt; startedAt = performance.now()) {
    const kind = taken.length % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff';
    await patchFlag(agent, `${url}/api/v2/flags/default/${flagKey}`, token, kind);
    taken.push(performance.now() - startedAt);
  }
  agent.destroy();
  return taken;
}
