import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('metrics that are attached to flags on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    for (const key of ['errors', 'latency']) {
      await app.call({ method: 'POST', path: `metrics/${project}`, body: { key, kind: 'custom', eventKey: key } });
    }
  });

  const path = () => `projects/${project}/flags/flag/measured-rollout-configuration`;
  const put = (body: unknown, token = app.token) =>
    app.call({ method: 'PUT', path: path(), headers: BETA, token, body });
  const get = async () => (await app.call({ path: path(), headers: BETA })).body;
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];
  const removeMetric = (key: string) => app.call({ method: 'DELETE', path: `metrics/${project}/${key}` });

  it('are none at first, and replaced by what is put, each once', async () => {
    const type = 'application/json';
    const _links = {
      self: { href: `/api/v2/${path()}`, type },
      parent: { href: `/api/v2/flags/${project}/flag`, type },
    };
    expect(await get()).toEqual({ metricKeys: [], _links });
    const first = await put({ metricKeys: ['latency', 'errors', 'latency'] });
    expect(first).toMatchObject({ status: 200, body: { metricKeys: ['latency', 'errors'], _links } });
    expect(await newest()).toMatchObject({
      kind: 'flag',
      description: ['Changed the attached metrics from [] to ["latency","errors"]'],
      accesses: ['test', 'production'].map((key) => ({
        action: 'updateMeasuredRolloutConfiguration',
        resource: `proj/${project}:env/${key}:flag/flag`,
      })),
    });
    expect((await put({ metricKeys: ['errors'] })).body.metricKeys).toEqual(['errors']);
    expect((await get()).metricKeys).toEqual(['errors']);
    expect((await put({ metricKeys: [] })).body.metricKeys).toEqual([]);
    expect((await get()).metricKeys).toEqual([]);
  });

  it('are told by the metrics themselves', async () => {
    await put({ metricKeys: ['errors'] });
    const { items } = (await app.call({ path: `metrics/${project}` })).body;
    expect(items.map(({ key, _attachedFlagCount }: Record<string, unknown>) => [key, _attachedFlagCount])).toEqual([
      ['errors', 1],
      ['latency', 0],
    ]);
    expect((await app.call({ path: `metrics/${project}/errors` })).body).toMatchObject({
      _attachedFlagCount: 1,
      _attachedFeatures: [
        { key: 'flag', name: 'Flag', _site: { href: `/${project}/~/features/flag`, type: 'text/html' } },
      ],
    });
    expect((await app.call({ path: `metrics/${project}/latency` })).body).not.toHaveProperty('_attachedFeatures');
  });

  it('leave no trace when they are the same', async () => {
    await put({ metricKeys: ['errors'] });
    const change = await newest();
    expect((await put({ metricKeys: ['errors'] })).status).toBe(200);
    expect((await newest())?.id).toBe(change?.id);
  });

  it.each([
    ['an unknown metric', { metricKeys: ['errors', 'nix'] }, 'metricKeys[1]: "nix" is not a metric of this project'],
    ['no list', {}, 'metricKeys'],
    ['a list of others', { metricKeys: [{}] }, 'metricKeys'],
    [
      'too many',
      { metricKeys: Array.from({ length: 51 }, (_, index) => `m${index}`) },
      'metricKeys: expected at most 50 metrics',
    ],
  ])('refuse %s', async (_name, body, message) => {
    expect(await put(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await get()).metricKeys).toEqual([]);
  });

  it('are for whoever may, where there is a flag, with the beta header', async () => {
    expect(await put({ metricKeys: ['errors'] }, await app.addToken('reader'))).toMatchObject({
      status: 403,
      body: { access: { action: 'updateMeasuredRolloutConfiguration' } },
    });
    const other = `projects/${project}/flags/nix/measured-rollout-configuration`;
    expect((await app.call({ path: other, headers: BETA })).status).toBe(404);
    const body = { metricKeys: [] };
    expect((await app.call({ method: 'PUT', path: other, headers: BETA, body })).status).toBe(404);
    expect((await app.call({ method: 'PUT', path: path(), body })).status).toBe(403);
    expect((await app.call({ path: path() })).status).toBe(403);
  });

  it('keep a metric from being deleted, and so does a pipeline', async () => {
    await put({ metricKeys: ['errors'] });
    expect(await removeMetric('errors')).toMatchObject({
      status: 409,
      body: { message: "Metric 'errors' is in use by flag 'flag'; take it out of them first" },
    });
    const releaseGuardianConfiguration = {
      monitoringWindowMilliseconds: 60_000,
      rolloutWeight: 10,
      rollbackOnRegression: true,
      observedMetricKeys: ['latency'],
    };
    const configuration = {
      releaseStrategy: 'monitored-release',
      requireApproval: false,
      releaseGuardianConfiguration,
    };
    const phases = [{ name: 'A', audiences: [{ name: 'All', environmentKey: 'test', configuration }] }];
    const pipelines = `projects/${project}/release-pipelines`;
    await app.call({ method: 'POST', path: pipelines, headers: BETA, body: { key: 'p', name: 'P', phases } });
    expect(await removeMetric('latency')).toMatchObject({
      status: 409,
      body: { message: "Metric 'latency' is in use by release pipeline 'p'; take it out of them first" },
    });
    await put({ metricKeys: [] });
    expect((await removeMetric('errors')).status).toBe(204);
  });

  it('go with the flag', async () => {
    await put({ metricKeys: ['errors'] });
    await app.call({ method: 'DELETE', path: `flags/${project}/flag` });
    expect((await removeMetric('errors')).status).toBe(204);
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    expect((await get()).metricKeys).toEqual([]);
  });
});
