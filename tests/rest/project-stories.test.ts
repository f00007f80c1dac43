import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('projects and environments on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const create = (key: string, more = {}) =>
    app.call({ method: 'POST', path: 'projects', body: { key, name: `Project ${key}`, ...more } });
  const patch = (path: string, ...operations: readonly object[]) =>
    app.call({ method: 'PATCH', path, body: operations });

  it('begins with the project default and its two environments', async () => {
    const { body } = await app.call({ path: 'projects/default?expand=environments' });
    expect(body.environments).toMatchObject({ totalCount: 2, items: [{ key: 'production' }, { key: 'test' }] });
    const keys = body.environments.items.map(({ apiKey, mobileKey, _id }: Record<string, string>) => [
      apiKey,
      mobileKey,
      _id,
    ]);
    const uuid = '[0-9a-f-]{36}';
    for (const [apiKey, mobileKey, id] of keys) {
      expect(apiKey).toMatch(new RegExp(`^sdk-${uuid}$`));
      expect(mobileKey).toMatch(new RegExp(`^mob-${uuid}$`));
      expect(id).toMatch(/^[0-9a-f]{24}$/);
    }
  });

  it('creates a project with the environments that were asked for', async () => {
    const { status, body } = await create('shop', {
      tags: ['ops'],
      environments: [{ key: 'staging', name: 'Staging', color: 'aabbcc', critical: true }],
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: '/api/v2/projects/shop', type: 'application/json' },
        environments: { href: '/api/v2/projects/shop/environments', type: 'application/json' },
        flagDefaults: { href: '/api/v2/projects/shop/flag-defaults', type: 'application/json' },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: 'shop',
      name: 'Project shop',
      tags: ['ops'],
      includeInSnippetByDefault: false,
      defaultClientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
      releaseFlagKinds: 'boolean',
      requireViewAssociationForNewFlags: false,
      requireViewAssociationForNewSegments: false,
      environments: [
        expect.objectContaining({
          key: 'staging',
          name: 'Staging',
          color: 'AABBCC',
          critical: true,
          defaultTtl: 0,
          secureMode: false,
          tags: [],
        }),
      ],
    });
    expect((await app.call({ path: 'projects/shop' })).body).not.toHaveProperty('environments');
  });

  it('filters, sorts and pages', async () => {
    for (const key of ['zebra', 'ant', 'mouse']) await create(key, { tags: ['animal', key] });
    const keys = async (query: string) =>
      (await app.call({ path: `projects?${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await keys('filter=tags:animal&sort=name')).toEqual(['ant', 'mouse', 'zebra']);
    expect(await keys('filter=tags:animal&sort=-name&limit=1&offset=1')).toEqual(['mouse']);
    expect(await keys('filter=tags:animal%2Bant')).toEqual(['ant']);
    expect(await keys('filter=query:ZEB')).toEqual(['zebra']);
    expect(await keys('filter=keys:ant|MOUSE')).toEqual(['ant', 'mouse']);
    const environments = await app.call({ path: 'projects/ant/environments?sort=-name&filter=query:t&limit=1' });
    expect(environments.body).toMatchObject({
      totalCount: 2,
      items: [{ key: 'test' }],
      _links: { next: expect.any(Object) },
    });
  });

  it('takes JSON patches as existing clients write them', async () => {
    await create('patched', { tags: ['a'] });
    const changed = await patch(
      'projects/patched',
      { op: 'test', path: '/name', value: 'Project patched' },
      { op: 'replace', path: '/name', value: 'New name' },
      { op: 'add', path: '/tags/-', value: 'b' },
      { op: 'replace', path: '/includeInSnippetByDefault', value: true },
      { op: 'replace', path: '/requireViewAssociationForNewFlags', value: true },
      { op: 'replace', path: '/nothingWeKnow', value: 1 },
    );
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: 'New name',
        tags: ['a', 'b'],
        includeInSnippetByDefault: true,
        defaultClientSideAvailability: { usingEnvironmentId: true },
        requireViewAssociationForNewFlags: true,
      },
    });
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'project',
      description: expect.arrayContaining(['Changed name from "Project patched" to "New name"']),
    });
  });

  it.each([
    ['a failing test', { op: 'test', path: '/name', value: 'Other' }, 409, 'optimistic_locking_error'],
    ['a removal of what is not there', { op: 'remove', path: '/defaultReleasePipelineKey' }, 400, 'invalid_patch'],
    ['an unknown operation', { op: 'merge', path: '/name', value: 'x' }, 400, 'invalid_patch'],
    ['a path that is no pointer', { op: 'replace', path: 'name', value: 'x' }, 400, 'invalid_patch'],
    ['a wrong type', { op: 'replace', path: '/name', value: 5 }, 400, 'invalid_request'],
    ['another key', { op: 'replace', path: '/key', value: 'other' }, 400, 'invalid_request'],
    [
      'an unknown default pipeline',
      { op: 'replace', path: '/defaultReleasePipelineKey', value: 'nix' },
      400,
      'invalid_request',
    ],
  ])('refuses %s and applies nothing of the patch', async (_name, operation, status, code) => {
    const before = (await app.call({ path: 'projects/default' })).body;
    const answer = await patch('projects/default', { op: 'replace', path: '/name', value: 'Changed' }, operation);
    expect(answer).toMatchObject({ status, body: { code } });
    expect((await app.call({ path: 'projects/default' })).body).toEqual(before);
  });

  it('changes the settings of an environment, and says which value is bad', async () => {
    await create('settings');
    const path = 'projects/settings/environments/test';
    const good = await patch(
      path,
      { op: 'replace', path: '/color', value: '00ff00' },
      { op: 'replace', path: '/defaultTtl', value: 5 },
      { op: 'replace', path: '/approvalSettings/minNumApprovals', value: 2 },
    );
    expect(good).toMatchObject({
      status: 200,
      body: { color: '00FF00', defaultTtl: 5, approvalSettings: { minNumApprovals: 2, serviceKind: 'launchdarkly' } },
    });
    expect(await patch(path, { op: 'replace', path: '/defaultTtl', value: 61 })).toMatchObject({
      status: 400,
      body: { message: 'defaultTtl: expected whole minutes from 0 to 60, got 61' },
    });
    expect(
      await patch(path, { op: 'replace', path: '/approvalSettings/serviceKind', value: 'servicenow' }),
    ).toMatchObject({ status: 400 });
  });

  it('gives every flag a configuration in a new environment and delivers it', async () => {
    await create('growing');
    await app.call({ method: 'POST', path: 'flags/growing', body: { key: 'old-flag', name: 'Old', isFlagOn: true } });
    const { status, body } = await app.call({
      method: 'POST',
      path: 'projects/growing/environments',
      body: { key: 'stage', name: 'Stage', color: '123456', defaultTrackEvents: true },
    });
    expect(status).toBe(201);
    const flag = (await app.call({ path: 'flags/growing/old-flag?env=stage' })).body;
    expect(flag.environments.stage).toMatchObject({
      on: false,
      version: 1,
      trackEvents: true,
      fallthrough: { variation: 0 },
      offVariation: 1,
    });
    expect((await app.call({ path: '/sdk/latest-all', token: body.apiKey })).body.flags).toMatchObject({
      'old-flag': { on: false, version: 1 },
    });
  });

  it('deletes environments and projects with everything inside, but not the last ones', async () => {
    await create('leaving');
    await app.call({ method: 'POST', path: 'flags/leaving', body: { key: 'flag', name: 'Flag' } });
    const remove = (path: string) => app.call({ method: 'DELETE', path });
    expect((await remove('projects/leaving/environments/test')).status).toBe(204);
    expect(Object.keys((await app.call({ path: 'flags/leaving/flag' })).body.environments)).toEqual(['production']);
    expect(await remove('projects/leaving/environments/production')).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await remove('projects/leaving')).status).toBe(204);
    expect((await app.call({ path: 'flags/leaving/flag' })).status).toBe(404);
    for (const { key } of (await app.call({ path: 'projects' })).body.items)
      if (key !== 'default') await remove(`projects/${key}`);
    expect(await remove('projects/default')).toMatchObject({
      status: 409,
      body: { message: 'The last project of the account cannot be deleted' },
    });
  });
});
