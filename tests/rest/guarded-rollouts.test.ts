import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { HOUR, MINUTE, type RolloutApi, rolloutApi } from '../support/rollout-api.ts';

const GOOD = { target: { units: 150, events: 3 }, control: { units: 150, events: 3 } };
const BAD = { target: { units: 150, events: 60 }, control: { units: 150, events: 5 } };
const FEW = { target: { units: 50, events: 0 }, control: { units: 50, events: 0 } };
const ROLL_BACK = { metricMonitoringPreferences: { errors: { autoRollback: true } } };

describe.each(ENGINES)('guarded rollouts on $name', (engine) => {
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

  const kinds = async () => (await api.latest()).events.map(({ kind }: { kind: string }) => kind);
  const titles = async () => {
    const { items } = (await app.call({ path: `auditlog?spec=proj/${api.project}:env/test:flag/cart` })).body;
    return items.map(({ titleVerb }: { titleVerb: string }) => titleVerb);
  };

  it('deal the traffic of the default rule to SDKs as an experiment', async () => {
    const { status, body } = await api.start();
    expect(status).toBe(200);
    const { fallthrough } = body.environments.test;
    expect(fallthrough.rollout).toMatchObject({
      variations: [
        { variation: 1, weight: 10_000 },
        { variation: 1, weight: 80_000, _untracked: true },
        { variation: 0, weight: 10_000 },
      ],
      contextKind: 'user',
      seed: expect.any(Number),
      experimentAllocation: { type: 'measuredRollout', defaultVariation: 1, canReshuffle: true },
    });
    expect((await api.payload()).fallthrough.rollout).toEqual({
      kind: 'experiment',
      contextKind: 'user',
      seed: fallthrough.rollout.seed,
      variations: [
        { variation: 1, weight: 10_000 },
        { variation: 1, weight: 80_000, untracked: true },
        { variation: 0, weight: 10_000 },
      ],
    });
  });

  it('grow while all is well, and serve the target to everybody in the end', async () => {
    await api.start();
    await api.measure(GOOD);
    await api.pass(HOUR);
    expect(await api.latest()).toMatchObject({ status: 'in_progress', latestStageIndex: 1 });
    expect((await api.config()).fallthrough.rollout.variations[2]).toEqual({ variation: 0, weight: 50_000 });
    await api.pass(HOUR);
    expect(await api.latest()).toMatchObject({ status: 'completed', endedAtMillis: app.clock.now() });
    expect((await api.config()).fallthrough).toEqual({ variation: 0 });
    expect((await api.payload()).fallthrough).toEqual({ variation: 0 });
    expect(await kinds()).toEqual([
      'stage_started',
      'safe_roll_forward',
      'minimum_monitoring_window_expired',
      'stage_started',
      'safe_roll_forward',
      'minimum_monitoring_window_expired',
      'rolled_out',
      'completed',
    ]);
    expect((await titles()).slice(0, 3)).toEqual([
      'stopped a guarded rollout of the flag',
      'raised the guarded rollout of the flag',
      'started a guarded rollout of the flag',
    ]);
  });

  it('ask for no approval after their start, and grow where everything else needs one', async () => {
    await api.start();
    await api.measure(GOOD);
    const approvals = [{ op: 'replace', path: '/approvalSettings/required', value: true }];
    await app.call({ method: 'PATCH', path: `projects/${api.project}/environments/test`, body: approvals });
    const writer = await app.addToken('writer');
    const refused = await app.call({
      method: 'PATCH',
      path: `flags/${api.project}/cart`,
      headers: SEMANTIC,
      token: writer,
      body: { environmentKey: 'test', instructions: [{ kind: 'turnFlagOff' }] },
    });
    expect(refused.status).toBe(405);
    await api.pass(HOUR);
    expect(await api.latest()).toMatchObject({ status: 'in_progress', latestStageIndex: 1 });
  });

  it('serve the original again in the look that finds a regression', async () => {
    await api.start(ROLL_BACK);
    await api.measure(BAD);
    await api.pass(2 * MINUTE);
    expect(await api.latest()).toMatchObject({
      status: 'reverted',
      metricConfigurations: [{ metricKey: 'errors', status: 'regressed', autoRollback: true }],
    });
    expect(await kinds()).toEqual(['stage_started', 'regression_detected', 'reverted']);
    expect((await api.payload()).fallthrough).toEqual({ variation: 1 });
    expect((await api.config()).on).toBe(true);
  });

  it('hold a regression for a person, who dismisses it', async () => {
    await api.start();
    await api.measure(BAD);
    await api.pass(HOUR);
    const { id, status } = await api.latest();
    expect(status).toBe('monitoring_stopped');
    expect((await api.config()).fallthrough.rollout.variations[2].weight).toBe(10_000);
    const path = `projects/${api.project}/environments/test/automated-releases/${id}/metric-states/errors`;
    expect(await api.beta('PATCH', path, { action: 'dismiss_regression' })).toMatchObject({ status: 204 });
    await api.pass(MINUTE);
    expect(await api.latest()).toMatchObject({
      status: 'in_progress',
      latestStageIndex: 1,
      metricConfigurations: [{ status: 'not_enough_data' }],
    });
    expect((await api.config()).fallthrough.rollout.variations[2].weight).toBe(50_000);
    expect((await titles()).filter((title: string) => title.startsWith('watched'))).toHaveLength(2);
    await api.measure(BAD);
    await api.pass(2 * MINUTE);
    expect(await api.latest(), 'judged anew by those who came since').toMatchObject({ status: 'monitoring_regressed' });
  });

  it('take longer when too few contexts come, and go back in the end', async () => {
    await api.start({ extensionDurationMillis: 10 * MINUTE });
    await api.measure(FEW);
    await api.pass(HOUR + 9 * MINUTE);
    expect(await api.latest()).toMatchObject({
      status: 'in_progress',
      latestStageIndex: 0,
      stages: [{ extended: true }, {}],
    });
    await api.pass(2 * MINUTE);
    expect(await api.latest()).toMatchObject({ status: 'reverted' });
    expect((await kinds()).slice(-3)).toEqual([
      'minimum_monitoring_window_expired',
      'monitoring_window_expired',
      'reverted',
    ]);
    expect((await api.config()).fallthrough).toEqual({ variation: 1 });
  });

  it('stop when contexts do not come to both sides alike', async () => {
    await api.start();
    await api.measure({ target: { units: 600, events: 0 }, control: { units: 400, events: 0 } });
    await api.pass(2 * MINUTE);
    expect(await api.latest()).toMatchObject({
      status: 'srm_stopped',
      units: { target: 600, control: 400, multiple: 0 },
    });
    expect((await api.latest()).probabilityOfMismatch).toBeGreaterThan(0.999);
  });

  it.each([
    ['target', 'manually_completed', 'manually_rolled_out'],
    ['original', 'manually_reverted', 'manually_reverted'],
  ] as const)('are stopped by hand with the %s', async (name, status, event) => {
    await api.start();
    expect((await api.stop(api[name])).status).toBe(200);
    expect(await api.latest()).toMatchObject({ status, endedAtMillis: app.clock.now() });
    expect((await kinds()).at(-1)).toBe(event);
    expect((await api.config()).fallthrough).toEqual({ variation: name === 'target' ? 0 : 1 });
    expect((await api.stop(api.target)).body.message).toContain('expected an automated rollout to stop');
  });

  it('end with a change by hand', async () => {
    const byHand = async (instruction: object) => {
      await app.clock.advance(1);
      expect((await api.start()).status).toBe(200);
      expect((await api.patch([instruction])).status).toBe(200);
      return (await api.latest()).status;
    };
    const kind = 'updateFallthroughVariationOrRollout';
    expect(await byHand({ kind, variationId: api.target })).toBe('manually_completed');
    expect(await byHand({ kind, variationId: api.original })).toBe('manually_reverted');
    const rolloutWeights = { [api.target]: 50_000, [api.original]: 50_000 };
    expect(await byHand({ kind, rolloutWeights })).toBe('archived');
    expect(await byHand({ kind: 'turnFlagOff' })).toBe('archived');
    await api.patch([{ kind: 'turnFlagOn' }]);
    expect((await api.payload()).fallthrough.rollout.variations, 'the shares stay, and nobody is measured').toEqual([
      { variation: 1, weight: 10_000, untracked: true },
      { variation: 1, weight: 80_000, untracked: true },
      { variation: 0, weight: 10_000, untracked: true },
    ]);
    expect(await byHand({ kind: 'archiveFlag' })).toBe('archived');
  });

  it('are on rules, too, and end when their rule goes', async () => {
    const clauses = [{ contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false }];
    const { body } = await api.start({ clauses, description: 'Pro' });
    const [rule] = body.environments.test.rules;
    expect(rule).toMatchObject({ description: 'Pro', rollout: { experimentAllocation: { type: 'measuredRollout' } } });
    expect(await api.latest()).toMatchObject({ ruleIdOrFallthrough: rule._id });
    await api.measure(GOOD);
    await api.pass(HOUR);
    expect((await api.config()).rules[0].rollout.variations[2].weight).toBe(50_000);
    await api.patch([{ kind: 'removeRule', ruleId: rule._id }]);
    expect(await api.latest()).toMatchObject({ status: 'archived' });
  });

  it('give way to another one in the same patch', async () => {
    await api.start();
    const { id } = await api.latest();
    await app.clock.advance(1);
    const again = {
      kind: 'startAutomatedRelease',
      releaseKind: 'progressive',
      originalVariationId: api.original,
      targetVariationId: api.target,
      randomizationUnit: 'user',
      stages: [{ allocation: 1_000, durationMillis: HOUR }],
    };
    await api.patch([{ kind: 'stopAutomatedRelease', finalVariationId: api.original }, again]);
    expect((await api.list()).body.items).toMatchObject([
      { kind: 'progressive', status: 'in_progress' },
      { id, status: 'archived' },
    ]);
  });

  it('end when their rule is disabled', async () => {
    const { body } = await api.start({ clauses: [{ contextKind: 'user', attribute: 'a', op: 'in', values: [1] }] });
    const ruleId = body.environments.test.rules[0]._id;
    const disable = [{ op: 'add', path: '/environments/test/rules/0/disabled', value: true }];
    const { status } = await app.call({ method: 'PATCH', path: `flags/${api.project}/cart`, body: disable });
    expect(status).toBe(200);
    expect((await api.config()).rules[0]).toMatchObject({ _id: ruleId, disabled: true });
    expect(await api.latest()).toMatchObject({ status: 'archived' });
  });

  it('compare values above a quantile that the original fixes, for percentile metrics', async () => {
    await app.call({
      method: 'POST',
      path: `metrics/${api.project}`,
      body: {
        key: 'latency',
        kind: 'custom',
        eventKey: 'error',
        isNumeric: true,
        unit: 'ms',
        successCriteria: 'LowerThanBaseline',
        analysisType: 'percentile',
        percentileValue: 90,
        unitAggregationType: 'average',
        eventDefault: { disabled: true, value: 0 },
        randomizationUnits: ['user'],
      },
    });
    expect((await api.start({ metrics: [{ key: 'latency' }] })).status).toBe(200);
    const even = { units: 1_000, events: 1_000 };
    await api.measure({ target: even, control: even }, (index) => index % 100);
    await api.pass(2 * MINUTE);
    expect(await api.latest()).toMatchObject({ metricConfigurations: [{ status: 'not_enough_data' }] });
    await api.measure({ target: { units: 300, events: 300 }, control: { units: 0, events: 0 } }, () => 95);
    await api.measure({ target: { units: 0, events: 0 }, control: { units: 300, events: 300 } }, () => 50);
    await api.pass(2 * MINUTE);
    expect(await api.latest()).toMatchObject({ metricConfigurations: [{ status: 'regressed' }] });
    const { id } = await api.latest();
    const path = `projects/${api.project}/flags/cart/environments/test/automated-releases/${id}/metric-results/latency`;
    expect((await api.beta('GET', path)).body, 'only those who came since').toMatchObject({
      controlResult: { value: 0, units: 300, exposures: 1_300 },
      treatmentResult: { value: 1, units: 300, conversions: 300 },
    });
  });

  it('are one at a time in an environment', async () => {
    await api.start();
    const { status, body } = await api.start();
    expect(status).toBe(400);
    expect(body.message).toContain('Flag must not have ongoing guarded rollout');
    expect((await api.start({}, { environmentKey: 'production' })).body.message).toMatch(/ is off$/);
    await api.patch([{ kind: 'turnFlagOn' }], { environmentKey: 'production' });
    expect((await api.start({}, { environmentKey: 'production' })).status).toBe(200);
    expect((await api.list()).body.items).toHaveLength(2);
  });

  it('begin with another seed each time', async () => {
    const seed = async () => (await api.config()).fallthrough.rollout.seed;
    await api.start();
    const first = await seed();
    await api.stop(api.original);
    await api.start();
    expect(await seed()).not.toBe(first);
  });

  it('go with their flag and their environment', async () => {
    await api.start();
    const { id } = await api.latest();
    const one = () => api.beta('GET', `projects/${api.project}/environments/test/automated-releases/${id}`);
    expect((await one()).status).toBe(200);
    await app.call({ method: 'DELETE', path: `flags/${api.project}/cart` });
    expect((await one()).status).toBe(404);
    await api.pass(10 * MINUTE);

    const other = await rolloutApi(app);
    await other.start();
    await app.call({ method: 'DELETE', path: `projects/${other.project}/environments/test` });
    await api.pass(10 * MINUTE);
    expect((await other.list()).body.items).toEqual([]);
    for (const table of ['rollout_runs', 'watches', 'exposures'] as const) {
      const rows = await app.slipway.database.db.selectFrom(table).selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain(id);
    }
  });

  it('keep their metrics from being deleted', async () => {
    await api.start();
    const remove = () => app.call({ method: 'DELETE', path: `metrics/${api.project}/errors` });
    expect(await remove()).toMatchObject({
      status: 409,
      body: { message: "Metric 'errors' is in use by guarded rollouts of flags 'cart'; end them first" },
    });
    await api.stop(api.original);
    expect((await remove()).status).toBe(204);
  });

  it('go by time alone when they are progressive', async () => {
    await api.start({ releaseKind: 'progressive', metrics: [] });
    expect((await api.payload()).fallthrough.rollout).toMatchObject({
      kind: 'rollout',
      variations: [
        { variation: 1, weight: 90_000 },
        { variation: 0, weight: 10_000 },
      ],
    });
    await api.pass(HOUR);
    expect((await api.config()).fallthrough.rollout.variations[1].weight).toBe(50_000);
    await api.pass(HOUR);
    expect(await api.latest()).toMatchObject({ kind: 'progressive', status: 'completed' });
    expect((await api.config()).fallthrough).toEqual({ variation: 0 });
  });
});
