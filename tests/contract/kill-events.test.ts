import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient } from '../support/official-client.ts';
import { startProcess } from '../support/process.ts';

const SENDERS = 8;
const BATCHES_OF_SENDER = 40;
const ACKNOWLEDGED_BEFORE_KILL = 100;

/** A batch as SDKs send it: with an id that stays the same when it is sent again. */
interface Batch {
  readonly payloadId: string;
  readonly body: string;
}

const makeBatch = (flagKey: string): Batch => ({
  payloadId: randomUUID(),
  body: JSON.stringify([
    { kind: 'summary', features: { [flagKey]: { counters: [{ variation: 0, version: 1, count: 3 }] } } },
  ]),
});

describe.each(ENGINES)('kill -9 while events pour in on $name', (engine) => {
  it('loses no batch that was acknowledged, and counts none twice that is sent again', async () => {
    const store = await engine.create();
    const token = `api-${randomUUID()}`;
    const settings = { DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token };
    const first = await startProcess(settings);
    const before = officialClient(first.url, token);
    await before.flags.postFeatureFlag('default', { key: 'counted', name: 'Counted' });
    const { data: production } = await before.environments.getEnvironment('default', 'production');

    const senders = Array.from({ length: SENDERS }, () =>
      Array.from({ length: BATCHES_OF_SENDER }, () => makeBatch('counted')),
    );
    const acknowledged = new Set<Batch>();
    let killed: Promise<unknown> | undefined;
    const acknowledge = (batch: Batch) => {
      acknowledged.add(batch);
      if (acknowledged.size === ACKNOWLEDGED_BEFORE_KILL) killed = first.stop('SIGKILL');
    };
    const ends = await Promise.allSettled(
      senders.map(async (batches) => {
        for (const batch of batches) {
          await send(first.url, production.apiKey, batch);
          acknowledge(batch);
        }
      }),
    );
    await killed;
    expect(ends.map(({ status }) => status)).toContain('rejected');

    const second = await startProcess(settings);
    const after = officialClient(second.url, token);
    expect(await evaluations(after)).toBeGreaterThanOrEqual(3 * acknowledged.size);
    for (const batch of senders.flat()) await send(second.url, production.apiKey, batch);
    expect(await evaluations(after)).toBe(3 * SENDERS * BATCHES_OF_SENDER);

    expect(await second.stop('SIGTERM')).toBe(0);
    await store.drop();
  });
});

async function send(url: string, sdkKey: string, { payloadId, body }: Batch): Promise<void> {
  const headers = { authorization: sdkKey, 'x-launchdarkly-payload-id': payloadId };
  const { status } = await fetch(`${url}/bulk`, { method: 'POST', headers, body });
  expect(status).toBe(202);
}

/** How often the flag has served its first variation. */
async function evaluations(client: OfficialClient): Promise<number> {
  const { data } = await client.usage.getEvaluationsUsage(
    'default',
    'production',
    'counted',
    undefined,
    undefined,
    undefined,
    beta,
  );
  return data.series.reduce((sum, slice) => sum + (slice['0'] ?? 0), 0);
}
