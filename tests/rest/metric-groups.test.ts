import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('metric groups on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let me: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    me = (await app.call({ path: 'members/me' })).body._id;
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    for (const key of ['seen', 'bought']) await addMetric({ key });
  });

  const addMetric = (body: object) =>
    app.call({ method: 'POST', path: `metrics/${project}`, body: { kind: 'custom', eventKey: 'x', ...body } });
  const groups = () => `projects/${project}/metric-groups`;
  const call = (request: TestRequest) => app.call({ headers: BETA, ...request });
  const STEPS = [
    { key: 'seen', nameInGroup: 'See' },
    { key: 'bought', nameInGroup: 'Buy' },
  ];
  const create = (body: object = {}, token?: string) =>
    call({
      method: 'POST',
      path: groups(),
      body: { key: 'checkout', name: 'Checkout', kind: 'funnel', metrics: STEPS, ...body },
      ...(token !== undefined && { token }),
    });
  const patch = (...body: readonly object[]) => call({ method: 'PATCH', path: `${groups()}/checkout`, body });
  const get = async (query = '') => (await call({ path: `${groups()}/checkout${query}` })).body;
  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];

  it('are made with the whole official body', async () => {
    const { status, body } = await create({ tags: ['web'], description: 'Shop' });
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _version: 1,
      activeGuardedRolloutCount: 0,
      _links: {
        self: { href: `/api/v2/${groups()}/checkout`, type },
        parent: { href: `/api/v2/projects/${project}`, type },
      },
      _creationDate: app.clock.now(),
      _lastModified: app.clock.now(),
      key: 'checkout',
      name: 'Checkout',
      kind: 'funnel',
      description: 'Shop',
      tags: ['web'],
      maintainer: { member: expect.objectContaining({ _id: me }) },
      metrics: STEPS.map(({ key, nameInGroup }) => ({
        key,
        _versionId: expect.any(String),
        name: key,
        kind: 'custom',
        isNumeric: false,
        unitAggregationType: 'average',
        eventKey: 'x',
        randomizationUnits: ['user'],
        nameInGroup,
        _links: { self: { href: `/api/v2/metrics/${project}/${key}`, type } },
      })),
    });
    expect(await get()).toEqual(body);
    expect(await newest()).toMatchObject({
      kind: 'metric-group',
      titleVerb: 'created the metric group',
      accesses: [{ action: 'createMetricGroup', resource: `proj/${project}:metric-group/checkout` }],
    });
  });

  it('get a key from their name, and need no names of metrics unless they are funnels', async () => {
    const body = { key: undefined, name: 'Health of the Shop!', kind: 'standard', metrics: [{ key: 'seen' }] };
    expect((await create(body)).body).toMatchObject({ key: 'health-of-the-shop', metrics: [{ key: 'seen' }] });
  });

  it.each([
    ['a key that is taken', {}, 409, 'already exists'],
    ['a bad key', { key: 'a b' }, 400, 'key: "a b" is not a valid key'],
    ['no letters in its name and no key', { key: undefined, name: '!' }, 400, 'key: "" is not a valid key'],
    ['an unknown kind', { key: 'x', kind: 'guess' }, 400, 'kind: expected one of funnel, standard'],
    ['no name', { key: 'x', name: ' ' }, 400, 'name: " " is not a valid name'],
    ['bad tags', { key: 'x', tags: ['a b'] }, 400, 'tags[0]'],
    ['no metrics', { key: 'x', metrics: [] }, 400, 'metrics: expected 1 to 50 metrics, got 0'],
    ['a nameless step', { key: 'x', metrics: [{ key: 'seen' }] }, 400, 'metrics[0].nameInGroup: expected a name'],
    [
      'an unknown metric',
      { key: 'x', metrics: [{ key: 'lost', nameInGroup: 'x' }] },
      400,
      'metrics[0].key: "lost" is not the key of a metric',
    ],
    ['a metric twice', { key: 'x', metrics: [...STEPS, ...STEPS] }, 400, 'metrics: expected each metric once'],
    [
      'a numeric step',
      { key: 'x', metrics: [{ key: 'numeric', nameInGroup: 'x' }] },
      400,
      'metrics: a funnel has no numeric metrics, and "numeric" is one',
    ],
    [
      'nothing in common',
      { key: 'x', kind: 'standard', metrics: [...STEPS, { key: 'devices' }] },
      400,
      'metrics: its metrics have no randomization unit in common',
    ],
    ['an unknown maintainer', { key: 'x', maintainerId: 'nobody' }, 400, 'maintainerId: "nobody" is not the id'],
  ])('are not made with %s', async (_name, body, status, message) => {
    await addMetric({ key: 'numeric', isNumeric: true });
    await addMetric({ key: 'devices', randomizationUnits: ['device'] });
    await create();
    expect(await create(body)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect((await call({ path: groups() })).body.totalCount).toBe(1);
  });

  it('change by JSON patch, setting by setting with its own right', async () => {
    await create();
    await app.clock.advance(1);
    await addMetric({ key: 'paid' });
    const { status, body } = await patch(
      replace('/name', 'Shop'),
      replace('/description', 'Better'),
      { op: 'add', path: '/metrics/-', value: { key: 'paid', nameInGroup: 'Pay' } },
      replace('/metrics/0/nameInGroup', 'Look'),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Shop', _version: 2, _lastModified: app.clock.now() });
    expect(body.metrics.map(({ nameInGroup }: { nameInGroup: string }) => nameInGroup)).toEqual(['Look', 'Buy', 'Pay']);
    expect((await newest())?.accesses.map(({ action }) => action)).toEqual([
      'updateMetricGroupName',
      'updateMetricGroupDescription',
      'updateMetricGroupMetrics',
    ]);
    expect((await patch(replace('/name', 'Shop'), replace('/kind', 'funnel'))).body._version).toBe(2);
    expect((await patch(replace('/kind', 'standard'))).body.message).toContain('since it never changes');
    expect((await patch(replace('/metrics', []))).status).toBe(400);
    expect((await patch(replace('/maintainerId', 'nobody'))).status).toBe(400);
    expect((await patch({ op: 'remove', path: '/metrics/7' })).status).toBe(400);
    expect((await get())._version).toBe(2);
  });

  it('keep their metrics, and keep them fit', async () => {
    await create();
    const metric = `metrics/${project}/seen`;
    const change = (path: string, value: unknown) =>
      app.call({ method: 'PATCH', path: metric, body: [replace(path, value)] });
    expect(await app.call({ method: 'DELETE', path: metric })).toMatchObject({
      status: 409,
      body: { message: "Metric 'seen' is in use by metric groups 'checkout'; take it out of them first" },
    });
    expect(await change('/isNumeric', true)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining("would not fit into metric group 'checkout': a funnel has no numeric") },
    });
    expect((await change('/randomizationUnits', ['device'])).status).toBe(409);
    expect((await change('/name', 'Seen it')).body).toMatchObject({ name: 'Seen it', metricGroupCount: 1 });
    expect((await get()).metrics[0].name).toBe('Seen it');
    const { body } = await app.call({ path: `${metric}?expand=metricGroups` });
    expect(body.metricGroups).toEqual([
      {
        key: 'checkout',
        name: 'Checkout',
        kind: 'funnel',
        _links: expect.objectContaining({ self: expect.anything() }),
      },
    ]);
    expect((await call({ method: 'DELETE', path: `${groups()}/checkout` })).status).toBe(204);
    expect((await app.call({ path: `metrics/${project}` })).body.items[0].metricGroupCount).toBe(0);
    expect((await app.call({ method: 'DELETE', path: metric })).status).toBe(204);
  });

  it('filter, sort and page', async () => {
    await create({ key: 'b', name: 'Alpha' });
    await app.clock.advance(1);
    await create({ key: 'a', name: 'Beta', kind: 'standard' });
    const keys = async (query: string) =>
      (await call({ path: `${groups()}?${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await keys('')).toEqual(['b', 'a']);
    expect(await keys('sort=-createdAt')).toEqual(['a', 'b']);
    expect(await keys('sort=-name')).toEqual(['a', 'b']);
    expect(await keys('sort=connectionCount,name')).toEqual(['b', 'a']);
    expect(await keys('filter=kind equals funnel')).toEqual(['b']);
    expect(await keys('filter=query equals ALPHA')).toEqual(['b']);
    expect(await keys(`filter=maintainerIds anyOf ["${me}"]`)).toEqual(['b', 'a']);
    expect(await keys('filter=maintainerTeamKey equals crew')).toEqual([]);
    expect(await keys('filter=hasConnections equals false')).toEqual(['b', 'a']);
    expect(await keys("filter=experimentStatus equals 'not_started' and query equals 'alpha'")).toEqual([]);
    expect(await keys("filter=kind equals 'standard' and query equals 'beta'")).toEqual(['a']);
    expect(await keys('limit=1&offset=1')).toEqual(['a']);
    expect((await call({ path: `${groups()}?filter=tags contains x` })).status).toBe(400);
    expect((await call({ path: `${groups()}?sort=kind` })).status).toBe(400);
  });

  it('show experiments and rights when asked', async () => {
    await create();
    const token = await app.addToken('reader');
    expect(await get('?expand=experiments,experimentCount')).toMatchObject({ experiments: [], experimentCount: 0 });
    const { body } = await call({ path: `${groups()}/checkout?expand=access`, token });
    expect(body._access.allowed).toEqual([]);
    expect(body).not.toHaveProperty('experiments');
  });

  it('are deleted, and by nobody who only reads; they are in beta', async () => {
    await create();
    const token = await app.addToken('reader');
    const path = `${groups()}/checkout`;
    expect((await create({ key: 'mine' }, token)).status).toBe(403);
    expect((await call({ method: 'PATCH', path, body: [replace('/name', 'x')], token })).status).toBe(403);
    expect((await call({ method: 'DELETE', path, token })).status).toBe(403);
    expect((await app.call({ path })).body.message).toContain('This API is in beta');
    expect((await call({ method: 'DELETE', path })).status).toBe(204);
    expect((await newest())?.titleVerb).toBe('deleted the metric group');
    for (const method of ['GET', 'DELETE'] as const) expect((await call({ method, path })).status).toBe(404);
    expect((await patch(replace('/name', 'x'))).status).toBe(404);
  });
});
