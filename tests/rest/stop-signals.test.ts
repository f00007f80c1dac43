import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const HOUR = 3_600_000;

/** The example in Alertmanager's documentation of webhooks, with the labels that we look at. */
const alert = (labels: object, more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'HighErrorRate', severity: 'critical', ...labels },
  annotations: { summary: 'Errors above 5 %', runbook: 'https://runbooks.example.com/errors' },
  startsAt: '2026-01-05T09:00:00.000Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph',
  fingerprint: 'c6c1fbd0a5b1ae4d',
  ...more,
});
const alerts = (...all: readonly object[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'slipway',
  groupLabels: { alertname: 'HighErrorRate' },
  commonLabels: { alertname: 'HighErrorRate' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example.com',
  alerts: all,
});

describe.each(ENGINES)('stop signals on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    project = `stopped-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
  });

  const send = (body: unknown, environment = 'test', headers: Readonly<Record<string, string>> = {}, token?: string) =>
    app.call({
      method: 'POST',
      path: `projects/${project}/environments/${environment}/stop-signals`,
      body,
      headers,
      ...(token !== undefined && { token }),
    });
  const flag = async (key: string) => (await app.call({ path: `flags/${project}/${key}` })).body;

  /** What SDKs are served by the default rule, in the payload of the environment. */
  const payload = async (key: string) => {
    const sdkKey = (await app.call({ path: `projects/${project}/environments/test` })).body.apiKey;
    const { body } = await app.call({ path: '/sdk/latest-all', token: sdkKey });
    const { fallthrough, variations } = body.flags[key];
    return fallthrough.variation === undefined ? 'shares' : variations[fallthrough.variation];
  };

  /** Makes a flag and begins to lead it from `false` to `true` in `test`; in a rule of its own if asked for. */
  const begin = async (key: string, place: object = {}) => {
    const { body } = await app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: key } });
    const [target, original] = body.variations.map(({ _id }: { _id: string }) => _id);
    const start = {
      kind: 'startAutomatedRelease',
      releaseKind: 'progressive',
      targetVariationId: target,
      originalVariationId: original,
      randomizationUnit: 'user',
      stages: [{ allocation: 50_000, durationMillis: HOUR }],
      ...place,
    };
    const started = await app.call({
      method: 'PATCH',
      path: `flags/${project}/${key}`,
      headers: SEMANTIC,
      body: { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }, start] },
    });
    expect(started).toMatchObject({ status: 200 });
    await app.clock.advance(1_000);
  };

  it('of Alertmanager take the rollout of the flag back at once, with its bearer token', async () => {
    await begin('checkout');
    await begin('search');
    expect(await payload('checkout')).toBe('shares');
    const headers = { authorization: `Bearer ${app.token}`, 'user-agent': 'Alertmanager/0.28.0' };
    const { status, body } = await send(alerts(alert({ flag: 'checkout' })), 'test', headers);
    expect(status).toBe(200);
    const reason = 'HighErrorRate: Errors above 5 %';
    expect(body).toEqual({
      totalCount: 1,
      items: [{ flagKey: 'checkout', rolloutId: expect.any(String), status: 'reverted', reason }],
    });
    expect(await payload('checkout')).toBe(false);
    expect(await payload('search')).toBe('shares');
    const entries = await listChanges(app.slipway.database.db, 10);
    expect(entries.map(({ titleVerb, description }) => [titleVerb, description])).toContainEqual([
      'stopped the progressive rollout of the flag',
      [`Stopped from outside in Test: ${reason}`],
    ]);
    // Alertmanager repeats itself while an alert fires.
    expect((await send(alerts(alert({ flag: 'checkout' })))).body).toEqual({ totalCount: 0, items: [] });
  });

  it('without a flag stop all rollouts of the environment', async () => {
    await begin('one');
    await begin('two', { clauses: [{ attribute: 'key', op: 'in', values: ['a'] }] });
    expect((await send({ reason: 'The data centre burns' }, 'production')).body.totalCount).toBe(0);
    const { body } = await send({ reason: 'The data centre burns' });
    expect(body.items.map(({ flagKey }: { flagKey: string }) => flagKey).toSorted()).toEqual(['one', 'two']);
    expect(await payload('one')).toBe(false);
    const { environments, variations } = await flag('two');
    expect(variations[environments.test.rules[0].variation].value).toBe(false);
  });

  it('of alerts that are over, or about other flags, stop nothing', async () => {
    await begin('kept');
    const over = alert({ flag: 'kept' }, { status: 'resolved' });
    expect((await send(alerts(over, alert({ flag: 'unknown' })))).body).toEqual({ totalCount: 0, items: [] });
    expect(await payload('kept')).toBe('shares');
  });

  it('need the right to stop each rollout that they mean, or stop none', async () => {
    await begin('mine');
    await begin('theirs');
    const statements = (key: string) => ({
      effect: 'allow',
      actions: ['stopMeasuredRolloutOnFlagFallthrough'],
      resources: [`proj/${project}:env/test:flag/${key}`],
    });
    const { token } = (
      await app.call({
        method: 'POST',
        path: 'tokens',
        body: { name: 'alerts', serviceToken: true, inlineRole: [statements('mine')] },
      })
    ).body;
    expect(await send({ reason: 'Now' }, 'test', {}, token)).toMatchObject({ status: 403 });
    expect(await payload('mine')).toBe('shares');
    expect(await send({ reason: 'Now', flagKey: 'mine' }, 'test', {}, token)).toMatchObject({ status: 200 });
    expect(await payload('mine')).toBe(false);
    expect(await payload('theirs')).toBe('shares');
    expect(await send({ reason: 'Now' }, 'test', {}, await app.addToken('reader'))).toMatchObject({ status: 403 });
  });

  it.each([
    ['nothing', {}, 'reason: expected a string, got nothing'],
    ['an empty reason', { reason: ' ' }, 'reason: expected a text of 1 to 500 characters, got " "'],
    ['a flag that is no text', { reason: 'x', flagKey: 1 }, 'flagKey: expected string, got 1'],
    ['alerts that are none', { alerts: [1] }, 'alerts[0]: expected an object, got 1'],
    ['an alert in no state', { alerts: [{}] }, 'alerts[0].status: expected one of firing, resolved, got nothing'],
    ['a label that is no text', alerts(alert({ flag: 1 })), 'alerts[0].labels.flag: expected a string, got 1'],
  ])('refuse %s', async (_, body, message) => {
    expect(await send(body)).toMatchObject({ status: 400, body: { message } });
  });

  it('are about what is there', async () => {
    expect(await send({ reason: 'x', flagKey: 'nix' })).toMatchObject({ status: 404 });
    expect(await send({ reason: 'x' }, 'nix')).toMatchObject({ status: 404 });
  });
});
