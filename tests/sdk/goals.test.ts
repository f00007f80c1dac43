import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { HOUR, type RolloutApi, rolloutApi } from '../support/rollout-api.ts';

const URLS = [{ kind: 'canonical', url: 'https://shop.example/checkout' }];

describe.each(ENGINES)('goals on $name', (engine) => {
  let app: TestApp;
  let rollouts: RolloutApi;
  let test: { readonly _id: string; readonly apiKey: string };

  const goals = async () => (await app.call({ path: `/sdk/goals/${test._id}`, token: null })).body;
  const send = (events: readonly object[]) =>
    app.call({ method: 'POST', path: `/events/bulk/${test._id}`, token: null, body: events });

  beforeAll(async () => {
    app = await startApp(engine);
    rollouts = await rolloutApi(app);
    test = (await app.call({ path: `projects/${rollouts.project}/environments/test` })).body;
    for (const given of [
      { key: 'seen', kind: 'pageview', urls: URLS },
      { key: 'bought', kind: 'click', urls: URLS, selector: '#buy' },
      { key: 'unused', kind: 'pageview', urls: URLS },
    ]) {
      const body = { name: given.key, isNumeric: false, successCriteria: 'HigherThanBaseline', ...given };
      await app.call({ method: 'POST', path: `metrics/${rollouts.project}`, body });
    }
  });
  afterAll(() => app.close());

  it('are none while nothing is measured', async () => {
    expect(await goals()).toEqual([]);
  });

  it('are the clicks and page views that a rollout is judged by, and count for it', async () => {
    const metrics = ['seen', 'bought', 'errors'].map((key) => ({ key, isGroup: false }));
    expect(await rollouts.start({ metrics })).toMatchObject({ status: 200 });
    await app.clock.advance(1_000);
    expect(await goals()).toEqual([
      { key: 'seen', kind: 'pageview', urls: URLS },
      { key: 'bought', kind: 'click', selector: '#buy', urls: URLS },
    ]);

    const { version } = await rollouts.payload();
    const context = { kind: 'user', key: 'kim' };
    const exposed = { kind: 'feature', key: 'cart', variation: 0, version, context };
    expect(
      await send([
        { ...exposed, reason: { kind: 'FALLTHROUGH', inExperiment: true } },
        { kind: 'click', key: 'bought', url: 'https://shop.example/checkout', selector: '#buy', context },
        { kind: 'pageview', key: 'seen', url: 'https://shop.example/checkout', context },
        { kind: 'click', key: 'unused', url: 'https://shop.example/', context },
        // The same keys, of events that code sends by itself.
        { kind: 'custom', key: 'bought', context },
      ]),
    ).toMatchObject({ status: 202 });
    const rows = await app.slipway.database.db
      .selectFrom('measurements')
      .select(['event_key', 'unit_key', 'count'])
      .orderBy('event_key')
      .execute();
    expect(rows).toEqual([
      { event_key: 'click:bought', unit_key: 'kim', count: 1 },
      { event_key: 'pageview:seen', unit_key: 'kim', count: 1 },
    ]);
    await rollouts.pass(HOUR / 4);
    expect((await rollouts.latest()).kind).toBe('guarded');
  });

  it('are none any more when the rollout is over', async () => {
    await rollouts.stop(rollouts.original);
    await app.clock.advance(1_000);
    expect(await goals()).toEqual([]);
  });
});
