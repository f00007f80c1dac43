import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('members on $name', (engine) => {
  let app: TestApp;
  let roleId: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    const policy = [{ effect: 'allow', resources: ['proj/*:env/test:flag/*'], actions: ['updateOn'] }];
    roleId = (await app.call({ method: 'POST', path: 'roles', body: { key: 'tester', name: 'Tester', policy } })).body
      ._id;
  });
  afterAll(() => app.close());

  const invite = (...members: readonly object[]) => app.call({ method: 'POST', path: 'members', body: members });
  const address = () => `kim-${count++}@example.com`;
  const invited = async (member: object = {}) =>
    (await invite({ email: address(), role: 'reader', ...member })).body.items[0];
  const list = async (query = '') => (await app.call({ path: `members?limit=1000&${query}` })).body;
  const emails = async (query: string) => (await list(query)).items.map(({ email }: { email: string }) => email);
  const patch = (id: string, ...body: readonly object[]) => app.call({ method: 'PATCH', path: `members/${id}`, body });
  const bulk = (...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path: 'members', body: { instructions } });

  it('invites members, with the whole official body', async () => {
    await app.addTeam('qa');
    const email = address();
    const member = { email, firstName: 'Kim', lastName: 'Ode', customRoles: ['tester'], teamKeys: ['qa'] };
    const { status, body } = await invite({ ...member, roleAttributes: { projects: ['shop'] } });
    expect(status).toBe(201);
    expect(body.totalCount).toBe(1);
    const id = body.items[0]._id;
    expect(body.items[0]).toEqual({
      _links: {
        self: { href: `/api/v2/members/${id}`, type: 'application/json' },
        parent: { href: '/api/v2/members', type: 'application/json' },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email,
      firstName: 'Kim',
      lastName: 'Ode',
      role: 'no_access',
      customRoles: [roleId],
      _pendingInvite: true,
      _verified: false,
      mfa: 'disabled',
      excludedDashboards: [],
      _lastSeen: 0,
      creationDate: app.clock.now(),
      version: 1,
      teams: [
        {
          key: 'qa',
          name: 'Team',
          customRoleKeys: [],
          _links: { self: { href: '/api/v2/teams/qa', type: 'application/json' } },
        },
      ],
      permissionGrants: [],
    });
    const one = await app.call({ path: `members/${id}?expand=roleAttributes` });
    expect(one.body).toEqual({ ...body.items[0], roleAttributes: { projects: ['shop'] } });
    const changes = await listChanges(app.slipway.database.db, 2);
    expect(changes.map(({ titleVerb }) => titleVerb).toSorted()).toEqual(['invited the member', 'updated the team']);
  });

  it('makes a member with a password at once, and never shows it', async () => {
    const member = await invited({ password: 'long enough' });
    expect(member).toMatchObject({ _pendingInvite: false, _verified: true });
    expect(JSON.stringify([member, await listChanges(app.slipway.database.db, 3)])).not.toContain('long enough');
  });

  it.each([
    ['no address', { email: 'kim', role: 'reader' }, '[1].email: expected an e-mail address, got "kim"'],
    ['no role', { email: 'a@x.org' }, '[1].role: expected one of reader, writer, admin, no_access, or customRoles'],
    ['an owner', { email: 'a@x.org', role: 'owner' }, '[1].role: expected one of'],
    ['an unknown custom role', { email: 'a@x.org', customRoles: ['x'] }, '[1].customRoles[0]: "x" is no custom role'],
    ['an unknown team', { email: 'a@x.org', role: 'reader', teamKeys: ['x'] }, '[1].teamKeys: "x" is not the key'],
    ['a short password', { email: 'a@x.org', role: 'reader', password: 'short' }, '[1].password: expected at least 8'],
  ])('invites nobody when one has %s', async (_name, member, message) => {
    const before = await list();
    const { status, body } = await invite({ email: 'fine@x.org', role: 'reader' }, member);
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
    expect(await list()).toEqual(before);
  });

  it('invites one to fifty at a time', async () => {
    const many = Array.from({ length: 51 }, (_, index) => ({ email: `many-${index}@x.org`, role: 'reader' }));
    expect((await invite()).body.message).toBe('body: expected an array of 1 to 50 members, got 0');
    expect((await invite(...many)).body.message).toBe('body: expected an array of 1 to 50 members, got 51');
    expect((await invite(...many.slice(1))).body.totalCount).toBe(50);
  });

  it('names addresses that are taken, in whatever case, or named twice', async () => {
    const { email } = await invited();
    const taken = await invite({ email: email.toUpperCase(), role: 'reader' });
    expect(taken).toMatchObject({
      status: 400,
      body: { code: 'email_already_exists_in_account', invalid_emails: [email.toUpperCase()] },
    });
    const twice = await invite({ email: 'two@x.org', role: 'reader' }, { email: 'Two@x.org', role: 'reader' });
    expect(twice).toMatchObject({ status: 400, body: { code: 'duplicate_emails', invalid_emails: ['Two@x.org'] } });
    expect(await emails('filter=query:two@x.org')).toEqual([]);
  });

  it('answers who the caller is', async () => {
    expect((await app.call({ path: 'members/me' })).body).toMatchObject({ role: 'owner' });
    expect((await app.call({ path: 'members/nobody' })).status).toBe(404);
  });

  it('filters, sorts and pages', async () => {
    await app.addTeam('filter-team');
    const anna = await invited({ email: 'anna@list.org', firstName: 'Zoe', teamKeys: ['filter-team'] });
    const bert = await invited({ email: 'bert@list.org', customRoles: ['tester'], role: 'writer' });
    expect(await emails('filter=query:LIST.org&sort=displayName')).toEqual(['bert@list.org', 'anna@list.org']);
    expect(await emails('filter=query:list.org&sort=-displayName')).toEqual(['anna@list.org', 'bert@list.org']);
    expect(await emails('filter=query:list.org,role:writer|nobody')).toEqual(['bert@list.org']);
    expect(await emails('filter=query:list.org,role:tester')).toEqual(['bert@list.org']);
    expect(await emails('filter=role:admin')).toEqual(['owner@localhost']);
    expect(await emails(`filter=id:${anna._id}|${bert._id}`)).toEqual(['anna@list.org', 'bert@list.org']);
    expect(await emails('filter=email:Anna@list.org|x@y.z')).toEqual(['anna@list.org']);
    expect(await emails('filter=team:Filter-Team')).toEqual(['anna@list.org']);
    expect(await emails('filter=query:list.org,noteam:true')).toEqual(['bert@list.org']);
    expect(await emails('filter=query:list.org,noteam:false')).toEqual(['anna@list.org']);
    expect(await emails('filter=lastSeen:{"never":true},query:owner')).toEqual([]);
    expect(await emails(`filter=lastSeen:{"before":${app.clock.now() + 1}},query:owner`)).toEqual(['owner@localhost']);
    expect(await emails('sort=-lastSeen').then(([first]) => first)).toBe('owner@localhost');
    const page = await app.call({ path: 'members?limit=1&offset=1' });
    expect(page.body.items).toHaveLength(1);
    expect(page.body._links.next.href).toBe('/api/v2/members?limit=1&offset=2');
  });

  it.each([
    ['filter=name:x', 'filter: "name:x" is not a known filter'],
    ['filter=noteam:maybe', 'filter: expected true or false for noteam, got "maybe"'],
    ['filter=lastSeen:soon', 'filter: expected a JSON object for lastSeen, got "soon"'],
    ['filter=lastSeen:{"never":false}', 'filter: lastSeen.never: expected never, noData or before'],
    ['sort=email', 'sort: "email" is not a known order'],
  ])('refuses %s', async (query, message) => {
    const { status, body } = await app.call({ path: `members?${query}` });
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
  });

  it('changes roles by JSON patch, and says so in the audit log', async () => {
    const { _id } = await invited();
    const { status, body } = await patch(
      _id,
      { op: 'replace', path: '/role', value: 'writer' },
      { op: 'add', path: '/customRoles/-', value: 'tester' },
      { op: 'add', path: '/roleAttributes/projects', value: ['shop'] },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      role: 'writer',
      customRoles: [roleId],
      roleAttributes: { projects: ['shop'] },
      version: 2,
    });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change?.accesses).toEqual(
      ['updateRole', 'updateCustomRole', 'updateMemberRoleAttributes'].map((action) => ({
        action,
        resource: `member/${_id}`,
      })),
    );
    expect((await patch(_id, { op: 'replace', path: '/role', value: 'writer' })).body.version).toBe(2);
  });

  it.each([
    ['a role that is none', { op: 'replace', path: '/role', value: 'boss' }, 'role: expected one of'],
    ['the role owner', { op: 'replace', path: '/role', value: 'owner' }, 'role: expected one of'],
    ['an unknown custom role', { op: 'add', path: '/customRoles/-', value: 'nope' }, 'customRoles[0]: "nope"'],
    [
      'attributes of another type',
      { op: 'add', path: '/roleAttributes/a', value: 'b' },
      'roleAttributes.a: expected an array',
    ],
    ['a place that is not there', { op: 'remove', path: '/customRoles/3' }, 'no such path'],
  ])('refuses %s', async (_name, operation, message) => {
    const member = await invited();
    const { status, body } = await patch(member._id, operation);
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
    expect((await app.call({ path: `members/${member._id}` })).body).toEqual(member);
  });

  it('lets nobody change their own role, nor that of the owner', async () => {
    expect(await patch('me', { op: 'replace', path: '/role', value: 'reader' })).toMatchObject({
      status: 403,
      body: { message: 'You cannot modify your own role' },
    });
    const { _id } = (await app.call({ path: 'members/me' })).body;
    const token = await app.addToken('admin');
    const body = [{ op: 'replace', path: '/role', value: 'reader' }];
    expect((await app.call({ method: 'PATCH', path: `members/${_id}`, body, token })).status).toBe(403);
  });

  it('deletes a member with personal tokens, and leaves service tokens to the owner', async () => {
    const member = await invited({ role: 'admin' });
    const { db } = app.slipway.database;
    const personal = (await app.call({ method: 'POST', path: 'tokens', body: { role: 'reader' } })).body;
    const service = (await app.call({ method: 'POST', path: 'tokens', body: { role: 'reader', serviceToken: true } }))
      .body;
    await db
      .updateTable('access_tokens')
      .set({ member_id: member._id })
      .where('id', 'in', [personal._id, service._id])
      .execute();
    expect((await app.call({ method: 'DELETE', path: `members/${member._id}` })).status).toBe(204);
    expect((await app.call({ path: 'versions', token: personal.token })).status).toBe(401);
    expect((await app.call({ path: 'versions', token: service.token })).status).toBe(200);
    const { _id: ownerId } = (await app.call({ path: 'members/me' })).body;
    expect((await app.call({ path: `tokens/${service._id}` })).body.memberId).toBe(ownerId);
    expect((await app.call({ method: 'DELETE', path: `members/${member._id}` })).status).toBe(404);
    expect((await app.call({ method: 'DELETE', path: 'members/me' })).status).toBe(409);
  });

  it('adds a member to teams', async () => {
    await app.addTeam('blue');
    await app.addTeam('red');
    const { _id } = await invited();
    const add = (teamKeys: readonly string[]) =>
      app.call({ method: 'POST', path: `members/${_id}/teams`, body: { teamKeys } });
    const { status, body } = await add(['red', 'blue']);
    expect(status).toBe(201);
    expect(body.teams.map(({ key }: { key: string }) => key).toSorted()).toEqual(['blue', 'red']);
    expect(await add(['green'])).toMatchObject({
      status: 400,
      body: { message: 'teamKeys: "green" is not the key of a team' },
    });
  });

  it('changes many members at once, and tells what could not be done', async () => {
    const [one, two] = [await invited(), await invited({ customRoles: ['tester'] })];
    const memberIDs = [one._id, two._id, 'nobody'];
    expect((await bulk({ kind: 'replaceMembersRoles', value: 'writer', memberIDs })).body).toEqual({
      members: [one._id, two._id],
      errors: [{ nobody: '"nobody" does not exist' }],
    });
    expect((await app.call({ path: `members/${two._id}` })).body).toMatchObject({ role: 'writer', customRoles: [] });
    await bulk({ kind: 'replaceMembersCustomRoles', values: ['tester'], memberIDs: [one._id] });
    expect((await app.call({ path: `members/${one._id}` })).body.customRoles).toEqual([roleId]);
    await bulk({ kind: 'replaceMembersRoleAttributes', value: { a: ['b'] }, memberIDs: [one._id] });
    const expanded = await app.call({ path: `members/${one._id}?expand=roleAttributes` });
    expect(expanded.body.roleAttributes).toEqual({ a: ['b'] });
  });

  it('changes all members but those that match, and never the owner', async () => {
    const [one, two] = [await invited({ email: 'keep@bulk.org' }), await invited({ email: 'change@bulk.org' })];
    const filter = {
      filterQuery: 'keep@bulk.org',
      ignoredMemberIDs: [(await app.call({ path: 'members/me' })).body._id],
    };
    const { body } = await bulk({ kind: 'replaceAllMembersRoles', value: 'no_access', ...filter });
    expect(body.errors).toEqual([]);
    expect(body.members).toContain(two._id);
    expect(body.members).not.toContain(one._id);
    const all = await bulk({ kind: 'replaceAllMembersCustomRoles', values: [], filterRoles: 'reader|writer' });
    expect(all.body.members).not.toContain(one._id);
  });

  it.each([
    ['none', [], 'instructions: expected at least one instruction'],
    ['an unknown kind', [{ kind: 'promote' }], 'instructions[0].kind: expected one of replaceMembersRoles'],
    ['a kind that objects are born with', [{ kind: 'constructor' }], 'instructions[0].kind: expected one of'],
    ['no members', [{ kind: 'replaceMembersRoles', value: 'reader' }], 'memberIDs: expected an array'],
    ['no role', [{ kind: 'replaceMembersRoles', memberIDs: [] }], 'value: expected one of reader'],
    ['an unknown role', [{ kind: 'replaceMembersCustomRoles', values: ['x'], memberIDs: [] }], '"x" is no custom role'],
  ])('refuses bulk instructions: %s', async (_name, instructions, message) => {
    const { status, body } = await bulk(...instructions);
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
  });

  it('lets writers change no members', async () => {
    const token = await app.addToken('writer');
    const { _id } = await invited();
    for (const request of [
      { method: 'POST', path: 'members', body: [{ email: address(), role: 'reader' }] },
      { method: 'PATCH', path: `members/${_id}`, body: [{ op: 'replace', path: '/role', value: 'writer' }] },
      { method: 'DELETE', path: `members/${_id}` },
    ] as const) {
      expect((await app.call({ ...request, token })).status).toBe(403);
    }
    const body = { instructions: [{ kind: 'replaceMembersRoles', value: 'writer', memberIDs: [_id] }] };
    const answer = await app.call({ method: 'PATCH', path: 'members', body, token });
    expect(answer.body).toEqual({ members: [], errors: [{ [_id]: 'Access to the requested resource was denied' }] });
  });

  it('lets nobody but admins make admins', async () => {
    const policy = [{ effect: 'allow', resources: ['member/*'], actions: ['createMember'] }];
    await app.call({ method: 'POST', path: 'roles', body: { key: 'hr', name: 'HR', policy } });
    const made = await app.call({
      method: 'POST',
      path: 'tokens',
      body: { customRoleIds: ['hr'], serviceToken: true },
    });
    const { token } = made.body;
    const inviteAs = (role: string) =>
      app.call({ method: 'POST', path: 'members', body: [{ email: address(), role }], token });
    expect((await inviteAs('writer')).status).toBe(201);
    expect((await inviteAs('admin')).status).toBe(403);
  });
});
