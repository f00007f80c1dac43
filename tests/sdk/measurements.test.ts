import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Watch } from '../../src/domain/measurement/measure.ts';
import { listExposures, listMeasurements } from '../../src/store/measurements.ts';
import { deleteWatch, insertWatch } from '../../src/store/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('measurements on $name', (engine) => {
  let app: TestApp;
  let sdkKey = '';
  let watch: Watch;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const { _id, apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    sdkKey = apiKey;
    watch = {
      id: randomUUID(),
      environmentId: _id,
      flagKey: 'checkout',
      unitKind: 'user',
      fromVersion: 3,
      eventKeys: ['bought'],
    };
    await app.slipway.database.transaction((tx) => insertWatch(tx, watch));
  });

  const bulk = (events: readonly object[], headers: Readonly<Record<string, string>> = {}) =>
    app.call({ method: 'POST', path: '/bulk', token: sdkKey, headers, body: events });
  const served = (key: string, variation: number) => ({
    kind: 'feature',
    key: 'checkout',
    variation,
    version: 3,
    reason: { kind: 'FALLTHROUGH', inExperiment: true },
    context: { kind: 'user', key },
  });
  const bought = (key: string, metricValue?: number) => ({
    kind: 'custom',
    key: 'bought',
    contextKeys: { user: key },
    ...(metricValue !== undefined && { metricValue }),
  });
  const exposures = () => listExposures(app.slipway.database.db, watch.id);
  const measurements = () => listMeasurements(app.slipway.database.db, watch.id, 'bought');

  it('are of each unit: what it was served first, and the events since then', async () => {
    const first = app.clock.now();
    await bulk([bought('ada', 100), served('ada', 0), bought('ada', 2.5), served('bob', 1)]);
    await app.clock.advance(1_000);
    await bulk([served('ada', 0), bought('ada', 4), bought('ada'), bought('bob'), bought('eve', 9)]);
    expect(await exposures()).toEqual([
      { unitKey: 'ada', variation: 0, firstSeen: first },
      { unitKey: 'bob', variation: 1, firstSeen: first },
    ]);
    expect(await measurements()).toEqual([
      { eventKey: 'bought', unitKey: 'ada', count: 3, valued: 2, sum: 6.5, firstAt: first },
      { eventKey: 'bought', unitKey: 'bob', count: 1, valued: 0, sum: 0, firstAt: first + 1_000 },
    ]);
  });

  it('show when a unit was served two variations', async () => {
    await bulk([served('ada', 0)]);
    await bulk([served('ada', 1)]);
    expect((await exposures()).map(({ unitKey, variation }) => [unitKey, variation])).toEqual([
      ['ada', 0],
      ['ada', 1],
    ]);
  });

  it('count a batch once, and lose nothing of what comes at once', async () => {
    await bulk([served('ada', 0)]);
    const headers = { 'x-launchdarkly-payload-id': randomUUID() };
    await Promise.all(Array.from({ length: 5 }, () => bulk([bought('ada', 1)], headers)));
    await Promise.all(Array.from({ length: 20 }, () => bulk([bought('ada', 1), served('bob', 1)])));
    expect(await measurements()).toMatchObject([{ count: 21, valued: 21, sum: 21 }]);
    expect(await exposures()).toHaveLength(2);
  });

  it('take batches with more units than one statement carries', async () => {
    const units = Array.from({ length: 2_500 }, (_, index) => `unit-${index}`);
    await bulk(units.map((key, index) => served(key, index % 2)));
    await bulk(units.map((key) => bought(key, 1)));
    expect(await exposures()).toHaveLength(2_500);
    expect(await measurements()).toHaveLength(2_500);
  });

  it('are none of other environments and of what nobody watches, and end with the watch', async () => {
    await bulk([served('ada', 0), bought('ada', 1)]);
    const before = await exposures();
    sdkKey = (await app.call({ path: 'projects/default/environments/production' })).body.apiKey;
    await bulk([served('bob', 0), bought('bob', 1)]);
    await bulk([{ ...served('bob', 0), key: 'other' }]);
    expect(await exposures()).toEqual(before);
    await app.slipway.database.transaction((tx) => deleteWatch(tx, watch.id));
    expect([await exposures(), await measurements()]).toEqual([[], []]);
  });
});
