import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveEvaluations } from '../../src/store/evaluations.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

const DAY = 24 * 60 * 60 * 1000;

describe.each(ENGINES)('flag statuses on $name', (engine) => {
  let app: TestApp;
  let count = 0;
  let key = '';
  let sdkKey = '';
  const { create, patch, remove, get } = flagApi(() => app);

  beforeAll(async () => {
    app = await startApp(engine);
    sdkKey = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    key = `flag-${count++}`;
    await create({ key, name: 'Flag' });
  });

  const report = (features: Readonly<Record<string, object>>, headers: Readonly<Record<string, string>> = {}) =>
    app.call({ method: 'POST', path: '/bulk', token: sdkKey, headers, body: [{ kind: 'summary', features }] });
  const evaluated = (defaultValue: unknown, contextKinds = ['user']) => ({
    default: defaultValue,
    contextKinds,
    counters: [{ value: true, variation: 0, version: 1, count: 1 }],
  });
  const status = async (environmentKey = 'test') =>
    (await app.call({ path: `flag-statuses/default/${environmentKey}/${key}` })).body;

  it('begin as new and become inactive after seven days without a request', async () => {
    expect(await status()).toEqual({
      name: 'new',
      _links: {
        self: { href: `/api/v2/flag-statuses/default/test/${key}`, type: 'application/json' },
        parent: { href: `/api/v2/flags/default/${key}`, type: 'application/json' },
      },
    });
    await app.clock.advance(7 * DAY);
    expect((await status()).name).toBe('inactive');
  });

  it('are active while SDKs ask, in that environment, with the default that code passed', async () => {
    await report({ [key]: evaluated(false) });
    const at = new Date(app.clock.now()).toISOString();
    expect(await status()).toMatchObject({ name: 'active', lastRequested: at, default: false });
    expect(await status('production')).not.toHaveProperty('lastRequested');
    await app.clock.advance(DAY);
    await report({ [key]: evaluated(undefined) });
    expect(await status()).toMatchObject({ lastRequested: new Date(app.clock.now()).toISOString(), default: false });
    await app.clock.advance(7 * DAY);
    expect((await status()).name).toBe('inactive');
  });

  it('are launched when all get the same for seven days, until something changes', async () => {
    await patch(key, [{ kind: 'turnFlagOn' }]);
    await app.clock.advance(7 * DAY);
    await report({ [key]: evaluated(false) });
    expect((await status()).name).toBe('launched');
    await patch(key, [{ kind: 'updateTrackEvents', trackEvents: true }]);
    expect((await status()).name).toBe('active');
  });

  it('count a batch once, and no events of flags that are not there', async () => {
    const headers = { 'x-launchdarkly-payload-id': randomUUID() };
    await report({ [key]: evaluated('first') }, headers);
    await app.clock.advance(DAY);
    await report({ [key]: evaluated('again') }, headers);
    expect(await status()).toMatchObject({ default: 'first' });
    await report({ 'never-made': evaluated(1), [key]: { counters: [{ unknown: true, count: 1 }], default: 'lost' } });
    expect(await status()).toMatchObject({ default: 'first' });
    const rows = app.slipway.database.db.selectFrom('flag_evaluations').select('flag_key');
    expect(await rows.where('flag_key', '=', 'never-made').execute()).toEqual([]);
  });

  it('begin anew with a flag made under an old key', async () => {
    await report({ [key]: evaluated(false) });
    await remove(key);
    await app.clock.advance(1);
    await create({ key, name: 'Again' });
    expect(await status()).toMatchObject({ name: 'new' });
    expect(await status()).not.toHaveProperty('lastRequested');
    const { environments } = (await get(key, '?expand=evaluation')).body;
    expect(environments.test.evaluation).toEqual({ contextKinds: [] });
    await report({ [key]: evaluated(undefined) });
    expect(await status()).toMatchObject({ name: 'active' });
    expect(await status()).not.toHaveProperty('default');
  });

  it('keep the later of two requests, whichever is stored first', async () => {
    await app.clock.advance(DAY);
    await report({ [key]: evaluated('late') });
    const before = await status();
    const environmentId = (await app.call({ path: 'projects/default/environments/test' })).body._id;
    const evaluations = [
      { flagKey: key, defaultValue: 'early', contextKinds: new Set(['user']), applicationIds: new Set<string>() },
    ];
    const early = { environmentId, requestedAt: app.clock.now() - 1, evaluations };
    await app.slipway.database.transaction((tx) => saveEvaluations(tx, early));
    expect(await status()).toEqual(before);
    const rows = app.slipway.database.db.selectFrom('flag_evaluation_sources').select('last_requested_at');
    expect(await rows.where('flag_key', '=', key).execute()).toEqual([{ last_requested_at: app.clock.now() }]);
  });

  it('are listed for an environment by key, without archived flags', async () => {
    await report({ [key]: evaluated(false) });
    const list = async () => (await app.call({ path: 'flag-statuses/default/test' })).body;
    const keyOf = ({ _links }: { _links: { self: { href: string } } }) => _links.self.href.split('/').at(-1) as string;
    const { items, _links } = await list();
    expect(_links.self.href).toBe('/api/v2/flag-statuses/default/test');
    expect(items.map(keyOf)).toEqual(items.map(keyOf).toSorted());
    expect(items.find((item: Parameters<typeof keyOf>[0]) => keyOf(item) === key)).toMatchObject({ name: 'active' });
    await patch(key, [{ kind: 'archiveFlag' }]);
    expect((await list()).items.map(keyOf)).not.toContain(key);
    expect((await status()).name).toBe('active');
  });

  it('are listed for some flags alone', async () => {
    await create({ key: `${key}-other`, name: 'Other' });
    await report({ [key]: evaluated(true) });
    const list = async (keys: string) =>
      (await app.call({ path: `flag-statuses/default/test?keys=${keys}` })).body.items;
    const found = await list(`${key}-other,absent,${key}`);
    expect(found).toMatchObject([{ name: 'active', default: true }, { name: 'new' }]);
    expect(found).toHaveLength(2);
    expect((await list('absent')).length).toBe(0);
    expect((await list('')).length).toBeGreaterThanOrEqual(2);
  });

  it('are told across environments, or for some', async () => {
    await report({ [key]: evaluated(false) });
    const { body } = await app.call({ path: `flag-status/default/${key}` });
    expect(body).toEqual({
      key,
      environments: {
        production: { name: 'new' },
        test: { name: 'active', lastRequested: expect.any(String), default: false },
      },
      _links: {
        self: { href: `/api/v2/flag-status/default/${key}`, type: 'application/json' },
        parent: { href: '/api/v2/flag-status', type: 'application/json' },
      },
    });
    const some = await app.call({ path: `flag-status/default/${key}?env=test` });
    expect(Object.keys(some.body.environments)).toEqual(['test']);
    for (const query of ['env=test,production', 'env=test&env=production']) {
      const both = await app.call({ path: `flag-status/default/${key}?${query}` });
      expect(Object.keys(both.body.environments).toSorted()).toEqual(['production', 'test']);
    }
  });

  it.each([
    'flag-statuses/absent/test',
    'flag-statuses/default/absent',
    'flag-statuses/default/test/absent',
    'flag-statuses/default/absent/flag-0',
    'flag-status/default/absent',
    'flag-status/absent/flag-0',
    'flag-status/default/flag-0?env=absent',
  ])('do not know %s', async (path) => {
    expect(await app.call({ path })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('come with the kinds that a flag was evaluated for', async () => {
    await report({ [key]: evaluated(false, ['user', 'org']) });
    const { environments } = (await get(key, '?expand=evaluation&env=test')).body;
    expect(environments.test.evaluation).toEqual({ contextKinds: ['org', 'user'] });
    await app.clock.advance(31 * DAY);
    const later = (await get(key, '?expand=evaluation')).body.environments;
    expect([later.test.evaluation, later.production.evaluation]).toEqual([{ contextKinds: [] }, { contextKinds: [] }]);
  });
});
