import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const STATEMENT = { effect: 'allow', resources: ['proj/*:env/*:flag/*;beta'], actions: ['updateOn'] };

describe.each(ENGINES)('custom roles on $name', (engine) => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const create = (body: object) =>
    app.call({
      method: 'POST',
      path: 'roles',
      body: { key: `role-${count++}`, name: 'Role', policy: [STATEMENT], ...body },
    });
  const patch = (key: string, body: unknown, headers = {}) =>
    app.call({ method: 'PATCH', path: `roles/${key}`, body, headers });

  it('makes a role with the whole official body', async () => {
    const { status, body } = await create({ key: 'ops', name: ' Ops ', description: 'On call' });
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: '/api/v2/roles/ops', type: 'application/json' },
        parent: { href: '/api/v2/roles', type: 'application/json' },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: 'ops',
      name: 'Ops',
      description: 'On call',
      policy: [STATEMENT],
      basePermissions: 'no_access',
      resourceCategory: 'any',
      assignedTo: { membersCount: 0, teamsCount: 0 },
    });
    expect((await app.call({ path: `roles/${body._id}` })).body).toEqual(body);
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change).toMatchObject({
      kind: 'role',
      titleVerb: 'created the role',
      accesses: [{ action: 'createRole', resource: 'role/ops' }],
    });
  });

  it.each([
    ['a key that is taken', { key: 'taken' }, 409, "A custom role with key 'taken' already exists"],
    ['a bad key', { key: 'a b' }, 400, 'key: "a b" is not a valid key'],
    ['no policy', { policy: undefined }, 400, 'policy: expected a value'],
    [
      'another effect',
      { policy: [{ ...STATEMENT, effect: 'maybe' }] },
      400,
      'policy[0].effect: expected one of allow, deny',
    ],
    [
      'no resources',
      { policy: [{ effect: 'allow', actions: ['*'] }] },
      400,
      'policy[0].resources: expected exactly one',
    ],
    [
      'resources and their opposite',
      { policy: [STATEMENT, { ...STATEMENT, notResources: ['proj/*'] }] },
      400,
      'policy[1].resources: expected exactly one of resources and notResources',
    ],
    ['no actions', { policy: [{ effect: 'deny', resources: ['proj/*'], actions: [] }] }, 400, 'policy[0].actions:'],
    [
      'a text that is no specifier',
      { policy: [{ ...STATEMENT, resources: ['flags'] }] },
      400,
      'policy[0].resources[0]:',
    ],
    ['other base permissions', { basePermissions: 'admin' }, 400, 'basePermissions: expected one of reader, no_access'],
    ['a text for a policy', { policy: 'all' }, 400, 'policy: expected array'],
  ])('refuses %s', async (_name, body, status, message) => {
    await create({ key: 'taken' });
    const before = (await app.call({ path: 'roles?limit=1000' })).body;
    const answer = await create(body);
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: 'roles?limit=1000' })).body).toEqual(before);
  });

  it('takes empty lists beside full ones, role attributes and unknown actions', async () => {
    const resources = ['proj/${roleAttribute/projects}:env/*'];
    const policy = [{ effect: 'deny', resources, notResources: [], actions: ['futureAction'], notActions: [] }];
    const { status, body } = await create({ policy });
    expect(status).toBe(201);
    expect(body.policy).toEqual([{ effect: 'deny', resources, actions: ['futureAction'] }]);
  });

  it('changes by JSON patch, with and without a wrapper, and by merge patch', async () => {
    const { key } = (await create({})).body;
    const add = { op: 'add', path: '/policy/0', value: { effect: 'deny', notResources: ['acct'], notActions: ['x'] } };
    expect((await patch(key, [add])).body.policy).toEqual([add.value, STATEMENT]);
    const wrapped = await patch(key, { patch: [{ op: 'replace', path: '/name', value: 'New' }], comment: 'why' });
    expect(wrapped.body).toMatchObject({ name: 'New' });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change).toMatchObject({
      comment: 'why',
      accesses: [{ action: 'updateName', resource: `role/${key}` }],
      description: ['Changed name from "Role" to "New"'],
    });
    const merged = await patch(key, { description: 'Merged', policy: [STATEMENT], basePermissions: 'reader' });
    expect(merged.body).toMatchObject({ description: 'Merged', policy: [STATEMENT], basePermissions: 'reader' });
  });

  it.each([
    ['another key', [{ op: 'replace', path: '/key', value: 'other' }], 'invalid_request', 'keys never change'],
    [
      'another category',
      [{ op: 'replace', path: '/resourceCategory', value: 'project' }],
      'invalid_request',
      'never changes',
    ],
    ['a place that is not there', [{ op: 'remove', path: '/policy/7' }], 'invalid_patch', 'no such path'],
    ['a statement that is none', [{ op: 'add', path: '/policy/-', value: 1 }], 'invalid_request', 'policy[1]'],
    ['an empty name', { name: '' }, 'invalid_request', 'name:'],
  ])('refuses to patch %s', async (_name, body, code, message) => {
    const { key } = (await create({})).body;
    const before = (await app.call({ path: `roles/${key}` })).body;
    expect(await patch(key, body)).toMatchObject({
      status: 400,
      body: { code, message: expect.stringContaining(message) },
    });
    expect((await app.call({ path: `roles/${key}` })).body).toEqual(before);
  });

  it('lists roles in pages, with what the caller may do when that is asked for', async () => {
    await create({});
    await create({});
    const { body } = await app.call({ path: 'roles?limit=1&offset=1&expand=access' });
    expect(body.items).toHaveLength(1);
    expect(body.totalCount).toBeGreaterThan(2);
    expect(Object.keys(body._links).toSorted()).toEqual(['first', 'last', 'next', 'prev', 'self']);
    expect(body.items[0]._access.denied).toEqual([]);
    const token = await app.addToken('writer');
    const [role] = (await app.call({ path: 'roles?limit=1&expand=access', token })).body.items;
    expect(role._access.allowed).toEqual([]);
    expect(role._access.denied).toContainEqual({ action: 'updatePolicy', reason: { effect: 'deny' } });
  });

  it('deletes a role, but not while anybody bears it', async () => {
    const { key, _id } = (await create({})).body;
    const token = await app.call({ method: 'POST', path: 'tokens', body: { name: 'CI', customRoleIds: [key] } });
    const refusal = await app.call({ method: 'DELETE', path: `roles/${key}` });
    expect(refusal).toMatchObject({ status: 409, body: { message: expect.stringContaining("token 'CI'") } });
    await app.call({ method: 'DELETE', path: `tokens/${token.body._id}` });
    expect((await app.call({ method: 'DELETE', path: `roles/${_id}` })).status).toBe(204);
    expect((await app.call({ path: `roles/${key}` })).status).toBe(404);
    expect((await app.call({ method: 'DELETE', path: `roles/${key}` })).status).toBe(404);
  });

  it('lets nobody but admins change roles', async () => {
    const { key } = (await create({})).body;
    const token = await app.addToken('writer');
    for (const request of [
      { method: 'POST', path: 'roles', body: { key: 'mine', name: 'Mine', policy: [STATEMENT] } },
      { method: 'PATCH', path: `roles/${key}`, body: { name: 'Mine' } },
      { method: 'DELETE', path: `roles/${key}` },
    ] as const) {
      expect(await app.call({ ...request, token })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });
});
