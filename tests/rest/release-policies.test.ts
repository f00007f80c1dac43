import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_RELEASE_POLICIES } from '../../src/domain/release/release-policy.ts';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('release policies on $name', (engine) => {
  let app: TestApp;
  let path: string;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    project = `project-${count++}`;
    path = `projects/${project}/release-policies`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({
      method: 'POST',
      path: `metrics/${project}`,
      body: { key: 'errors', kind: 'custom', eventKey: 'error' },
    });
    await app.call({
      method: 'POST',
      path: `projects/${project}/metric-groups`,
      body: { key: 'frontend', name: 'Frontend', kind: 'standard', metrics: [{ key: 'errors' }] },
      headers: BETA,
    });
  });

  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', place: string, body?: unknown, token?: string) =>
    app.call({
      method,
      path: `${path}${place}`,
      headers: BETA,
      ...(body !== undefined && { body }),
      ...(token !== undefined && { token }),
    });
  const GUARDED = {
    key: 'production-release',
    name: 'Production',
    releaseMethod: 'guarded-release',
    scope: { environmentKeys: ['production'], flagTagKeys: ['web'] },
    guardedReleaseConfig: {
      rolloutContextKindKey: 'user',
      minSampleSize: 100,
      rollbackOnRegression: true,
      metricKeys: ['errors'],
      metricGroupKeys: ['frontend'],
      stages: [
        { allocation: 25_000, durationMillis: 60_000 },
        { allocation: 50_000, durationMillis: 60_000 },
      ],
    },
  };
  const create = (body: object = {}, token?: string) => call('POST', '', { ...GUARDED, ...body }, token);
  const scoped = (key: string) =>
    call('POST', '', { key, name: key, releaseMethod: 'progressive-release', scope: { environmentKeys: ['test'] } });
  const asDefault = (key: string) => call('POST', '', { key, name: key, releaseMethod: 'progressive-release' });
  const ranks = async (query = '') =>
    (await call('GET', query)).body.items.map(({ key, rank }: { key: string; rank: number }) => `${rank} ${key}`);
  const lastChange = async () => (await listChanges(app.slipway.database.db, 1))[0];

  it('keep how guarded releases are to be made', async () => {
    const { status, body } = await create();
    expect(status).toBe(201);
    expect(body).toEqual({ _id: expect.stringMatching(/^[0-9a-f-]{36}$/), rank: 1, ...GUARDED });
    expect((await call('GET', '/production-release')).body).toEqual(body);
    expect((await call('GET', '')).body).toEqual({ totalCount: 1, items: [body] });
    expect(await lastChange()).toMatchObject({
      kind: 'release-policy',
      accesses: [{ action: 'createReleasePolicy', resource: `proj/${project}:release-policy/production-release` }],
    });
  });

  it('keep how progressive releases are to be made, and only what was said', async () => {
    const policy = { key: 'slow', name: 'Slow', releaseMethod: 'progressive-release' };
    const stages = [{ allocation: 1000, durationMillis: 1 }];
    const { body } = await call('POST', '', { ...policy, progressiveReleaseConfig: { stages } });
    expect(body).toEqual({ _id: expect.any(String), rank: 1, ...policy, progressiveReleaseConfig: { stages } });
  });

  it.each([
    ['no key', { key: undefined }, 'key: expected a string'],
    ['a bad key', { key: 'a b' }, 'key: "a b" is not a valid key'],
    ['the key of the order', { key: 'order' }, 'key: expected another key than order'],
    ['no name', { name: undefined }, 'name: expected a string'],
    ['a long name', { name: 'x'.repeat(257) }, 'is not a valid name'],
    ['no method', { releaseMethod: undefined }, 'releaseMethod: expected one of guarded-release, progressive-release'],
    [
      'the settings of the other method',
      { releaseMethod: 'progressive-release' },
      'guardedReleaseConfig: expected nothing',
    ],
    ['a scope of another type', { scope: [] }, 'scope: expected an object'],
    [
      'an unknown environment',
      { scope: { environmentKeys: ['test', 'mars'] } },
      'scope.environmentKeys[1]: expected the key',
    ],
    ['a bad tag', { scope: { flagTagKeys: ['a b'] } }, 'scope.flagTagKeys[0]: "a b" is not a valid tag'],
    ['bad views', { scope: { viewKeys: 'all' } }, 'scope.viewKeys: expected an array of strings'],
    [
      'no sample',
      { guardedReleaseConfig: { minSampleSize: 0 } },
      'guardedReleaseConfig.minSampleSize: expected a whole',
    ],
    [
      'an answer that is none',
      { guardedReleaseConfig: { rollbackOnRegression: 'yes' } },
      'guardedReleaseConfig.rollbackOnRegression: expected true or false',
    ],
    [
      'a bad kind',
      { guardedReleaseConfig: { rolloutContextKindKey: 'kind' } },
      'rolloutContextKindKey: expected a context',
    ],
    [
      'an unknown metric',
      { guardedReleaseConfig: { metricKeys: ['joy'] } },
      'metricKeys[0]: expected the key of a metric',
    ],
    [
      'an unknown group',
      { guardedReleaseConfig: { metricGroupKeys: ['joy'] } },
      'metricGroupKeys[0]: expected the key of a metric group',
    ],
    ['bad groups', { guardedReleaseConfig: { metricGroupKeys: [5] } }, 'metricGroupKeys: expected an array of strings'],
    [
      'stages that do not grow',
      {
        guardedReleaseConfig: {
          stages: [
            { allocation: 5, durationMillis: 1 },
            { allocation: 5, durationMillis: 1 },
          ],
        },
      },
      'guardedReleaseConfig.stages[1].allocation: expected thousandths of a percent above 5',
    ],
    [
      'more than all',
      { guardedReleaseConfig: { stages: [{ allocation: 100_001, durationMillis: 1 }] } },
      'at most 100000, got 100001',
    ],
    [
      'no time',
      { guardedReleaseConfig: { stages: [{ allocation: 5, durationMillis: 0 }] } },
      'durationMillis: expected',
    ],
    [
      'too many stages',
      {
        guardedReleaseConfig: {
          stages: Array.from({ length: 51 }, (_, index) => ({ allocation: index + 1, durationMillis: 1 })),
        },
      },
      'stages: expected at most 50 stages',
    ],
  ])('are not made with %s', async (_name, body, message) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await call('GET', '')).body.totalCount).toBe(0);
  });

  it('are at most a hundred of a project, each with a key of its own', async () => {
    await create();
    expect(await create()).toMatchObject({ status: 409, body: { code: 'conflict' } });
    for (let index = 1; index < MAX_RELEASE_POLICIES; index++) await scoped(`policy-${index}`);
    expect((await scoped('one-more')).status).toBe(400);
  });

  it('have one default, which is tried last', async () => {
    expect((await asDefault('usual')).body.rank).toBe(1);
    await scoped('first');
    await scoped('second');
    expect((await call('GET', '/usual')).body.rank).toBe(3);
    expect(await ranks()).toEqual(['1 first', '2 second', '3 usual']);
    expect(await ranks('?excludeDefault=true')).toEqual(['1 first', '2 second']);
    expect(await ranks('?excludeDefault=false')).toHaveLength(3);
    expect((await call('GET', '?excludeDefault=maybe')).status).toBe(400);
    expect(await asDefault('other')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining("has the default policy 'usual' already") },
    });
    const emptied = { name: 'First', releaseMethod: 'progressive-release', scope: { environmentKeys: [] } };
    expect((await call('PUT', '/first', emptied)).status).toBe(409);
    expect((await call('DELETE', '/usual')).status).toBe(204);
    expect((await call('PUT', '/first', emptied)).status).toBe(200);
    expect(await ranks()).toEqual(['1 second', '2 first']);
  });

  it('are replaced as a whole', async () => {
    const { body: before } = await create();
    const { status, body } = await call('PUT', '/production-release', {
      name: 'Slow',
      releaseMethod: 'progressive-release',
      scope: { flagTagKeys: ['api'] },
      progressiveReleaseConfig: { rolloutContextKindKey: 'org' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      _id: before._id,
      key: 'production-release',
      rank: 1,
      name: 'Slow',
      releaseMethod: 'progressive-release',
      scope: { flagTagKeys: ['api'] },
      progressiveReleaseConfig: { rolloutContextKindKey: 'org' },
    });
    expect((await call('GET', '/production-release')).body).toEqual(body);
    const change = await lastChange();
    expect(change?.accesses.map(({ action }) => action)).toEqual(['updateReleasePolicy']);
    expect((await call('PUT', '/production-release', { ...GUARDED, key: 'other' })).status).toBe(400);
    expect((await call('PUT', '/production-release', { name: 'No method' })).status).toBe(400);
    expect((await call('PUT', '/production-release', GUARDED)).body).toEqual(before);
    expect((await call('PUT', '/none', GUARDED)).status).toBe(404);
  });

  it('are put in order, all at once', async () => {
    for (const key of ['a', 'b', 'c']) await scoped(key);
    await asDefault('usual');
    const { status, body } = await call('POST', '/order', ['c', 'b', 'a']);
    expect(status).toBe(200);
    expect(body.map(({ key, rank }: { key: string; rank: number }) => `${rank} ${key}`)).toEqual(['1 c', '2 b', '3 a']);
    expect(await ranks()).toEqual(['1 c', '2 b', '3 a', '4 usual']);
    expect(await lastChange()).toMatchObject({ accesses: [{ action: 'updateReleasePolicyRank' }] });
    await scoped('d');
    expect(await ranks()).toEqual(['1 c', '2 b', '3 a', '4 d', '5 usual']);
    await call('DELETE', '/b');
    expect(await ranks()).toEqual(['1 c', '2 a', '3 d', '4 usual']);
  });

  it.each([
    ['one is missing', ['a'], 'body: expected the keys of all release policies with a scope; ["b"] are missing'],
    ['one is there twice', ['a', 'b', 'a'], 'body[2]: expected each key once, got "a"'],
    ['one is unknown', ['a', 'b', 'x'], 'body[2]: expected the key of a release policy with a scope, got "x"'],
    ['the default one is there', ['a', 'b', 'usual'], 'body[2]: expected the key of a release policy with a scope'],
    ['it is no list', { a: 1 }, 'body: expected array'],
  ])('are not put in order when %s', async (_name, body, message) => {
    for (const key of ['a', 'b']) await scoped(key);
    await asDefault('usual');
    expect(await call('POST', '/order', body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    });
    expect(await ranks()).toEqual(['1 a', '2 b', '3 usual']);
  });

  it('are deleted', async () => {
    await create();
    expect((await call('DELETE', '/production-release')).status).toBe(204);
    expect(await lastChange()).toMatchObject({ accesses: [{ action: 'deleteReleasePolicy' }] });
    expect((await call('GET', '/production-release')).status).toBe(404);
    expect((await call('DELETE', '/production-release')).status).toBe(404);
  });

  it('are changed by nobody who only reads', async () => {
    await create();
    await scoped('other');
    const token = await app.addToken('reader');
    expect((await create({ key: 'mine' }, token)).status).toBe(403);
    expect((await call('PUT', '/production-release', { ...GUARDED, name: 'Mine' }, token)).status).toBe(403);
    expect((await call('POST', '/order', ['other', 'production-release'], token)).status).toBe(403);
    expect((await call('DELETE', '/production-release', undefined, token)).status).toBe(403);
    expect(await ranks()).toEqual(['1 production-release', '2 other']);
    const { items } = (await call('GET', '?expand=access', undefined, token)).body;
    expect(items[0]._access.allowed).toEqual([]);
    const { body } = await call('GET', '/other?expand=access');
    expect(body._access.allowed.map(({ action }: { action: string }) => action)).toEqual([
      'updateReleasePolicy',
      'updateReleasePolicyRank',
      'deleteReleasePolicy',
    ]);
  });

  it('need the beta header and a project', async () => {
    for (const method of ['GET', 'POST'] as const) {
      expect((await app.call({ method, path })).status).toBe(403);
    }
    expect((await app.call({ path: 'projects/none/release-policies', headers: BETA })).status).toBe(404);
    const post = { method: 'POST', path: 'projects/none/release-policies', headers: BETA, body: GUARDED } as const;
    expect((await app.call(post)).status).toBe(404);
  });
});
