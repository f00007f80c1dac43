import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES, type TestEngine } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';
import { beta, officialClient } from '../support/official-client.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Slice = Readonly<Record<string, number>>;

/** An app with an SDK key, and what the tests below do with flags. */
async function startCounting(engine: TestEngine, settings: Readonly<Record<string, string>> = {}) {
  const app = await startApp(engine, settings);
  const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
  return {
    app,
    bulk: (events: readonly object[], headers: Readonly<Record<string, string>> = {}) =>
      app.call({ method: 'POST', path: '/bulk', token: apiKey, headers, body: events }),
    usage: (flagKey: string, query = '') =>
      app.call({ path: `usage/evaluations/default/test/${flagKey}${query}`, headers: BETA }),
    condense: () =>
      runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined }),
    stored: () =>
      app.slipway.database.db
        .selectFrom('evaluation_counts')
        .select(['starts_at', 'count'])
        .orderBy('starts_at')
        .execute(),
  };
}

/** Slices in which anything was counted. */
const notEmpty = (series: readonly Slice[]) =>
  series.filter((slice) => Object.entries(slice).some(([name, count]) => name !== 'time' && count > 0));

describe.each(ENGINES)('counts of evaluations on $name', (engine) => {
  let counting: Awaited<ReturnType<typeof startCounting>>;
  let app: TestApp;
  let key = '';
  let count = 0;
  const { create, remove } = flagApi(() => app);

  beforeAll(async () => {
    counting = await startCounting(engine);
    ({ app } = counting);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    key = `flag-${count++}`;
    await create({ key, name: 'Flag' });
  });

  /** A summary of so many evaluations of each variation; the default of code is `default`. */
  const summary = (counts: Readonly<Record<string, number>>) => ({
    kind: 'summary',
    features: {
      [key]: {
        counters: Object.entries(counts).map(([variation, number]) => ({
          ...(variation !== 'default' && { variation: Number(variation) }),
          count: number,
        })),
      },
    },
  });
  const since = (ms: number) => `?from=${app.clock.now() - ms}`;
  const minute = (time: number) => time - (time % MINUTE);

  it('are told by the minute for the last two hours', async () => {
    const start = app.clock.now();
    await counting.bulk([summary({ 0: 2, 1: 3 })]);
    await counting.bulk([summary({ 1: 4 })]);
    await app.clock.advance(2 * MINUTE);
    await counting.bulk([summary({ 0: 1 })]);
    const { status, body } = await counting.usage(key, since(HOUR));
    expect(status).toBe(200);
    expect(body).toEqual({
      _links: { self: { href: `/api/v2/usage/evaluations/default/test/${key}`, type: 'application/json' } },
      metadata: [
        { variation: 0, value: true },
        { variation: 1, value: false },
      ],
      series: [
        { 0: 2, 1: 7, time: minute(start) },
        { 0: 0, 1: 0, time: minute(start) + MINUTE },
        { 0: 1, 1: 0, time: minute(start) + 2 * MINUTE },
      ],
    });
  });

  it('have a series for the default of code once it was served', async () => {
    await counting.bulk([summary({ 1: 1, default: 5 })]);
    const { metadata, series } = (await counting.usage(key, since(0))).body;
    expect(metadata).toEqual([{ variation: 0, value: true }, { variation: 1, value: false }, {}]);
    expect(series).toEqual([{ 0: 0, 1: 1, 2: 5, time: minute(app.clock.now()) }]);
  });

  it('are summed over applications, and told of one environment only', async () => {
    await counting.bulk([summary({ 0: 1 })], { 'x-launchdarkly-tags': 'application-id/shop' });
    await counting.bulk([summary({ 0: 2 })], { 'x-launchdarkly-tags': 'application-id/office' });
    expect((await counting.usage(key, since(0))).body.series[0]).toMatchObject({ 0: 3 });
    const other = await app.call({ path: `usage/evaluations/default/production/${key}`, headers: BETA });
    expect(notEmpty(other.body.series)).toEqual([]);
  });

  it('count a batch once, and nothing of flags that are not there', async () => {
    const headers = { 'x-launchdarkly-payload-id': randomUUID() };
    const odd = { kind: 'summary', features: { 'never-made': { counters: [{ variation: 0, count: 1 }] } } };
    await counting.bulk([summary({ 0: 1 }), odd], headers);
    await counting.bulk([summary({ 0: 1 }), odd], headers);
    expect((await counting.usage(key, since(0))).body.series).toMatchObject([{ 0: 1 }]);
    const rows = app.slipway.database.db.selectFrom('evaluation_counts').select('flag_key');
    expect(await rows.where('flag_key', '=', 'never-made').execute()).toEqual([]);
  });

  it('add up what comes at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => counting.bulk([summary({ 0: 1, 1: 2 })])));
    expect((await counting.usage(key, since(0))).body.series).toMatchObject([{ 0: 20, 1: 40 }]);
  });

  it('are told by the hour for two days, and by the day before', async () => {
    const first = app.clock.now();
    await counting.bulk([summary({ 0: 1 })]);
    await app.clock.advance(DAY);
    const second = app.clock.now();
    await counting.bulk([summary({ 0: 2 })]);
    await app.clock.advance(90 * MINUTE);
    await counting.bulk([summary({ 0: 3 })]);
    const hours = notEmpty((await counting.usage(key, since(2 * DAY))).body.series);
    const hour = (time: number) => time - (time % HOUR);
    expect(hours.map(({ time, 0: of }) => [time, of])).toEqual([
      [hour(first), 1],
      [hour(second), 2],
      [hour(app.clock.now()), 3],
    ]);
    const days = notEmpty((await counting.usage(key)).body.series);
    const day = (time: number) => time - (time % DAY);
    expect(days.map(({ time, 0: of }) => [time, of])).toEqual([
      [day(first), 1],
      [day(second), 5],
    ]);
    const tokyo = notEmpty((await counting.usage(key, '?tz=Asia/Tokyo')).body.series);
    expect(tokyo.map(({ time }) => time)).toEqual([
      day(first + 9 * HOUR) - 9 * HOUR,
      day(second + 9 * HOUR) - 9 * HOUR,
    ]);
    const until = `?from=${first}&to=${first + HOUR}`;
    expect(notEmpty((await counting.usage(key, until)).body.series)).toEqual([{ 0: 1, 1: 0, time: hour(first) }]);
  });

  it('begin anew with a flag made under an old key', async () => {
    await counting.bulk([summary({ 0: 1 })]);
    await remove(key);
    await create({ key, name: 'Again' });
    expect(notEmpty((await counting.usage(key)).body.series)).toEqual([]);
  });

  it('are none of times to come, and none before the flag', async () => {
    const now = app.clock.now();
    expect((await counting.usage(key, `?from=${now + DAY}&to=${now + 2 * DAY}`)).body.series).toEqual([]);
    expect((await counting.usage(key, `?from=1&to=2`)).body.series).toEqual([]);
    expect((await counting.usage(key, `?from=0&to=999999999999999`)).body.series).toHaveLength(1);
  });

  it.each([
    ['from=yesterday', 'from: expected a time in Unix milliseconds, got "yesterday"'],
    ['to=-1', 'to: expected a time in Unix milliseconds, got "-1"'],
    ['from=2&to=1', 'from: expected a time before 1, got 2'],
    ['tz=Nowhere', 'tz: expected a time zone, got "Nowhere"'],
  ])('refuse %s', async (query, message) => {
    expect(await counting.usage(key, `?${query}`)).toMatchObject({ status: 400, body: { message } });
  });

  it.each(['absent/test/flag-0', 'default/absent/flag-0', 'default/test/absent'])('do not know %s', async (path) => {
    const answer = await app.call({ path: `usage/evaluations/${path}`, headers: BETA });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('are a beta resource, for all who may read', async () => {
    const path = `usage/evaluations/default/test/${key}`;
    expect((await app.call({ path })).status).toBe(403);
    expect((await app.call({ path, headers: BETA, token: await app.addToken('reader') })).status).toBe(200);
  });

  it('are read by the official client', async () => {
    await counting.bulk([summary({ 0: 1 })]);
    const client = officialClient(await app.slipway.listen(), app.token);
    const from = String(app.clock.now());
    const { data } = await client.usage.getEvaluationsUsage('default', 'test', key, from, undefined, undefined, beta);
    expect(data.series).toEqual([{ 0: 1, 1: 0, time: minute(app.clock.now()) }]);
  });
});

describe.each(ENGINES)('the memory of evaluations on $name', (engine) => {
  const one = { kind: 'summary', features: { counted: { counters: [{ variation: 0, count: 1 }] } } };
  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    const counting = await startCounting(engine, settings);
    await counting.app.call({ method: 'POST', path: 'flags/default', body: { key: 'counted', name: 'Counted' } });
    return counting;
  };

  it('adds minutes up to hours when they are two hours old', async () => {
    const { app, bulk, usage, condense, stored } = await start();
    const first = app.clock.now();
    for (const pause of [5, 5, 120]) {
      await bulk([one]);
      await app.clock.advance(pause * MINUTE);
      await condense();
    }
    await bulk([one]);
    expect(await stored()).toEqual([
      { starts_at: first, count: 2 },
      { starts_at: first + 10 * MINUTE, count: 1 },
      { starts_at: first + 130 * MINUTE, count: 1 },
    ]);
    await app.clock.advance(10 * MINUTE);
    await condense();
    expect(await stored()).toEqual([
      { starts_at: first, count: 3 },
      { starts_at: first + 130 * MINUTE, count: 1 },
    ]);
    await app.clock.advance(10 * MINUTE);
    await condense();
    expect((await stored()).map(({ count }) => count)).toEqual([3, 1]);
    const days = notEmpty((await usage('counted')).body.series);
    expect(days).toMatchObject([{ 0: 4 }]);
    await app.close();
  });

  it('ends after as many days as are set', async () => {
    const { app, bulk, usage, condense, stored } = await start({ SLIPWAY_EVALUATION_DAYS: '2' });
    for (const pause of [DAY, DAY, HOUR]) {
      await bulk([one]);
      await app.clock.advance(pause);
    }
    await condense();
    expect(await stored()).toHaveLength(2);
    expect((await usage('counted')).body.series).toHaveLength(3);
    await app.clock.advance(10 * DAY);
    for (let round = 0; round < 3; round++) {
      await condense();
      await app.clock.advance(1_000);
    }
    expect(await stored()).toEqual([]);
    await app.close();
  });

  it('does not keep for ever by what flags were evaluated', async () => {
    const { app, bulk, condense } = await start({ SLIPWAY_EVALUATION_DAYS: '2' });
    const sources = async () => {
      const { db } = app.slipway.database;
      const rows = await db.selectFrom('flag_evaluation_sources').select('source').orderBy('source').execute();
      return rows.map(({ source }) => source);
    };
    const by = (contextKind: string) =>
      bulk([{ ...one, features: { counted: { ...one.features.counted, contextKinds: [contextKind] } } }]);
    await by('device');
    await app.clock.advance(DAY);
    await by('user');
    await app.clock.advance(DAY + HOUR);
    await condense();
    expect(await sources()).toEqual(['user']);
    await app.close();
  });

  it('does not end where counts are kept for ever', async () => {
    const { app, bulk, condense, stored } = await start({ SLIPWAY_EVALUATION_DAYS: '0' });
    await bulk([one]);
    await app.clock.advance(400 * DAY);
    await condense();
    expect(await stored()).toHaveLength(1);
    await app.close();
  });
});
