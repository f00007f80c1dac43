import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('metrics on $name', (engine) => {
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
  });

  const create = (body: object = {}, token?: string) =>
    app.call({
      method: 'POST',
      path: `metrics/${project}`,
      body: { key: 'latency', kind: 'custom', eventKey: 'request', ...body },
      ...(token !== undefined && { token }),
    });
  const patch = (...body: readonly object[]) => app.call({ method: 'PATCH', path: `metrics/${project}/latency`, body });
  const get = async () => (await app.call({ path: `metrics/${project}/latency` })).body;
  const NUMERIC = { name: 'Latency', isNumeric: true, unit: 'ms', successCriteria: 'LowerThanBaseline' };

  it('make a numeric one with the whole official body', async () => {
    const { status, body } = await create({ ...NUMERIC, tags: ['web'], randomizationUnits: ['user', 'request'] });
    const type = 'application/json';
    const me = (await app.call({ path: 'members/me' })).body;
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/metrics/${project}/latency`, type },
        parent: { href: `/api/v2/metrics/${project}`, type },
      },
      _site: { href: '/experiments/metrics/latency/edit', type: 'text/html' },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _versionId: expect.any(String),
      _version: 1,
      _creationDate: app.clock.now(),
      lastModified: { date: new Date(app.clock.now()).toISOString() },
      key: 'latency',
      kind: 'custom',
      description: '',
      ...NUMERIC,
      eventKey: 'request',
      tags: ['web'],
      randomizationUnits: ['user', 'request'],
      unitAggregationType: 'sum',
      analysisType: 'mean',
      eventDefault: { disabled: false, value: 0 },
      maintainerId: me._id,
      _maintainer: expect.objectContaining({ email: me.email }),
      archived: false,
      isActive: false,
      _attachedFlagCount: 0,
      experimentCount: 0,
      metricGroupCount: 0,
      activeGuardedRolloutCount: 0,
      dataSource: { key: 'launchdarkly-hosted' },
    });
    expect(await get()).toEqual(body);
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'metric',
      accesses: [{ action: 'createMetric', resource: `proj/${project}:metric/latency` }],
    });
  });

  it('make conversions, clicks and page views, with defaults for what is not said', async () => {
    expect((await create()).body).toMatchObject({
      name: 'latency',
      isNumeric: false,
      successCriteria: 'HigherThanBaseline',
      unitAggregationType: 'average',
    });
    const click = { key: 'buy', kind: 'click', selector: '#buy', urls: [{ kind: 'exact', url: 'https://x.org/' }] };
    expect((await create(click)).body).toMatchObject({ selector: '#buy', urls: click.urls });
    const view = { key: 'seen', kind: 'pageview', urls: [{ kind: 'regex', pattern: '^https' }] };
    expect((await create(view)).body.urls).toEqual(view.urls);
    const percentile = { key: 'p95', isNumeric: true, analysisType: 'percentile', percentileValue: 95 };
    expect((await create(percentile)).body).toMatchObject({ percentileValue: 95 });
  });

  it.each([
    ['a key that is taken', {}, 409, 'already exists'],
    ['a bad key', { key: 'a b' }, 400, 'key: "a b" is not a valid key'],
    ['an unknown kind', { key: 'x', kind: 'wish' }, 400, 'kind: expected one of custom, click, pageview'],
    ['no event', { key: 'x', eventKey: undefined }, 400, 'eventKey: expected the key of an event'],
    [
      'no selector',
      { key: 'x', kind: 'click', urls: [{ kind: 'exact', url: 'x' }] },
      400,
      'selector: expected a CSS selector',
    ],
    ['no URL', { key: 'x', kind: 'pageview' }, 400, 'urls: expected at least one URL'],
    ['a bad URL', { key: 'x', kind: 'pageview', urls: [{ kind: 'exact' }] }, 400, 'urls[0].url: expected a string'],
    ['a unit of nothing', { key: 'x', unit: 'ms' }, 400, 'unit: expected nothing'],
    [
      'another criterion',
      { key: 'x', successCriteria: 'Better' },
      400,
      'successCriteria: expected one of HigherThanBaseline',
    ],
    ['no unit to count by', { key: 'x', randomizationUnits: [] }, 400, 'randomizationUnits: expected at least one'],
    [
      'a percentile of no value',
      { key: 'x', isNumeric: true, analysisType: 'percentile' },
      400,
      'percentileValue: expected a value',
    ],
    ['another default', { key: 'x', eventDefault: { value: 5 } }, 400, 'value: expected 0'],
    [
      'an unknown maintainer',
      { key: 'x', maintainerId: 'nobody' },
      400,
      'maintainerId: "nobody" is not the id of a member',
    ],
  ])('are not made with %s', async (_name, body, status, message) => {
    await create();
    expect(await create(body)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: `metrics/${project}` })).body.totalCount).toBe(1);
  });

  it('change by JSON patch, with another version each time', async () => {
    const { body: before } = await create(NUMERIC);
    await app.clock.advance(1);
    const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
    const { status, body } = await patch(
      replace('/name', 'Wait'),
      replace('/successCriteria', 'HigherThanBaseline'),
      replace('/unit', null),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Wait',
      _version: 2,
      lastModified: { date: new Date(app.clock.now()).toISOString() },
    });
    expect(body).not.toHaveProperty('unit');
    expect(body._versionId).not.toBe(before._versionId);
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change?.accesses.map(({ action }) => action)).toEqual([
      'updateName',
      'updateNumericUnit',
      'updateNumericSuccess',
    ]);
    const everything = ['/kind', '/isNumeric', '/urls', '/key', '/tags'].map((path) =>
      replace(path, { '/kind': 'custom', '/isNumeric': true, '/urls': [], '/key': 'latency', '/tags': [] }[path]),
    );
    expect((await patch(...everything)).body._version).toBe(2);
    expect((await patch(replace('/kind', 'click'))).body.message).toContain(
      'kind: expected "custom", since it never changes',
    );
    expect((await patch(replace('/isNumeric', 'no'))).status).toBe(400);
    expect((await patch({ op: 'remove', path: '/nothing/here' })).body._version).toBe(2);
  });

  it('filter, sort and page', async () => {
    await create({ key: 'b', name: 'Alpha', tags: ['x', 'y'] });
    await app.clock.advance(1);
    await create({ key: 'a', name: 'Beta', isNumeric: true });
    const keys = async (query: string) =>
      (await app.call({ path: `metrics/${project}?${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await keys('')).toEqual(['b', 'a']);
    expect(await keys('sort=-createdAt')).toEqual(['a', 'b']);
    expect(await keys('sort=name')).toEqual(['b', 'a']);
    expect(await keys('filter=tags contains ["x","y"]')).toEqual(['b']);
    expect(await keys('filter=tags contains ["x","z"]')).toEqual([]);
    expect(await keys('filter=isNumeric equals true')).toEqual(['a']);
    expect(await keys('filter=query equals ALPHA')).toEqual(['b']);
    expect(await keys('filter=eventKind equals click')).toEqual([]);
    expect(await keys('filter=metricUsedIn equals none')).toEqual(['b', 'a']);
    expect(await keys('filter=unitAggregationType equals sum')).toEqual(['a']);
    expect(await keys('limit=1&offset=1')).toEqual(['a']);
    expect((await app.call({ path: `metrics/${project}?filter=tags:x` })).status).toBe(400);
  });

  it('are deleted, and by nobody who only reads', async () => {
    await create();
    const token = await app.addToken('reader');
    expect((await create({ key: 'mine' }, token)).status).toBe(403);
    const path = `metrics/${project}/latency`;
    const rename = [{ op: 'replace', path: '/name', value: 'x' }];
    expect((await app.call({ method: 'PATCH', path, body: rename, token })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path, token })).status).toBe(403);
    expect((await app.call({ path: `${path}?expand=access`, token })).body._access.allowed).toEqual([]);
    expect((await app.call({ method: 'DELETE', path })).status).toBe(204);
    expect((await app.call({ path })).status).toBe(404);
  });
});
