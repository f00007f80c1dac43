import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const NO_APPROVALS = {
  required: false,
  requiredApprovalTags: [],
  minNumApprovals: 1,
  canReviewOwnRequest: false,
  canApplyDeclinedChanges: true,
  bypassApprovalsForPendingChanges: false,
  serviceKind: 'launchdarkly',
  serviceConfig: {},
};

describe.each(ENGINES)('environments on $name', (engine) => {
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

  const path = () => `projects/${project}/environments`;
  const create = (body: object) => app.call({ method: 'POST', path: path(), body });
  const patch = (...operations: readonly object[]) =>
    app.call({ method: 'PATCH', path: `${path()}/test`, body: operations });
  const replace = (member: string, value: unknown) => ({ op: 'replace', path: `/${member}`, value });
  const get = async () => (await app.call({ path: `${path()}/test` })).body;

  it('creates an environment with the whole official body', async () => {
    const { status, body } = await create({ key: 'stage', name: ' Stage ', color: 'a1b2c3', tags: ['x', 'x'] });
    const href = `/api/v2/projects/${project}/environments/stage`;
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href, type },
        apiKey: { href: `${href}/apiKey`, type },
        mobileKey: { href: `${href}/mobileKey`, type },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: 'stage',
      name: 'Stage',
      apiKey: expect.stringMatching(/^sdk-[0-9a-f-]{36}$/),
      mobileKey: expect.stringMatching(/^mob-[0-9a-f-]{36}$/),
      color: 'A1B2C3',
      defaultTtl: 0,
      secureMode: false,
      defaultTrackEvents: false,
      confirmChanges: false,
      requireComments: false,
      critical: false,
      tags: ['x'],
      approvalSettings: NO_APPROVALS,
      resourceApprovalSettings: { segment: NO_APPROVALS },
    });
    expect((await app.call({ path: `${path()}/stage` })).body).toEqual(body);
  });

  it.each([
    ['no color', { key: 'e', name: 'E' }, 'color: expected a value, got nothing'],
    ['a bad color', { key: 'e', name: 'E', color: '#12345' }, 'color: "#12345" is not a colour'],
    ['a bad key', { key: 'e e', name: 'E', color: '000000' }, 'key: "e e" is not a valid key'],
    ['a long life', { key: 'e', name: 'E', color: '000000', defaultTtl: 61 }, 'defaultTtl: expected whole minutes'],
    ['an unknown source', { key: 'e', name: 'E', color: '000000', source: { key: 'x' } }, 'source.key: "x" is not'],
  ])('refuses an environment with %s', async (_name, body, message) => {
    const answer = await create(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.message).toContain(message);
    expect((await app.call({ path: path() })).body.totalCount).toBe(2);
  });

  it('sorts and filters', async () => {
    await create({ key: 'alpha', name: 'Zed', color: '000000', critical: true, tags: ['eu', 'big'] });
    const keys = async (query: string) =>
      (await app.call({ path: `${path()}?${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await keys('')).toEqual(['test', 'production', 'alpha']);
    expect(await keys('sort=name')).toEqual(['production', 'test', 'alpha']);
    expect(await keys('sort=-critical&limit=1')).toEqual(['alpha']);
    expect(await keys('filter=tags:EU%2Bbig')).toEqual(['alpha']);
    expect(await keys('filter=tags:eu+small')).toEqual([]);
    expect(await keys('filter=query:ZED')).toEqual(['alpha']);
    expect((await app.call({ path: `${path()}?filter=keys:test` })).status).toBe(400);
  });

  it('resets approvals the way configuration tools do', async () => {
    await patch(replace('approvalSettings/required', true), replace('approvalSettings/minNumApprovals', 3));
    expect((await get()).approvalSettings).toMatchObject({ required: true, minNumApprovals: 3 });
    await patch({ op: 'remove', path: '/approvalSettings/required' });
    await patch(replace('approvalSettings/requiredApprovalTags', ['pay']));
    const removed = await patch(
      { op: 'remove', path: '/approvalSettings/required' },
      { op: 'remove', path: '/approvalSettings/requiredApprovalTags' },
      replace('approvalSettings/serviceKind', 'launchdarkly'),
      replace('approvalSettings/serviceConfig', {}),
      replace('approvalSettings/autoApplyApprovedChanges', false),
    );
    expect(removed).toMatchObject({
      status: 200,
      body: { approvalSettings: { required: false, requiredApprovalTags: [], minNumApprovals: 3 } },
    });
  });

  it.each([
    ['secureMode', 'yes', 'secureMode: expected true or false, got "yes"'],
    ['defaultTtl', 1.5, 'defaultTtl: expected a whole number, got 1.5'],
    ['color', null, 'color: expected a string'],
    ['approvalSettings/minNumApprovals', 6, 'approvalSettings.minNumApprovals: expected a whole number from 1 to 5'],
    ['approvalSettings/required', 'yes', 'approvalSettings.required: expected true or false, got "yes"'],
    [
      'approvalSettings',
      { required: true, requiredApprovalTags: ['a'] },
      'required and requiredApprovalTags exclude each other',
    ],
  ])('refuses /%s %j by its name, and applies nothing', async (member, value, message) => {
    const before = await get();
    const answer = await patch(replace('name', 'Changed'), replace(member, value));
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.message).toContain(message);
    expect(await get()).toEqual(before);
  });

  it('ignores changes of what never changes, and records the others with their actions', async () => {
    const before = await get();
    const { body } = await patch(replace('apiKey', 'sdk-mine'), replace('key', 'other'), replace('critical', true));
    expect(body).toEqual({ ...before, critical: true });
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'environment',
      accesses: [{ action: 'updateCritical', resource: `proj/${project}:env/test` }],
      description: ['Changed critical from false to true'],
      actor: { kind: 'token', tokenName: 'First token' },
    });
  });

  it('ends the SDK key of a deleted environment, and starts a new one of that key afresh', async () => {
    const flag = { method: 'POST', path: `flags/${project}`, body: { key: 'f', name: 'F', isFlagOn: true } } as const;
    await app.call(flag);
    const { apiKey } = await get();
    await app.call({ method: 'DELETE', path: `${path()}/test` });
    await app.clock.advance(120_000);
    expect((await app.call({ path: '/sdk/latest-all', token: apiKey })).status).toBe(401);
    const { body } = await create({ key: 'test', name: 'Test', color: '000000' });
    expect(body.apiKey).not.toBe(apiKey);
    expect((await app.call({ path: `flags/${project}/f?env=test` })).body.environments.test).toMatchObject({
      on: false,
      version: 1,
    });
  });

  it('gives other keys on request; the former SDK key works on for a while, a mobile key does not', async () => {
    const opens = async (key: string) => (await app.call({ path: '/sdk/latest-all', token: key })).status;
    const reset = (query: string) => app.call({ method: 'POST', path: `${path()}/test/${query}` });
    const first = (await get()).apiKey;
    const second = (await reset('apiKey')).body.apiKey;
    expect(second).toMatch(/^sdk-[0-9a-f-]{36}$/);
    expect([await opens(first), await opens(second)]).toEqual([401, 200]);
    const third = (await reset(`apiKey?expiry=${app.clock.now() + 60_000}`)).body.apiKey;
    expect([await opens(second), await opens(third)]).toEqual([200, 200]);
    await app.clock.advance(60_000);
    expect([await opens(second), await opens(third)]).toEqual([401, 200]);
    const { mobileKey } = await get();
    const { status, body } = await reset('mobileKey');
    expect(status).toBe(200);
    expect(body.mobileKey).toMatch(/^mob-[0-9a-f-]{36}$/);
    expect(body.mobileKey).not.toBe(mobileKey);
    expect(body.apiKey).toBe(third);
    expect(await reset('apiKey?expiry=1')).toMatchObject({
      status: 400,
      body: { message: 'expiry: expected a time to come in Unix milliseconds, got 1' },
    });
    const changes = await listChanges(app.slipway.database.db, 3);
    expect(changes.map(({ accesses }) => accesses[0]?.action)).toEqual([
      'updateMobileKey',
      'updateApiKey',
      'updateApiKey',
    ]);
    for (const secret of [first, second, third, mobileKey, body.mobileKey]) {
      expect(JSON.stringify(changes)).not.toContain(secret);
    }
  });

  it('begins like another environment, but for what is to come', async () => {
    const key = 'copied';
    const flag = (headers: object, body: object) =>
      app.call({ method: 'PATCH', path: `flags/${project}/${key}`, body, headers: { ...headers } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'needed', name: 'Needed' } });
    const made = await app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: 'Copied' } });
    const [{ _id: on }] = made.body.variations;
    const needed = (await app.call({ path: `flags/${project}/needed` })).body.variations[1]._id;
    await flag(SEMANTIC, {
      environmentKey: 'test',
      instructions: [
        { kind: 'turnFlagOn' },
        { kind: 'addTargets', contextKind: 'user', variationId: on, values: ['kim'] },
        { kind: 'addPrerequisite', key: 'needed', variationId: needed },
        { kind: 'addRule', variationId: on, clauses: [{ attribute: 'plan', op: 'in', values: ['pro'] }], ref: 'r' },
      ],
    });
    const expiring = { kind: 'addExpiringTarget', contextKind: 'user', contextKey: 'kim', variationId: on };
    const value = app.clock.now() + 60_000;
    const ends = { method: 'PATCH', path: `flags/${project}/${key}/expiring-targets/test`, headers: SEMANTIC } as const;
    await app.call({ ...ends, body: { instructions: [{ ...expiring, value }] } });
    await app.call({ method: 'POST', path: `segments/${project}/test`, body: { key: 'staff', name: 'Staff' } });
    await app.call({ method: 'PATCH', path: `segments/${project}/test/staff`, body: { included: ['kim'] } });
    const { status } = await create({
      key: 'stage',
      name: 'Stage',
      color: '000000',
      source: { key: 'test', version: 1 },
    });
    expect(status).toBe(201);
    const { test, stage } = (await app.call({ path: `flags/${project}/${key}` })).body.environments;
    expect(stage).toMatchObject({ on: true, version: 1, targets: test.targets, prerequisites: test.prerequisites });
    expect(stage.salt).not.toBe(test.salt);
    expect(stage.rules[0]).toMatchObject({ variation: 0, clauses: [{ attribute: 'plan' }] });
    expect(stage.rules[0]._id).not.toBe(test.rules[0]._id);
    expect((await app.call({ ...ends, method: 'GET', path: ends.path.replace('/test', '/stage') })).body.items).toEqual(
      [],
    );
    const { apiKey } = (await app.call({ path: `${path()}/stage` })).body;
    const { flags, segments } = (await app.call({ path: '/sdk/latest-all', token: apiKey })).body;
    expect(segments).toMatchObject({ staff: { included: ['kim'], version: 1 } });
    expect(flags[key]).toMatchObject({ on: true, prerequisites: [{ key: 'needed', variation: 1 }] });
    const stale = await create({ key: 'late', name: 'Late', color: '000000', source: { key: 'test', version: 7 } });
    expect(stale).toMatchObject({ status: 409, body: { message: 'source.version: expected 1, got 7' } });
  });

  it('shows keys to whom may view them, and what else they may do when that is asked for', async () => {
    const policy = [{ effect: 'deny', resources: ['proj/*:env/test'], actions: ['viewSdkKey', 'updateName'] }];
    const role = { key: `no-keys-${project}`, name: 'No keys', basePermissions: 'reader', policy };
    await app.call({ method: 'POST', path: 'roles', body: role });
    const made = { method: 'POST', path: 'tokens', body: { customRoleIds: [role.key], serviceToken: true } } as const;
    const { token } = (await app.call(made)).body;
    const { apiKey, mobileKey } = await get();
    const { body } = await app.call({ path: `${path()}/test?expand=access`, token });
    expect(body).toMatchObject({ apiKey: `***${apiKey.slice(-4)}`, mobileKey: `***${mobileKey.slice(-4)}` });
    const reason = { ...policy[0], role_name: role.key };
    expect(body._access.denied).toContainEqual({ action: 'updateName', reason });
    expect(body._access.denied).toContainEqual({ action: 'updateColor', reason: { effect: 'deny' } });
    const { items } = (await app.call({ path: path(), token })).body;
    expect(items.map((item: { apiKey: string }) => item.apiKey.startsWith('***'))).toEqual([true, false]);
    expect((await get())._access).toBeUndefined();
  });

  it('has approval settings of their own for segments', async () => {
    const { body } = await patch(replace('resourceApprovalSettings/segment/required', true));
    expect(body).toMatchObject({
      approvalSettings: { required: false },
      resourceApprovalSettings: { segment: { required: true, minNumApprovals: 1, serviceKind: 'launchdarkly' } },
    });
    expect(await patch(replace('resourceApprovalSettings/segment/minNumApprovals', 9))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('resourceApprovalSettings.segment.minNumApprovals') },
    });
  });
});
