import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { HOUR, MINUTE, type RolloutApi, rolloutApi } from '../support/rollout-api.ts';

const GOOD = { target: { units: 200, events: 4 }, control: { units: 200, events: 8 } };
const BAD = { target: { units: 150, events: 60 }, control: { units: 150, events: 5 } };

describe.each(ENGINES)('automated releases on $name', (engine) => {
  let app: TestApp;
  let api: RolloutApi;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    api = await rolloutApi(app);
  });

  const path = (id: string, rest = '') => `projects/${api.project}/environments/test/automated-releases/${id}${rest}`;
  const get = (id: string, rest = '') => api.beta('GET', path(id, rest));
  const dismiss = (id: string, metricKey = 'errors', token?: string, body: object = { action: 'dismiss_regression' }) =>
    api.beta('PATCH', path(id, `/metric-states/${metricKey}`), body, token);
  const links = (root: string, id: string) => ({
    self: {
      href: `${root}/projects/${api.project}/environments/test/automated-releases/${id}`,
      type: 'application/json',
    },
    parent: { href: `${root}/projects/${api.project}/flags/cart/automated-releases`, type: 'application/json' },
  });

  it('are shown with all that has happened', async () => {
    const createdAt = app.clock.now();
    await api.start({ metricMonitoringPreferences: { errors: { autoRollback: true }, other: { autoRollback: true } } });
    await api.measure(GOOD);
    await api.pass(MINUTE);
    const { id } = await api.latest();
    const { status, body } = await get(id);
    expect(status).toBe(200);
    const environment = (await app.call({ path: `projects/${api.project}/environments/test` })).body;
    expect(body).toEqual({
      id,
      flagKey: 'cart',
      kind: 'guarded',
      environmentId: environment._id,
      environmentKey: 'test',
      originalVariationId: api.original,
      targetVariationId: api.target,
      randomizationUnit: 'user',
      ruleIdOrFallthrough: 'fallthrough',
      createdAt,
      startedAtMillis: createdAt,
      status: 'in_progress',
      latestStageIndex: 0,
      extensionDurationMillis: HOUR,
      whenUndecided: 'revert',
      stages: [
        {
          stageIndex: 0,
          allocation: 10_000,
          durationMillis: HOUR,
          startedAtMillis: createdAt,
          safeRollForward: true,
          extended: false,
        },
        { stageIndex: 1, allocation: 50_000, durationMillis: HOUR, safeRollForward: false, extended: false },
      ],
      events: [
        { kind: 'stage_started', stageIndex: 0, createdAt },
        { kind: 'safe_roll_forward', stageIndex: 0, createdAt: expect.any(Number) },
      ],
      metricConfigurations: [
        {
          metricKey: 'errors',
          name: 'Errors',
          minSampleSize: 100,
          autoRollback: true,
          differenceEstimateType: 'absolute',
          status: 'ok',
          verdict: 'undecided',
          expectedVerdictAt: expect.any(Number),
        },
      ],
      units: { target: 200, control: 200, multiple: 0 },
      probabilityOfMismatch: expect.any(Number),
      _links: links('/api/v2', id),
    });
  });

  it('are below /internal, too, with links of their own', async () => {
    await api.start();
    const { id } = await api.latest();
    const list = await api.beta('GET', `/internal/projects/${api.project}/flags/cart/automated-releases?limit=25`);
    expect(list.body).toEqual({
      items: [expect.objectContaining({ id, _links: links('/internal', id) })],
      _links: {
        self: {
          href: `/internal/projects/${api.project}/flags/cart/automated-releases?limit=25`,
          type: 'application/json',
        },
        parent: { href: `/api/v2/flags/${api.project}/cart`, type: 'application/json' },
      },
    });
    const one = await api.beta('GET', `/internal/${path(id)}`);
    expect(one.body).toEqual({ ...(await get(id)).body, _links: links('/internal', id) });
    const result = `/internal/projects/${api.project}/flags/cart/environments/test/automated-releases/${id}/metric-results/errors`;
    expect((await api.beta('GET', result)).status).toBe(200);
    const other = await api.beta('GET', `/internal/projects/${api.project}/flags/cart`);
    expect(other.status, 'and nothing else is').toBe(404);
  });

  it('need the beta header', async () => {
    await api.start();
    const { id } = await api.latest();
    const urls = [path(id), `/internal/${path(id)}`, path(id, '/looks'), path(id, '/diagnostics')];
    const answers = await Promise.all(urls.map((url) => app.call({ path: url })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('are listed newest first, and filtered', async () => {
    await api.start();
    await api.stop(api.original);
    await app.clock.advance(1);
    await api.start({ releaseKind: 'progressive', metrics: [] });
    await app.clock.advance(1);
    await api.patch([{ kind: 'turnFlagOn' }], { environmentKey: 'production' });
    await api.start({}, { environmentKey: 'production' });
    const found = async (query: string) =>
      (await api.list(query)).body.items.map(
        (item: { environmentKey: string; kind: string; status: string }) =>
          `${item.environmentKey} ${item.kind} ${item.status}`,
      );
    const all = ['production guarded in_progress', 'test progressive in_progress', 'test guarded manually_reverted'];
    expect(await found('')).toEqual(all);
    expect(await found('?limit=2')).toEqual(all.slice(0, 2));
    expect(await found('?filter=environmentKey:test')).toEqual(all.slice(1));
    expect(await found('?filter=status:in_progress,kind:guarded')).toEqual(all.slice(0, 1));
    expect(await found('?filter=kind:guarded&filter=environmentKey:test')).toEqual([all[0], all[2]]);
  });

  it.each([
    ['?limit=101', 'limit: expected a whole number from 1 to 100, got 101'],
    ['?limit=0', 'limit: expected a whole number from 1 to 100, got 0'],
    ['?filter=status:done', 'filter: status: expected one of in_progress, waiting'],
    ['?filter=kind:manual', 'filter: kind: expected one of guarded, progressive, got "manual"'],
    ['?filter=environmentKey:moon', 'filter: environmentKey: expected one of'],
    ['?filter=flag:x', 'filter: "flag:x" is not a known filter'],
  ])('refuse %s', async (query, message) => {
    const { status, body } = await api.list(query);
    expect(status).toBe(400);
    expect(body.message).toContain(message);
  });

  it('say what was measured, at last and from look to look', async () => {
    await api.start();
    await app.clock.advance(1_000);
    const { id } = await api.latest();
    const result = (metricKey: string) =>
      api.beta(
        'GET',
        `projects/${api.project}/flags/cart/environments/test/automated-releases/${id}/metric-results/${metricKey}`,
      );
    await api.measure(GOOD);
    await api.pass(2 * MINUTE);
    const { body } = await result('errors');
    expect(body).toMatchObject({
      metricKey: 'errors',
      controlResult: { conversions: 8, exposures: 200, units: 200, value: 0.04 },
      treatmentResult: { conversions: 4, exposures: 200, units: 200, value: 0.02 },
      difference: { estimate: expect.closeTo(-0.02) },
      relativeDifference: { estimate: expect.closeTo(-0.5) },
      probabilityOfMismatch: expect.any(Number),
    });
    expect(body.treatmentResult.credibleInterval.lower).toBeLessThan(0.02);
    expect(body.difference.upper).toBeGreaterThan(0);
    const looks = await get(id, '/looks');
    expect(looks.body.items.length).toBeGreaterThan(1);
    const times = looks.body.items.map(({ at }: { at: number }) => at);
    expect(times).toEqual(times.toSorted((left: number, right: number) => left - right));
    expect(looks.body.items.at(-1)).toEqual({
      at: expect.any(Number),
      stageIndex: 0,
      units: { target: 200, control: 200, multiple: 0 },
      metrics: [body],
    });
    expect((await result('latency')).status).toBe(404);
  });

  it('say whether anything arrives', async () => {
    await api.start();
    const { id } = await api.latest();
    const nothing = { key: 'errors', eventKey: 'error', status: 'not_enough_data', units: 0 };
    expect((await get(id, '/diagnostics')).body).toEqual({
      id,
      flag: { key: 'cart', contextKinds: [] },
      metrics: [nothing],
    });
    await app.clock.advance(1_000);
    const at = app.clock.now();
    await api.measure(GOOD);
    await app.clock.advance(1_000);
    expect((await get(id, '/diagnostics')).body).toEqual({
      id,
      flag: { key: 'cart', contextKinds: [{ kind: 'user', lastReceivedMs: at }] },
      metrics: [{ ...nothing, units: 12, firstReceivedMs: at }],
    });
  });

  it('are found by their own environment alone', async () => {
    await api.start();
    const { id } = await api.latest();
    const elsewhere = (environment: string, rest = '') =>
      api.beta('GET', `projects/${api.project}/environments/${environment}/automated-releases/${id}${rest}`);
    expect((await elsewhere('production')).status).toBe(404);
    expect((await elsewhere('moon')).status).toBe(404);
    expect((await elsewhere('production', '/looks')).status).toBe(404);
    expect((await get('none')).status).toBe(404);
  });

  describe('dismissing a regression', () => {
    it('needs the right to stop, a regression and a known action', async () => {
      await api.start();
      await app.clock.advance(1_000);
      const { id } = await api.latest();
      expect((await dismiss(id)).body.message).toBe(
        'metric "errors": expected a metric that has regressed, it is not_enough_data',
      );
      expect((await dismiss(id)).status).toBe(400);
      expect((await dismiss(id, 'latency')).status).toBe(404);
      expect((await dismiss(id, 'errors', undefined, { action: 'ignore' })).status).toBe(400);
      await api.measure(BAD);
      await api.pass(MINUTE + 1_000);
      expect((await dismiss(id, 'errors', await app.addToken('reader'))).status).toBe(403);
      expect((await api.latest()).status).toBe('monitoring_regressed');
      expect((await dismiss(id, 'errors', await app.addToken('writer'))).status).toBe(204);
      expect(await api.latest()).toMatchObject({
        status: 'in_progress',
        metricConfigurations: [{ status: 'regression_dismissed' }],
      });
    });

    it('is in the audit log, with the alarm', async () => {
      await api.start();
      await api.measure(BAD);
      await api.pass(MINUTE + 1_000);
      await dismiss((await api.latest()).id);
      const { items } = (await app.call({ path: `auditlog?spec=proj/${api.project}:env/test:flag/cart` })).body;
      expect(items.slice(0, 2)).toMatchObject([
        {
          titleVerb: 'watched the guarded rollout of the flag',
          description: expect.stringContaining('The alarm of the metric "Errors" was dismissed'),
          member: expect.objectContaining({ email: 'owner@localhost' }),
        },
        { description: expect.stringContaining('The metric "Errors" got worse for the new variation') },
      ]);
    });
  });

  describe('the recommended duration', () => {
    const recommend = (query = '') =>
      api.beta('GET', `projects/${api.project}/environments/test/automated-releases/recommended-duration${query}`);

    it('is a day where nobody knows the traffic, and shorter the more contexts come', async () => {
      expect((await recommend('?metricKeys=errors&contextKind=user&flagKey=cart')).body).toEqual({
        milliseconds: 24 * HOUR,
      });
      const { apiKey } = (await app.call({ path: `projects/${api.project}/environments/test` })).body;
      const contexts = Array.from({ length: 1_000 }, (_, index) => ({ kind: 'user', key: `user-${index}` }));
      const body = contexts.map((context) => ({ kind: 'index', context }));
      await app.call({ method: 'POST', path: '/bulk', token: apiKey, body });
      await app.clock.advance(10 * HOUR);
      const { milliseconds } = (await recommend()).body;
      expect(milliseconds, '2650 in each half of 100 an hour').toBeCloseTo(53 * HOUR, -6);
      expect((await recommend('?finalStageAllocation=25000')).body.milliseconds).toBeCloseTo(2 * milliseconds, -1);
    });

    it.each([
      ['?metricKeys=errors,latency', 'metricKeys: expected keys of metrics of this project that are counted by "user"'],
      ['?metricKeys=errors&contextKind=device', 'counted by "device", got "errors"'],
      ['?finalStageAllocation=50001', 'finalStageAllocation: expected thousandths of a percent from 1 to 50000'],
      ['?finalStageAllocation=0', 'finalStageAllocation: expected thousandths of a percent from 1 to 50000'],
    ])('refuses %s', async (query, message) => {
      const { status, body } = await recommend(query);
      expect(status).toBe(400);
      expect(body.message).toContain(message);
    });

    it('is about flags that there are', async () => {
      expect((await recommend('?flagKey=none')).status).toBe(404);
    });
  });

  it('are measured rollouts for older clients', async () => {
    await api.start();
    await app.clock.advance(1);
    const { id, createdAt } = await api.latest();
    const flag = `projects/${api.project}/flags/cart`;
    const self = `${flag}/environments/test/measured-rollouts/${id}`;
    const rep = {
      _id: id,
      flagKey: 'cart',
      flagName: 'Cart',
      environmentKey: 'test',
      environmentName: 'Test',
      status: 'monitoring',
      creationDate: createdAt,
      design: { metrics: [{ key: 'errors', name: 'Errors', isNumeric: false }] },
      _links: { self: { href: `/api/v2/${self}`, type: 'application/json' } },
    };
    expect((await api.beta('GET', `${flag}/measured-rollouts?filter=environmentKey:test`)).body.items).toEqual([rep]);
    expect((await api.beta('GET', self)).body).toEqual(rep);
    expect((await api.beta('GET', `${flag}/measured-rollouts?filter=environmentKey:production`)).body.items).toEqual(
      [],
    );
    expect((await api.beta('GET', `${flag}/measured-rollouts?filter=environmentKey:moon`)).status).toBe(404);
    await api.stop(api.original);
    await api.start({ releaseKind: 'progressive', metrics: [] });
    const progressive = (await api.list('?filter=kind:progressive')).body.items[0];
    expect((await api.beta('GET', `${flag}/measured-rollouts`)).body.items).toMatchObject([
      { _id: id, status: 'rolledBack' },
    ]);
    expect((await api.beta('GET', `${flag}/environments/test/measured-rollouts/${progressive.id}`)).status).toBe(404);
  });

  it('are told of by metrics and their groups', async () => {
    const post = (url: string, body: object) =>
      app.call({ method: 'POST', path: url, body, headers: { 'ld-api-version': 'beta' } });
    await post(`metrics/${api.project}`, { key: 'other', kind: 'custom', eventKey: 'e', randomizationUnits: ['user'] });
    await post(`projects/${api.project}/metric-groups`, {
      key: 'group',
      name: 'Group',
      kind: 'standard',
      metrics: [{ key: 'errors' }, { key: 'other' }],
    });
    const metric = async (expand = '') => (await app.call({ path: `metrics/${api.project}/errors${expand}` })).body;
    const group = async () => (await api.beta('GET', `projects/${api.project}/metric-groups/group`)).body;
    const listed = async (query: string) =>
      (await app.call({ path: `metrics/${api.project}?${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await metric()).toMatchObject({ activeGuardedRolloutCount: 0, isActive: false });
    expect(await listed('filter=metricUsedIn equals guarded_rollouts')).toEqual([]);
    await api.start({ metrics: [{ key: 'group', isGroup: true }] });
    expect(await metric()).toMatchObject({ activeGuardedRolloutCount: 1, isActive: true });
    expect(await group()).toMatchObject({ activeGuardedRolloutCount: 1 });
    await api.stop(api.target);
    await app.clock.advance(1);
    await api.start();
    expect(await group()).toMatchObject({ activeGuardedRolloutCount: 0 });
    const expanded = await metric('?expand=guardedRollouts,guardedRolloutCount,lastUsedInGuardedRollout');
    expect(expanded).toMatchObject({
      activeGuardedRolloutCount: 1,
      guardedRolloutCount: 2,
      guardedRollouts: [{ status: 'monitoring' }, { status: 'completed' }],
      lastUsedInGuardedRollout: { _id: (await api.latest()).id, flagKey: 'cart', environmentKey: 'test' },
    });
    expect(Object.keys(await metric())).not.toContain('guardedRollouts');
    const items = (await app.call({ path: `metrics/${api.project}?expand=guardedRolloutCount&sort=name` })).body.items;
    expect(items).toMatchObject([
      { key: 'errors', guardedRolloutCount: 2 },
      { key: 'other', guardedRolloutCount: 1, activeGuardedRolloutCount: 0 },
    ]);
    await app.call({
      method: 'POST',
      path: `metrics/${api.project}`,
      body: { key: 'idle', kind: 'custom', eventKey: 'e' },
    });
    expect(await listed('filter=metricUsedIn equals none')).toEqual(['idle']);
    expect(await listed('filter=hasConnections equals false')).toEqual(['idle']);
    expect(await listed('filter=hasConnections equals true&sort=name')).toEqual(['errors', 'other']);
    expect(await listed('filter=metricUsedIn equals any&sort=name')).toEqual(['errors', 'other']);
    expect(await listed('filter=metricUsedIn equals experiments')).toEqual([]);
  });

  it('are what flags are filtered by: the latest of each environment counts', async () => {
    await app.call({ method: 'POST', path: `flags/${api.project}`, body: { key: 'idle', name: 'Idle' } });
    const found = async (value: string, more = '') => {
      const { status, body } = await app.call({ path: `flags/${api.project}?filter=guardedRollout:${value}${more}` });
      return status === 200 ? body.items.map(({ key }: { key: string }) => key) : status;
    };
    expect(await found('any')).toEqual([]);
    await api.start();
    await app.clock.advance(1);
    expect([await found('any'), await found('monitoring'), await found('rolledBack')]).toEqual([
      ['cart'],
      ['cart'],
      [],
    ]);
    await api.stop(api.original);
    await app.clock.advance(1);
    expect([await found('monitoring'), await found('rolledBack')]).toEqual([[], ['cart']]);
    await api.start({ releaseKind: 'progressive', metrics: [] });
    expect(await found('rolledBack'), 'progressive ones do not count').toEqual(['cart']);
    await api.stop(api.target);
    await app.clock.advance(1);
    await api.start();
    expect([await found('rolledBack'), await found('monitoring')], 'only the latest').toEqual([[], ['cart']]);
    expect(await found('monitoring', ',filterEnv:production')).toEqual([]);
    expect(await found('any', ',filterEnv:test')).toEqual(['cart']);
    expect(await found('done')).toBe(400);
  });
});
