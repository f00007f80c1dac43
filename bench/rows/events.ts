import { randomUUID } from 'node:crypto';
import { createDatabase, startPostgres } from '../../tests/support/postgres.ts';
import type { BareReady } from '../servers/bare.ts';
import type { SlipwayOptions, SlipwayReady } from '../servers/slipway.ts';
import { startServer } from '../support/child.ts';
import { inTurns, rates } from '../support/rounds.ts';
import type { Measurement, Row } from '../support/row.ts';
import { answerRate, rawRequest } from '../support/sockets.ts';

const FLAGS = 20;
const CUSTOM_EVENTS = 50;
const CONNECTIONS = [16, 256];
const DURABLE = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];

/**
 * Batches of events of SDKs, answered when they are on disk: a summary of 20 flags and 50 events of its own making. The bare
 * server parses the same batches and appends them to a file, with one fsync for all that come within 20 ms.
 */
export const events: Row = {
  name: 'events',
  async run(isQuick) {
    const [rounds, durationMs] = isQuick ? [2, 300] : [5, 1_500];
    const onSqlite = await measure('SQLite', { flags: FLAGS }, rounds, durationMs);
    const postgres = await startPostgres(DURABLE);
    try {
      const databaseUrl = await createDatabase(postgres.url, 'bench');
      return [...onSqlite, ...(await measure('PostgreSQL', { flags: FLAGS, databaseUrl }, rounds, durationMs))];
    } finally {
      await postgres.stop();
    }
  },
};

async function measure(
  engine: string,
  options: SlipwayOptions,
  rounds: number,
  durationMs: number,
): Promise<readonly Measurement[]> {
  const ours = await startServer<SlipwayReady>('slipway', options);
  const bare = await startServer<BareReady>('bare', { body: '', headers: {}, frame: '' });
  const { url, sdkKey } = ours.ready;
  const bareUrl = `${bare.ready.url}/events`;
  const measurements: Measurement[] = [];
  try {
    for (const connections of CONNECTIONS) {
      const load = { connections, durationMs };
      const pairs = await inTurns(
        rounds,
        () => answerRate(url, batches(`${url}/bulk`, { authorization: sdkKey }), load),
        () => answerRate(bareUrl, batches(bareUrl, {}), load),
      );
      measurements.push({
        name: `batches of events, ${connections} connections, ${engine}`,
        ...rates(pairs),
        bar: connections === CONNECTIONS[0] ? '≥ 0.5' : '',
      });
    }
    return measurements;
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
  }
}

/** Batches that are alike, each with an id of its own. */
function batches(url: string, headers: Readonly<Record<string, string>>): () => Buffer {
  const now = Date.now();
  const summary = {
    kind: 'summary',
    startDate: now - 5_000,
    endDate: now,
    features: Object.fromEntries(
      Array.from({ length: FLAGS }, (_, index) => [
        `flag-${index}`,
        {
          default: false,
          contextKinds: ['user'],
          counters: [{ variation: 0, version: 1, value: true, count: 100 + index }],
        },
      ]),
    ),
  };
  const custom = Array.from({ length: CUSTOM_EVENTS }, (_, index) => ({
    kind: 'custom',
    creationDate: now,
    key: 'order-placed',
    context: { kind: 'user', key: `person-${index}` },
    data: { basket: `basket-${index}` },
    metricValue: index,
  }));
  const id = randomUUID();
  const all = { ...headers, 'content-type': 'application/json', 'x-launchdarkly-payload-id': id };
  const template = rawRequest('POST', url, all, JSON.stringify([summary, ...custom]));
  const idAt = template.indexOf(id);
  return () => {
    const request = Buffer.from(template);
    request.write(randomUUID(), idAt, 'latin1');
    return request;
  };
}
