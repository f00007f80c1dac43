import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const MINUTE = 60_000;

describe.each(ENGINES)('access tokens on $name', (engine) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const create = (body: object, token?: string) =>
    app.call({ method: 'POST', path: 'tokens', body, ...(token !== undefined && { token }) });
  const patch = (id: string, ...body: readonly object[]) => app.call({ method: 'PATCH', path: `tokens/${id}`, body });
  const statusOf = async (token: string) => (await app.call({ path: 'projects', token })).status;

  it('shows the secret once, and afterwards its last four characters', async () => {
    const { status, body } = await create({
      name: 'CI',
      description: 'Builds',
      role: 'reader',
      defaultApiVersion: 20240415,
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/tokens/${body._id}`, type: 'application/json' },
        parent: { href: '/api/v2/tokens', type: 'application/json' },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      ownerId: (await app.call({ path: 'caller-identity' })).body.accountId,
      memberId: body._member._id,
      _member: expect.objectContaining({ role: 'owner' }),
      name: 'CI',
      description: 'Builds',
      creationDate: app.clock.now(),
      lastModified: app.clock.now(),
      lastUsed: 0,
      role: 'reader',
      token: expect.stringMatching(/^api-[0-9a-f-]{36}$/),
      serviceToken: false,
      defaultApiVersion: 20240415,
    });
    expect((await app.call({ path: `tokens/${body._id}` })).body).toEqual({ ...body, token: body.token.slice(-4) });
    const changes = JSON.stringify(await listChanges(app.slipway.database.db, 5));
    expect(changes).toContain(body.token.slice(-4));
    expect(changes).not.toContain(body.token);
  });

  it('remembers when it was used, to the minute', async () => {
    const { _id, token } = (await create({ role: 'reader' })).body;
    await statusOf(token);
    const first = app.clock.now();
    await app.clock.advance(MINUTE / 2);
    await statusOf(token);
    expect((await app.call({ path: `tokens/${_id}` })).body.lastUsed).toBe(first);
    await app.clock.advance(MINUTE / 2);
    await statusOf(token);
    expect((await app.call({ path: `tokens/${_id}` })).body.lastUsed).toBe(first + MINUTE);
  });

  it('uses the default version of the token, unless a request names one', async () => {
    const { token } = (await create({ role: 'reader', defaultApiVersion: 20220603 })).body;
    expect((await app.call({ path: 'versions', token })).body.currentVersion).toBe(20220603);
  });

  it.each([
    ['no rights', { name: 'x' }, 'role: expected exactly one of role, customRoleIds and inlineRole, got none'],
    ['two kinds of rights', { role: 'reader', customRoleIds: ['x'] }, 'role: expected exactly one'],
    ['a role that is none', { role: 'owner' }, 'role: expected one of reader, writer, admin, got "owner"'],
    ['an unknown custom role', { customRoleIds: ['nobody'] }, 'customRoleIds[0]: "nobody" is no custom role'],
    ['a bad statement', { inlineRole: [{ effect: 'allow' }] }, 'inlineRole[0].resources: expected exactly one'],
    ['an unknown version', { role: 'reader', defaultApiVersion: 1 }, 'defaultApiVersion: expected one of 20160426'],
    ['another type', { role: 'reader', serviceToken: 'yes' }, 'serviceToken: expected boolean'],
  ])('refuses %s', async (_name, body, message) => {
    const before = (await app.call({ path: 'tokens' })).body.totalCount;
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: 'tokens' })).body.totalCount).toBe(before);
  });

  it('changes by JSON patch', async () => {
    const { _id } = (await create({ name: 'Old', role: 'reader' })).body;
    await app.clock.advance(1);
    const { status, body } = await patch(
      _id,
      { op: 'replace', path: '/name', value: 'New' },
      { op: 'replace', path: '/role', value: 'writer' },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'New', role: 'writer', lastModified: app.clock.now() });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change?.accesses.map(({ action }) => action)).toEqual(['updateAccessTokenName', 'updateAccessTokenPolicy']);
  });

  it('changes from one kind of rights to another', async () => {
    const { _id } = (await create({ role: 'reader' })).body;
    const statement = { effect: 'allow', resources: ['proj/*'], actions: ['*'] };
    const inline = await patch(_id, { op: 'add', path: '/inlineRole', value: [statement] });
    expect(inline.body).toMatchObject({ inlineRole: [statement] });
    expect(inline.body).not.toHaveProperty('role');
    const back = await patch(_id, { op: 'remove', path: '/inlineRole' }, { op: 'add', path: '/role', value: 'reader' });
    expect(back.body).toMatchObject({ role: 'reader' });
    expect(back.body).not.toHaveProperty('inlineRole');
  });

  it('answers 422 to a patch that cannot be applied, and changes nothing', async () => {
    const { _id } = (await create({ role: 'reader' })).body;
    const answer = await patch(_id, { op: 'remove', path: '/inlineRole' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'patch_failed' } });
  });

  it('never changes the rights of a service token', async () => {
    const { _id } = (await create({ role: 'reader', serviceToken: true })).body;
    expect((await patch(_id, { op: 'replace', path: '/role', value: 'admin' })).status).toBe(400);
    expect((await patch(_id, { op: 'replace', path: '/name', value: 'Renamed' })).body.name).toBe('Renamed');
  });

  it('resets the secret: the former one ends now, or works on for a while', async () => {
    const { _id, token: first } = (await create({ role: 'reader' })).body;
    const second = (await app.call({ method: 'POST', path: `tokens/${_id}/reset` })).body.token;
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    const expiry = app.clock.now() + MINUTE;
    const third = (await app.call({ method: 'POST', path: `tokens/${_id}/reset?expiry=${expiry}` })).body.token;
    expect([await statusOf(second), await statusOf(third)]).toEqual([200, 200]);
    await app.clock.advance(MINUTE);
    expect([await statusOf(second), await statusOf(third)]).toEqual([401, 200]);
    const past = await app.call({ method: 'POST', path: `tokens/${_id}/reset?expiry=1` });
    expect(past).toMatchObject({
      status: 400,
      body: { message: 'expiry: expected a time to come in Unix milliseconds, got 1' },
    });
    expect(await statusOf(third)).toBe(200);
  });

  it('deletes a token, which opens nothing any more', async () => {
    const { _id, token } = (await create({ role: 'reader' })).body;
    expect((await app.call({ method: 'DELETE', path: `tokens/${_id}` })).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
    expect((await app.call({ method: 'DELETE', path: `tokens/${_id}` })).status).toBe(404);
  });

  it('shows 25 tokens at a time, newest first', async () => {
    for (let index = 0; index < 26; index++) {
      await app.clock.advance(1);
      await create({ name: `t${index}`, role: 'reader', serviceToken: true });
    }
    const { body } = await app.call({ path: 'tokens' });
    expect(body.items).toHaveLength(25);
    expect(body.items[0].name).toBe('t25');
    expect(body._links.next.href).toBe('/api/v2/tokens?limit=25&offset=25');
  });

  it('lets a token without admin rights see no personal tokens and make none', async () => {
    const { _id } = (await create({ role: 'reader' })).body;
    const service = (await create({ role: 'writer', serviceToken: true })).body;
    const token = service.token as string;
    const { items } = (await app.call({ path: 'tokens?showAll=true&limit=1000', token })).body;
    expect(items.every((item: { serviceToken: boolean }) => item.serviceToken)).toBe(true);
    expect((await app.call({ path: `tokens/${_id}`, token })).status).toBe(404);
    for (const request of [
      { method: 'POST', path: 'tokens', body: { role: 'reader' } },
      { method: 'POST', path: 'tokens', body: { role: 'reader', serviceToken: true } },
      { method: 'POST', path: `tokens/${service._id}/reset` },
      { method: 'DELETE', path: `tokens/${service._id}` },
      { method: 'PATCH', path: `tokens/${service._id}`, body: [{ op: 'replace', path: '/name', value: 'x' }] },
    ] as const) {
      expect((await app.call({ ...request, token })).status).toBe(403);
    }
  });

  it('gives nobody more rights than they have by making or resetting tokens', async () => {
    const policy = [{ effect: 'allow', resources: ['service-token/*'], actions: ['*'] }];
    await app.call({ method: 'POST', path: 'roles', body: { key: 'tokens', name: 'Tokens', policy } });
    const keeper = (await create({ customRoleIds: ['tokens'], serviceToken: true })).body.token;
    const admin = (await create({ role: 'admin', serviceToken: true })).body;
    expect((await create({ role: 'reader', serviceToken: true }, keeper)).status).toBe(201);
    expect((await create({ role: 'writer', serviceToken: true }, keeper)).status).toBe(403);
    expect((await app.call({ method: 'POST', path: `tokens/${admin._id}/reset`, token: keeper })).status).toBe(403);
    expect(await statusOf(admin.token)).toBe(200);
  });
});
