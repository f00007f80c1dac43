import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeReading } from '../../src/operations/guards/read-metric.ts';
import { getProject } from '../../src/store/projects.ts';
import { listRuns } from '../../src/store/rollout-runs.ts';
import { BETA, SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { Outside } from '../support/outside.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const success = (resultType: string, result: unknown) => ({
  status: 200,
  body: JSON.stringify({ status: 'success', data: { resultType, result } }),
});
const scalar = (value: string) => success('scalar', [1_767_603_600, value]);
const vector = (values: Readonly<Record<string, string>>) =>
  success(
    'vector',
    Object.entries(values).map(([variation, value]) => ({ metric: { variation }, value: [1_767_603_600, value] })),
  );

describe.each(ENGINES)('metrics of Prometheus on $name', (engine) => {
  let app: TestApp;
  let prometheus: Outside;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    prometheus = new Outside();
    await prometheus.up();
    project = `read-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    return async () => {
      await app.call({ method: 'DELETE', path: `projects/${project}` });
      await prometheus.down();
    };
  });

  const THRESHOLD = { query: 'errors{flag="${flagKey}",env="${environmentKey}"}', mode: 'threshold', threshold: 0.1 };
  const metric = (source: object, more = {}) =>
    app.call({
      method: 'POST',
      path: `metrics/${project}`,
      body: {
        key: 'errors',
        kind: 'custom',
        successCriteria: 'LowerThanBaseline',
        prometheus: { url: prometheus.url, ...source },
        ...more,
      },
    });
  const patchFlag = (...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/flag`,
      headers: SEMANTIC,
      body: { environmentKey: 'test', instructions },
    });
  const served = async () => {
    const { environments, variations } = (await app.call({ path: `flags/${project}/flag` })).body;
    const { variation } = environments.test.fallthrough;
    return variation === undefined ? 'shares' : variations[variation].value;
  };
  const run = async () => {
    const { id } = await getProject(app.slipway.database.db, project);
    const [first] = await listRuns(app.slipway.database.db, id, {});
    return first ?? expect.fail('there is no rollout');
  };
  const state = async () => {
    const { status, metrics } = await run();
    return [status, metrics[0]?.status];
  };
  const pass = async (ms: number) => {
    await app.clock.advance(ms);
    await app.asked();
    await app.clock.advance(SECOND);
    await app.asked();
  };

  /** Begins a rollout of an hour that is watched by the metric and takes what nobody has anything against. */
  const begin = async (autoRollback = true) => {
    const { body } = await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    const [target, original] = body.variations.map(({ _id }: { _id: string }) => _id);
    const place = { targetVariationId: target, originalVariationId: original, randomizationUnit: 'user' };
    const started = await patchFlag(
      { kind: 'turnFlagOn' },
      {
        kind: 'startAutomatedRelease',
        releaseKind: 'guarded',
        ...place,
        stages: [{ allocation: 50_000, durationMillis: HOUR }],
        metrics: [{ key: 'errors' }],
        metricMonitoringPreferences: { errors: { autoRollback } },
        extensionDurationMillis: 0,
        whenUndecided: 'proceed',
      },
    );
    expect(started).toMatchObject({ status: 200 });
  };

  it('are kept with all that they need, and without an event', async () => {
    const { status, body } = await metric(THRESHOLD);
    expect(status).toBe(201);
    const prometheusOf = { url: prometheus.url, ...THRESHOLD, comparator: '>', failureLimit: 3 };
    expect(body).toMatchObject({ prometheus: prometheusOf, dataSource: { key: 'prometheus' } });
    const patch = [{ op: 'replace', path: '/prometheus/threshold', value: 0.2 }];
    const patched = await app.call({ method: 'PATCH', path: `metrics/${project}/errors`, body: patch });
    expect(patched.body.prometheus).toEqual({ ...prometheusOf, threshold: 0.2 });
  });

  it('are read with the names of the flag and the environment, and let pass what is fine', async () => {
    prometheus.answer = scalar('0.05');
    await metric(THRESHOLD);
    await begin();
    await pass(SECOND);
    const [asked] = prometheus.asked;
    expect(new URL(asked?.path ?? '', prometheus.url).searchParams.get('query')).toBe('errors{flag="flag",env="test"}');
    expect(asked?.path).toMatch(/^\/api\/v1\/query\?/);
    expect(await state()).toEqual(['in_progress', 'ok']);
    await pass(14 * SECOND);
    expect(prometheus.asked).toHaveLength(2);
    await pass(HOUR);
    await pass(MINUTE);
    await pass(MINUTE);
    expect(await run()).toMatchObject({ status: 'completed' });
    expect(await served()).toBe(true);
    const asks = prometheus.asked.length;
    await pass(HOUR);
    expect(prometheus.asked).toHaveLength(asks);
  });

  it('take a rollout back after three bad readings in a row, not before', async () => {
    prometheus.answer = scalar('0.05');
    await metric(THRESHOLD);
    await begin();
    await pass(SECOND);
    prometheus.answer = scalar('0.5');
    await pass(15 * SECOND);
    await pass(15 * SECOND);
    prometheus.answer = scalar('0.05');
    await pass(15 * SECOND);
    prometheus.answer = scalar('0.5');
    await pass(15 * SECOND);
    await pass(15 * SECOND);
    expect(await state()).toEqual(['in_progress', 'ok']);
    expect(await served()).toBe('shares');
    await pass(15 * SECOND);
    expect(await state()).toEqual(['reverted', 'regressed']);
    expect(await served()).toBe(false);
  });

  it('hold without taking back where a person is to decide', async () => {
    prometheus.answer = scalar('+Inf');
    await metric({ ...THRESHOLD, failureLimit: 1 });
    await begin(false);
    await pass(SECOND);
    expect(await state()).toEqual(['monitoring_regressed', 'regressed']);
    expect(await served()).toBe('shares');
  });

  it.each([
    ['is down', undefined, /ECONNREFUSED/],
    [
      'answers an error',
      { status: 503, body: '{"status":"error","errorType":"unavailable","error":"starting"}' },
      /^status 503: starting$/,
    ],
    ['answers something else', { status: 200, body: '<html>' }, /not one of Prometheus/],
    ['has no data', success('vector', []), /expected one value, got 0/],
    ['says NaN', scalar('NaN'), /not a number/],
  ])('hold for hours when Prometheus %s, and go on once it is back', async (_, answer, reason) => {
    await metric(THRESHOLD);
    if (answer) prometheus.answer = answer;
    else await prometheus.down();
    await begin();
    for (let hour = 0; hour < 4; hour++) await pass(HOUR);
    for (let minute = 0; minute < 2; minute++) await pass(MINUTE);
    expect(await state()).toEqual(['waiting', 'source_down']);
    expect(await served()).toBe('shares');
    const path = `projects/${project}/environments/test/automated-releases/${(await run()).id}`;
    const { metricConfigurations } = (await app.call({ path, headers: BETA })).body;
    expect(metricConfigurations).toMatchObject([
      {
        metricKey: 'errors',
        status: 'source_down',
        reported: { state: 'down', message: expect.stringMatching(reason) },
      },
    ]);
    if (!answer) await prometheus.up();
    prometheus.answer = scalar('0');
    for (let minute = 0; minute < 3; minute++) await pass(MINUTE);
    expect(await state()).toEqual(['completed', 'ok']);
  });

  it('compare the variations by their label', async () => {
    prometheus.answer = vector({ true: '0.21', false: '0.2', other: '9' });
    await metric({ query: 'sum by (variation) (errors)', mode: 'comparison', failureLimit: 1 });
    await begin();
    await pass(SECOND);
    expect(await state()).toEqual(['in_progress', 'ok']);
    prometheus.answer = vector({ true: '0.21' });
    await pass(15 * SECOND);
    expect(await state()).toEqual(['in_progress', 'source_down']);
    prometheus.answer = vector({ true: '0.23', false: '0.2' });
    await pass(15 * SECOND);
    expect(await state()).toEqual(['reverted', 'regressed']);
  });

  it('are read by one process at a time', async () => {
    await metric(THRESHOLD);
    await begin();
    const { id } = await run();
    await app.slipway.database.db
      .insertInto('guard_readings')
      .values({ run_id: id, metric_key: 'errors', due_at: app.clock.now(), document: null })
      .execute();
    expect(await takeReading(app.slipway)).toBeDefined();
    expect(await takeReading(app.slipway)).toBeUndefined();
  });

  const url = 'https://prometheus.example.com';
  it.each([
    ['no address', { url: 'prometheus' }, 'prometheus.url: expected an http or https URL'],
    ['a password', { url: 'https://me:secret@example.com' }, 'prometheus.url: expected an http or https URL'],
    ['no query', { url, query: ' ' }, 'prometheus.query: expected a PromQL query'],
    ['another mode', { url, query: 'q', mode: 'guess' }, 'prometheus.mode: expected one of threshold, comparison'],
    ['no threshold', { url, query: 'q', mode: 'threshold' }, 'prometheus.threshold: expected a number'],
    ['both modes', { ...THRESHOLD, url, tolerance: 1 }, 'prometheus.tolerance: expected nothing'],
    ['a threshold to compare', { url, query: 'q', mode: 'comparison', threshold: 1 }, 'prometheus.threshold: expected'],
    ['no tolerance', { url, query: 'q', mode: 'comparison', tolerance: -1 }, 'prometheus.tolerance: expected a number'],
    ['no failures', { ...THRESHOLD, url, failureLimit: 0 }, 'prometheus.failureLimit: expected a whole number'],
    ['a comparator', { ...THRESHOLD, url, comparator: '=' }, 'prometheus.comparator: expected one of >, <'],
  ])('refuse %s', async (_, source, message) => {
    const { status, body } = await metric(source);
    expect(status).toBe(400);
    expect(body.message).toContain(message);
  });

  it('are for custom metrics only', async () => {
    const page = { kind: 'pageview', urls: [{ kind: 'exact', url: 'https://example.com' }] };
    expect(await metric(THRESHOLD, page)).toMatchObject({
      status: 400,
      body: { message: 'prometheus: expected nothing, since only custom metrics are read elsewhere' },
    });
  });
});

it.each(ENGINES)('refuses a Prometheus inside the network on $name', async (engine) => {
  const app = await startApp(engine);
  const prometheus = { url: 'http://localhost:9090', query: 'up', mode: 'threshold', threshold: 1 };
  const body = { key: 'm', kind: 'custom', prometheus };
  expect(await app.call({ method: 'POST', path: 'metrics/default', body })).toMatchObject({
    status: 400,
    body: { message: 'prometheus.url: expected an address outside of this network, got "http://localhost:9090"' },
  });
  await app.close();
});
