import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const POLICY = [{ effect: 'allow', resources: ['proj/default:env/test:flag/*'], actions: ['updateOn'] }];

describe.each(ENGINES)('teams on $name', (engine) => {
  let app: TestApp;
  let kim: { _id: string; email: string };
  let sam: { _id: string; email: string };
  let roleId: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    const members = ['kim', 'sam'].map((name) => ({ email: `${name}@example.com`, role: 'reader' }));
    [kim, sam] = (await app.call({ method: 'POST', path: 'members', body: members })).body.items;
    const role = { key: 'tester', name: 'Tester', policy: POLICY };
    roleId = (await app.call({ method: 'POST', path: 'roles', body: role })).body._id;
  });
  afterAll(() => app.close());

  const create = (body: object = {}, query = '') =>
    app.call({ method: 'POST', path: `teams${query}`, body: { key: `team-${count++}`, name: 'Team', ...body } });
  const patch = (key: string, ...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `teams/${key}?expand=members,roles,maintainers,roleAttributes`,
      body: { instructions },
    });
  const upload = (key: string, csv: string) =>
    app.call({
      method: 'POST',
      path: `teams/${key}/members`,
      body: `--x\r\nContent-Disposition: form-data; name="file"; filename="members.csv"\r\n\r\n${csv}\r\n--x--\r\n`,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });

  it('makes a team with the whole official body', async () => {
    const grant = { actionSet: 'maintainTeam', memberIDs: [sam._id] };
    const { status, body } = await create(
      {
        key: 'whole',
        name: ' Whole ',
        description: 'All of it',
        memberIDs: [kim._id],
        customRoleKeys: ['tester'],
        permissionGrants: [grant],
        roleAttributes: { projects: ['default'] },
      },
      '?expand=members,roles,maintainers,projects,roleAttributes',
    );
    const page = (path: string) => ({
      self: { href: `/api/v2/teams/whole/${path}?limit=20&offset=0`, type: 'application/json' },
    });
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: '/api/v2/teams/whole', type },
        parent: { href: '/api/v2/teams', type },
        roles: { href: '/api/v2/teams/whole/roles', type },
      },
      key: 'whole',
      name: 'Whole',
      description: 'All of it',
      _creationDate: app.clock.now(),
      _lastModified: app.clock.now(),
      _version: 1,
      _idpSynced: false,
      roleAttributes: { projects: ['default'] },
      members: { totalCount: 1 },
      roles: { _links: page('roles'), totalCount: 1, items: [{ key: 'tester', name: 'Tester' }] },
      maintainers: { _links: page('maintainers'), totalCount: 1, items: [expect.objectContaining({ _id: sam._id })] },
      projects: { totalCount: 1, items: [expect.objectContaining({ key: 'default' })] },
    });
    expect((await app.call({ path: 'teams/whole/roles' })).body).toEqual(body.roles);
    expect((await app.call({ path: 'teams/whole/maintainers' })).body).toEqual(body.maintainers);
    const bare = (await app.call({ path: 'teams/whole' })).body;
    for (const name of ['members', 'roles', 'maintainers', 'projects', 'roleAttributes', '_access']) {
      expect(bare).not.toHaveProperty(name);
    }
    const member = (await app.call({ path: `members/${sam._id}` })).body;
    expect(member.permissionGrants).toEqual([{ actionSet: 'maintainTeam', resource: 'team/whole' }]);
  });

  it.each([
    ['a key that is taken', { key: 'taken' }, 409, "A team with key 'taken' already exists"],
    ['a bad key', { key: '-' }, 400, 'key: "-" is not a valid key'],
    ['an unknown member', { memberIDs: ['nobody'] }, 400, 'memberIDs: "nobody" is not the id of a member'],
    ['an unknown role', { customRoleKeys: ['nothing'] }, 400, 'customRoles[0]: "nothing" is no custom role'],
    ['a grant of nothing', { permissionGrants: [{ memberIDs: ['x'] }] }, 400, 'permissionGrants[0].actionSet'],
    [
      'a grant to nobody',
      { permissionGrants: [{ actions: ['a'], memberIDs: [] }] },
      400,
      'permissionGrants[0].memberIDs',
    ],
    ['an unknown grantee', { permissionGrants: [{ actions: ['a'], memberIDs: ['x'] }] }, 400, '"x" is not the id'],
  ])('refuses %s', async (_name, body, status, message) => {
    await create({ key: 'taken' });
    const answer = await create(body);
    expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
  });

  it('changes by instructions, each with its effect and its right', async () => {
    const { key } = (await create()).body;
    const rows: readonly [object, object, string][] = [
      [{ kind: 'updateName', value: 'New' }, { name: 'New' }, 'updateTeamName'],
      [{ kind: 'updateDescription', value: 'Why' }, { description: 'Why' }, 'updateTeamDescription'],
      [{ kind: 'addMembers', values: [kim._id, sam._id] }, { members: { totalCount: 2 } }, 'updateTeamMembers'],
      [{ kind: 'removeMembers', values: [sam._id, 'x'] }, { members: { totalCount: 1 } }, 'updateTeamMembers'],
      [{ kind: 'replaceMembers', values: [sam._id] }, { members: { totalCount: 1 } }, 'updateTeamMembers'],
      [{ kind: 'addCustomRoles', values: ['tester'] }, { roles: { totalCount: 1 } }, 'updateTeamCustomRoles'],
      [{ kind: 'removeCustomRoles', values: [roleId] }, { roles: { totalCount: 0 } }, 'updateTeamCustomRoles'],
      [
        { kind: 'addPermissionGrants', actionSet: 'maintainTeam', memberIDs: [kim._id] },
        { maintainers: { totalCount: 1 } },
        'updateTeamPermissionGrants',
      ],
      [
        { kind: 'removePermissionGrants', actionSet: 'maintainTeam', memberIDs: [kim._id] },
        { maintainers: { totalCount: 0 } },
        'updateTeamPermissionGrants',
      ],
      [
        { kind: 'addRoleAttribute', key: 'a', values: ['1'] },
        { roleAttributes: { a: ['1'] } },
        'updateTeamRoleAttributes',
      ],
      [
        { kind: 'updateRoleAttribute', key: 'a', values: ['2'] },
        { roleAttributes: { a: ['2'] } },
        'updateTeamRoleAttributes',
      ],
      [
        { kind: 'replaceRoleAttributes', value: { b: ['3'] } },
        { roleAttributes: { b: ['3'] } },
        'updateTeamRoleAttributes',
      ],
      [{ kind: 'removeRoleAttribute', key: 'b' }, { roleAttributes: {} }, 'updateTeamRoleAttributes'],
    ];
    for (const [index, [instruction, effect, action]] of rows.entries()) {
      await app.clock.advance(1);
      const { status, body } = await patch(key, instruction);
      expect(status).toBe(200);
      expect(body).toMatchObject({ ...effect, _version: index + 2, _lastModified: app.clock.now() });
      const [change] = await listChanges(app.slipway.database.db, 1);
      expect(change?.accesses).toEqual([{ action, resource: `team/${key}` }]);
    }
    expect((await patch(key, { kind: 'updateName', value: 'New' })).body._version).toBe(rows.length + 1);
  });

  it.each([
    ['no instructions', [], 'instructions: expected at least one instruction, got none'],
    ['an unknown kind', [{ kind: 'rename' }], 'instructions[0].kind: expected one of updateName'],
    ['one that is no object', [7], 'instructions[0]: expected an object, got 7'],
    [
      'a name of another type',
      [{ kind: 'updateName', value: 1 }],
      'instructions[0] (updateName): value: expected a string',
    ],
    [
      'an unknown member',
      [
        { kind: 'updateName', value: 'X' },
        { kind: 'addMembers', values: ['x'] },
      ],
      '"x" is not the id',
    ],
    ['an unknown role', [{ kind: 'addCustomRoles', values: ['x'] }], '"x" is no custom role'],
    [
      'an unknown action set',
      [{ kind: 'addPermissionGrants', actionSet: 'rule', memberIDs: [] }],
      'expected one of maintainTeam',
    ],
  ])('refuses %s and changes nothing', async (_name, instructions, message) => {
    const { key } = (await create()).body;
    const before = (await app.call({ path: `teams/${key}?expand=members` })).body;
    const { status, body } = await patch(key, ...(instructions as object[]));
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
    expect((await app.call({ path: `teams/${key}?expand=members` })).body).toEqual(before);
  });

  it('filters and pages', async () => {
    await create({ key: 'find-me', name: 'Alpha', memberIDs: [kim._id] });
    await create({ key: 'find-me-too', name: 'Beta' });
    const keys = async (filter: string) =>
      (await app.call({ path: `teams?filter=${filter}` })).body.items.map(({ key }: { key: string }) => key);
    expect(await keys('query:FIND-ME')).toEqual(['find-me', 'find-me-too']);
    expect(await keys('query:beta')).toEqual(['find-me-too']);
    expect(await keys('query:find-me,nomembers:true')).toEqual(['find-me-too']);
    expect(await keys('query:find-me,nomembers:false')).toEqual(['find-me']);
    expect((await app.call({ path: 'teams?filter=nomembers:1' })).status).toBe(400);
    const { body } = await app.call({ path: 'teams?limit=1&filter=query:find-me' });
    expect(body).toMatchObject({ totalCount: 2, items: [{ key: 'find-me' }] });
    expect(body._links.next.href).toContain('offset=1');
  });

  it('deletes a team without members only', async () => {
    const { key } = (await create({ memberIDs: [kim._id] })).body;
    expect(await app.call({ method: 'DELETE', path: `teams/${key}` })).toMatchObject({
      status: 409,
      body: { message: `Team '${key}' has 1 members; remove them first` },
    });
    await patch(key, { kind: 'removeMembers', values: [kim._id] });
    expect((await app.call({ method: 'DELETE', path: `teams/${key}` })).status).toBe(204);
    expect((await app.call({ path: `teams/${key}` })).status).toBe(404);
  });

  it('adds many members to many teams', async () => {
    const [one, two] = [(await create()).body.key, (await create()).body.key];
    const change = (instruction: object, headers = BETA) =>
      app.call({ method: 'PATCH', path: 'teams', body: { instructions: [instruction] }, headers });
    const { status, body } = await change({
      kind: 'addMembersToTeams',
      memberIDs: [kim._id],
      teamKeys: [one, 'nope', two],
    });
    expect(status).toBe(200);
    expect(body).toEqual({ memberIDs: [kim._id], teamKeys: [one, two], errors: [{ nope: '"nope" does not exist' }] });
    const all = await change({ kind: 'addAllMembersToTeams', teamKeys: [one], filterQuery: 'kim' });
    expect(all.body.memberIDs).toContain(sam._id);
    expect(all.body.memberIDs).not.toContain(kim._id);
    expect((await app.call({ path: `teams/${one}?expand=members` })).body.members.totalCount).toBe(3);
    expect((await change({ kind: 'addMembersToTeams', memberIDs: ['x'], teamKeys: [one] })).status).toBe(400);
    const { 'ld-api-version': _beta, ...headers } = { ...BETA };
    expect(
      (await change({ kind: 'addMembersToTeams', memberIDs: [], teamKeys: [] }, headers as typeof BETA)).status,
    ).toBe(403);
  });

  it('imports members from a file, all or none', async () => {
    const { key } = (await create({ memberIDs: [sam._id] })).body;
    const faulty = await upload(
      key,
      `email,name\r\n${kim.email},Kim\r\n\r\n${sam.email}\r\nnobody@x.org\r\nkim\r\n${kim.email}`,
    );
    expect(faulty.status).toBe(207);
    expect(faulty.body.items).toEqual([
      { status: 'success', value: kim.email },
      { status: 'error', value: '', message: 'Line 3: empty row' },
      { status: 'error', value: sam.email, message: 'Line 4: email already exists in the specified team' },
      { status: 'error', value: 'nobody@x.org', message: 'Line 5: email does not belong to a member' },
      { status: 'error', value: 'kim', message: 'Line 6: invalid email formatting' },
      { status: 'error', value: kim.email, message: 'Line 7: duplicate entry' },
    ]);
    const members = async () => (await app.call({ path: `teams/${key}?expand=members` })).body.members.totalCount;
    expect(await members()).toBe(1);
    const fine = await upload(key, `"${kim.email}","Kim ""K"" Ode"\n`);
    expect(fine).toMatchObject({ status: 201, body: { items: [{ status: 'success', value: kim.email }] } });
    expect(await members()).toBe(2);
    expect((await app.call({ method: 'POST', path: `teams/${key}/members`, body: {} })).status).toBe(400);
  });

  it('gives its roles to its members, and its grants to its maintainers, at once', async () => {
    const { db } = app.slipway.database;
    const made = (await app.call({ method: 'POST', path: 'tokens', body: { role: 'admin' } })).body;
    await db.updateTable('access_tokens').set({ member_id: sam._id }).where('id', '=', made._id).execute();
    const asSam = (request: object) => app.call({ path: '', ...request, token: made.token });
    const turnOn = {
      method: 'PATCH',
      path: 'flags/default/own',
      body: [{ op: 'replace', path: '/environments/test/on', value: true }],
    };
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'own', name: 'Own' } });
    expect((await asSam(turnOn)).status).toBe(403);
    const { key } = (await create({ customRoleKeys: ['tester'] })).body;
    await patch(key, { kind: 'addMembers', values: [sam._id] });
    // The role shows no projects by itself, so that the flag cannot even be seen.
    expect((await asSam(turnOn)).status).toBe(404);
    await app.call({ method: 'PATCH', path: 'roles/tester', body: { basePermissions: 'reader' } });
    expect((await asSam(turnOn)).status).toBe(200);
    const rename = {
      method: 'PATCH',
      path: `teams/${key}`,
      body: { instructions: [{ kind: 'updateName', value: 'Ours' }] },
    };
    expect((await asSam(rename)).status).toBe(403);
    await patch(key, { kind: 'addPermissionGrants', actions: ['updateTeamName'], memberIDs: [sam._id] });
    expect((await asSam(rename)).status).toBe(200);
    await patch(key, { kind: 'removeMembers', values: [sam._id] });
    expect(
      (await asSam({ ...turnOn, body: [{ op: 'replace', path: '/environments/test/on', value: false }] })).status,
    ).toBe(403);
  });
});
