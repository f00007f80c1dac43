import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('flags on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
  });

  const create = (key: string, more = {}) =>
    app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: `Flag ${key}`, ...more } });
  const get = async (query = '', key = 'flag') => (await app.call({ path: `flags/${project}/${key}${query}` })).body;
  const patch = (body: object, query = '') =>
    app.call({ method: 'PATCH', path: `flags/${project}/flag${query}`, headers: SEMANTIC, body });
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];
  const delivered = async (environmentKey: string) => {
    const { body } = await app.call({ path: `projects/${project}/environments/${environmentKey}` });
    return (await app.call({ path: '/sdk/latest-all', token: body.apiKey })).body.flags;
  };

  it('creates a flag with the whole official body', async () => {
    const { status, body } = await create('flag', {
      description: 'What it is for',
      tags: ['web', 'web', 'cart'],
      temporary: false,
      variations: [
        { value: 'plain', name: 'Plain' },
        { value: 'fancy', description: '2026 look' },
      ],
      defaults: { onVariation: 1, offVariation: 0 },
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      customProperties: { jira: { name: 'Jira', value: ['CART-7'] } },
    });
    const now = app.clock.now();
    const environment = (key: string, name: string) => ({
      on: false,
      archived: false,
      salt: expect.stringMatching(/^[0-9a-f]{32}$/),
      sel: expect.stringMatching(/^[0-9a-f]{32}$/),
      lastModified: now,
      version: 1,
      targets: [],
      contextTargets: [],
      rules: [],
      fallthrough: { variation: 1 },
      offVariation: 0,
      prerequisites: [],
      _site: { href: `/${project}/${key}/features/flag`, type: 'text/html' },
      _environmentName: name,
      trackEvents: false,
      trackEventsFallthrough: false,
      _summary: {
        prerequisites: 0,
        variations: {
          '0': { rules: 0, nullRules: 0, targets: 0, contextTargets: 0, isOff: true },
          '1': { rules: 0, nullRules: 0, targets: 0, contextTargets: 0, isFallthrough: true },
        },
      },
    });
    const maintainerId = (await app.call({ path: 'caller-identity' })).body.memberId;
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/flags/${project}/flag`, type: 'application/json' },
        parent: { href: `/api/v2/flags/${project}`, type: 'application/json' },
      },
      key: 'flag',
      name: 'Flag flag',
      kind: 'multivariate',
      description: 'What it is for',
      _version: 1,
      creationDate: now,
      includeInSnippet: true,
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      variations: [
        { _id: expect.any(String), value: 'plain', name: 'Plain' },
        { _id: expect.any(String), value: 'fancy', description: '2026 look' },
      ],
      variationJsonSchema: null,
      defaults: { onVariation: 1, offVariation: 0 },
      temporary: false,
      tags: ['web', 'cart'],
      maintainerId,
      _maintainer: {
        _links: { self: { href: `/api/v2/members/${maintainerId}`, type: 'application/json' } },
        _id: maintainerId,
        role: 'owner',
        email: 'owner@localhost',
      },
      goalIds: [],
      experiments: { baselineIdx: 0, items: [] },
      customProperties: { jira: { name: 'Jira', value: ['CART-7'] } },
      archived: false,
      deprecated: false,
      environments: { test: environment('test', 'Test'), production: environment('production', 'Production') },
    });
    expect(await get()).toEqual(body);
    expect(await newest()).toMatchObject({
      kind: 'flag',
      titleVerb: 'created the flag',
      accesses: [{ action: 'createFlag' }, { action: 'createFlag' }],
    });
  });

  it('shows environments as they are asked for', async () => {
    await create('flag');
    expect(Object.keys((await get('?env=production')).environments)).toEqual(['production']);
    expect(Object.keys((await get('?env=production&env=test')).environments)).toEqual(['test', 'production']);
    expect(Object.keys((await get('?env=production,test')).environments)).toEqual(['test', 'production']);
    const list = async (query: string) =>
      (await app.call({ path: `flags/${project}${query}` })).body.items[0].environments;
    expect(await list('')).toBeUndefined();
    expect(await list('?env=test')).toEqual({ test: expect.not.objectContaining({ rules: expect.anything() }) });
    expect(await list('?env=test&summary=0')).toEqual({
      test: expect.objectContaining({ rules: [], fallthrough: { variation: 0 } }),
    });
  });

  it('lists the newest flags first, page by page, and leaves archived ones out', async () => {
    for (const key of ['a', 'b', 'flag', 'd']) {
      await create(key);
      await app.clock.advance(1_000);
    }
    await patch({ instructions: [{ kind: 'archiveFlag' }] });
    const page = async (query: string) => {
      const { body } = await app.call({ path: `flags/${project}${query}` });
      return {
        keys: body.items.map(({ key }: { key: string }) => key),
        total: body.totalCount,
        links: Object.keys(body._links),
      };
    };
    expect(await page('?limit=2')).toEqual({ keys: ['d', 'b'], total: 3, links: ['self', 'next', 'last'] });
    expect(await page('?limit=2&offset=2')).toEqual({ keys: ['a'], total: 3, links: ['self', 'first', 'prev'] });
    expect(await page('?limit=2&offset=90')).toMatchObject({ keys: [], total: 3 });
  });

  it('changes by instructions, counts versions where they belong, and tells SDKs and the audit log', async () => {
    const { body: flag } = await create('flag');
    await app.clock.advance(5_000);
    const [on, off] = flag.variations.map(({ _id }: { _id: string }) => _id);
    const { status, body } = await patch({
      comment: 'beta',
      environmentKey: 'production',
      instructions: [
        { kind: 'turnFlagOn' },
        { kind: 'addTargets', contextKind: 'org', values: ['acme'], variationId: on },
        {
          kind: 'addRule',
          description: 'staff',
          rolloutWeights: { [on]: 30_000, [off]: 70_000 },
          clauses: [{ attribute: 'email', op: 'endsWith', values: ['@x.test'] }],
        },
        { kind: 'updateFallthroughVariationOrRollout', variationId: off },
        { kind: 'addTags', values: ['pilot'] },
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ _version: 2, tags: ['pilot'] });
    expect(body.environments.production).toMatchObject({ on: true, version: 2, lastModified: app.clock.now() });
    expect(body.environments.test).toMatchObject({ on: false, version: 1, lastModified: flag.creationDate });
    const ruleId = body.environments.production.rules[0]._id;
    expect((await delivered('production')).flag).toMatchObject({
      version: 2,
      on: true,
      contextTargets: [{ contextKind: 'org', values: ['acme'], variation: 0 }],
      rules: [
        {
          id: ruleId,
          rollout: {
            kind: 'rollout',
            contextKind: 'user',
            variations: [
              { variation: 0, weight: 30_000 },
              { variation: 1, weight: 70_000 },
            ],
          },
        },
      ],
      fallthrough: { variation: 1 },
    });
    expect((await delivered('test')).flag).toMatchObject({ version: 1, on: false });
    expect(await newest()).toMatchObject({
      titleVerb: 'updated the flag',
      comment: 'beta',
      description: [
        'Added the tag pilot',
        'Turned the flag on',
        'Added org targets of true: acme',
        'Added the rule "staff" serving true to 30 %, false to 70 %',
        'Changed the default rule to serve false',
      ],
      actor: { kind: 'token', tokenName: 'First token' },
      before: { version: 1 },
      after: { version: 2 },
    });
  });

  it('changes nothing at all when one instruction is bad, or when it is only a try', async () => {
    await create('flag');
    const before = await get();
    const change = await newest();
    const bad = await patch({ environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }, { kind: 'flipFlag' }] });
    expect(bad.status).toBe(400);
    expect(bad.body.message).toMatch(
      /^instructions\[1\]\.kind: "flipFlag" is not a known kind of instruction; expected /,
    );
    const tried = await patch({ environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] }, '?dryRun=true');
    expect(tried).toMatchObject({ status: 200, body: { environments: { test: { on: true, version: 2 } } } });
    expect(await get()).toEqual(before);
    expect(await newest()).toEqual(change);
  });

  it('takes a repetition as done: no version, no audit entry', async () => {
    await create('flag');
    const turnOn = { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] };
    const first = await patch(turnOn);
    const change = await newest();
    expect(await patch(turnOn)).toMatchObject({ status: 200, body: first.body });
    expect(await newest()).toEqual(change);
  });

  it('lets only what is not targeting change where approvals are required', async () => {
    await create('flag');
    const settings = (op: object) =>
      app.call({ method: 'PATCH', path: `projects/${project}/environments/production`, body: [op] });
    await settings({ op: 'replace', path: '/approvalSettings/required', value: true });
    const turnOn = { environmentKey: 'production', instructions: [{ kind: 'turnFlagOn' }] };
    expect(await patch(turnOn)).toMatchObject({
      status: 405,
      body: {
        code: 'method_not_allowed',
        message: "Flag configuration updates require approval: action 'updateOn' not allowed",
      },
    });
    expect((await patch({ instructions: [{ kind: 'updateName', value: 'New name' }] })).status).toBe(200);
    expect((await patch({ ...turnOn, environmentKey: 'test' })).status).toBe(200);
    await settings({ op: 'remove', path: '/approvalSettings/required' });
    expect((await patch(turnOn)).status).toBe(200);
  });

  it('goes on counting where an earlier flag of the key has stopped', async () => {
    await create('flag');
    await patch({ environmentKey: 'production', instructions: [{ kind: 'turnFlagOn' }] });
    expect((await app.call({ method: 'DELETE', path: `flags/${project}/flag` })).status).toBe(204);
    expect(await delivered('production')).toEqual({});
    const { body } = await create('flag');
    expect(body._version).toBe(1);
    expect([body.environments.production.version, body.environments.test.version]).toEqual([4, 3]);
  });

  it('keeps the key of an archived flag, and takes the flag from SDKs', async () => {
    await create('flag', { isFlagOn: true });
    expect(Object.keys(await delivered('test'))).toEqual(['flag']);
    const { body } = await patch({ instructions: [{ kind: 'archiveFlag' }] });
    expect(body).toMatchObject({
      archived: true,
      archivedDate: app.clock.now(),
      environments: { test: { archived: true, on: true, version: 2 } },
    });
    expect(await delivered('test')).toEqual({});
    expect(await create('flag')).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('follows the naming convention and the client-side availability of its project', async () => {
    await app.call({
      method: 'PATCH',
      path: `projects/${project}`,
      body: [
        { op: 'add', path: '/namingConvention', value: { case: 'kebabCase', prefix: 'web-' } },
        { op: 'replace', path: '/defaultClientSideAvailability/usingEnvironmentId', value: true },
      ],
    });
    expect(await create('webCart')).toMatchObject({
      status: 400,
      body: { message: `key: "webCart" breaks the project's naming convention; expected the prefix "web-"` },
    });
    expect((await create('web-cart')).body.clientSideAvailability).toEqual({
      usingEnvironmentId: true,
      usingMobileKey: true,
    });
  });
});
