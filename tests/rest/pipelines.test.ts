import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('release pipelines on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const path = 'projects/default/release-pipelines';
  const create = (key: string, environmentKey: string, more = {}) =>
    app.call({
      method: 'POST',
      path,
      headers: BETA,
      body: { key, name: `The ${key}`, phases: [{ name: 'A', audiences: [{ name: 'All', environmentKey }] }], ...more },
    });
  const keys = async (query: string) =>
    (await app.call({ path: path + query, headers: BETA })).body.items.map(({ key }: { key: string }) => key);
  const defaultKey = async () => (await app.call({ path: 'projects/default' })).body.defaultReleasePipelineKey;

  it('lists the oldest first, by text and by environment', async () => {
    await create('alpha', 'test');
    await create('beta', 'production', { description: 'For ALPHA customers' });
    await create('gamma', 'production');
    expect(await keys('')).toEqual(['alpha', 'beta', 'gamma']);
    expect(await keys('?filter=query:alpha')).toEqual(['alpha', 'beta']);
    expect(await keys('?filter=env:production')).toEqual(['beta', 'gamma']);
    expect(await keys('?filter=env:nix')).toEqual([]);
    expect(await keys('?limit=1&offset=1')).toEqual(['beta']);
    expect((await app.call({ path: `${path}?filter=nix:x`, headers: BETA })).status).toBe(400);
  });

  it('moves the default with a new pipeline that asks for it, but not with one that fails', async () => {
    expect(await defaultKey()).toBe('alpha');
    expect((await create('beta', 'test', { isProjectDefault: true })).status).toBe(409);
    expect(await defaultKey()).toBe('alpha');
    expect((await create('delta', 'test', { isProjectDefault: true })).body.isProjectDefault).toBe(true);
    expect(await defaultKey()).toBe('delta');
    expect((await app.call({ path: `${path}/alpha`, headers: BETA })).body).not.toHaveProperty('isProjectDefault');
    expect((await app.call({ method: 'DELETE', path: `${path}/alpha`, headers: BETA })).status).toBe(204);
    expect((await app.call({ method: 'DELETE', path: `${path}/alpha`, headers: BETA })).status).toBe(404);
  });

  it('leaves completed releases readable when it is deleted, and nobody finds them by a later one of its key', async () => {
    const phases = [{ name: 'A', audiences: [{ name: 'All', environmentKey: 'test' }] }];
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'done', name: 'Done' } });
    const send = (method: 'PUT' | 'PATCH', body: unknown) =>
      app.call({ method, path: 'projects/default/flags/done/release', headers: BETA, body });
    await create('legacy', 'test', { phases, isLegacy: true });
    await send('PUT', { releasePipelineKey: 'legacy' });
    await send('PATCH', [{ op: 'replace', path: '/phases/0/complete', value: true }]);
    const found = async () => (await app.call({ path: 'flags/default?filter=releasePipeline:legacy' })).body.totalCount;
    const counted = async () =>
      (await app.call({ path: `${path}/legacy/releases`, headers: BETA })).body.completedCount;
    expect([await found(), await counted()]).toEqual([1, 1]);
    expect((await app.call({ method: 'DELETE', path: `${path}/legacy`, headers: BETA })).status).toBe(204);
    expect(await found()).toBe(0);
    expect((await app.call({ path: 'flags/default/done/release', headers: BETA })).body).toMatchObject({
      releasePipelineKey: 'legacy',
      phases: [{ complete: true }],
    });
    await create('legacy', 'test', { phases, isLegacy: true });
    expect([await found(), await counted()]).toEqual([0, 0]);
  });
});
