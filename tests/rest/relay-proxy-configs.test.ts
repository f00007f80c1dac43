import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayProxyConfigs } from '../../src/operations/relay-proxy-configs.ts';
import { hashSecret } from '../../src/operations/secrets.ts';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const PATH = 'account/relay-auto-configs';
const POLICY = [{ effect: 'allow', resources: ['proj/*:env/*'], actions: ['*'] }];

describe.each(ENGINES)('Relay Proxy configurations on $name', (engine) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const create = (body: object = {}, token?: string) =>
    app.call({
      method: 'POST',
      path: PATH,
      body: { name: 'Relay', policy: POLICY, ...body },
      ...(token !== undefined && { token }),
    });
  const patch = (id: string, body: unknown) => app.call({ method: 'PATCH', path: `${PATH}/${id}`, body });
  const reset = (id: string, query = '') => app.call({ method: 'POST', path: `${PATH}/${id}/reset${query}` });
  const stored = (id: string) => relayProxyConfigs.get(app.slipway.database.db, {}, id);
  const lastChange = async () => (await listChanges(app.slipway.database.db, 1))[0];

  it('show their key once, and afterwards its last four characters', async () => {
    const { status, body } = await create();
    const { fullKey } = body;
    const rest = { ...body, fullKey: '' };
    expect(status).toBe(201);
    expect(fullKey).toMatch(/^rel-[0-9a-f-]{36}$/);
    expect(rest).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _creator: expect.objectContaining({ role: 'owner' }),
      name: 'Relay',
      policy: POLICY,
      fullKey: '',
      displayKey: fullKey.slice(-4),
      creationDate: app.clock.now(),
      lastModified: app.clock.now(),
    });
    expect((await app.call({ path: `${PATH}/${body._id}` })).body).toEqual(rest);
    expect((await app.call({ path: PATH })).body.items).toContainEqual(rest);
    expect(await stored(body._id)).toMatchObject({ secret: { hash: hashSecret(fullKey) } });
    expect(await lastChange()).toMatchObject({
      kind: 'relay-proxy-config',
      accesses: [{ action: 'createRelayAutoConfiguration', resource: `relay-proxy-config/${body._id}` }],
    });
    const log = JSON.stringify(await lastChange());
    expect(log).not.toContain(fullKey);
    expect(log).not.toContain(hashSecret(fullKey));
  });

  it.each([
    ['no name', { name: undefined }, 'name: expected a value'],
    ['an empty name', { name: ' ' }, 'name: " " is not a valid name'],
    ['a name of another type', { name: 1 }, 'name: expected string, got 1'],
    ['no policy', { policy: undefined }, 'policy: expected a value'],
    ['a policy that is no list', { policy: {} }, 'policy: expected array'],
    ['an unknown effect', { policy: [{ effect: 'maybe' }] }, 'policy[0].effect: expected one of allow, deny'],
    ['no resources', { policy: [{ effect: 'allow', actions: ['*'] }] }, 'policy[0].resources: expected exactly one'],
    [
      'a bad resource',
      { policy: [{ effect: 'allow', actions: ['*'], resources: ['x y'] }] },
      'policy[0].resources[0]: expected a resource specifier',
    ],
  ])('are not made with %s', async (_name, body, message) => {
    const before = (await app.call({ path: PATH })).body.items.length;
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: PATH })).body.items).toHaveLength(before);
  });

  it('change by JSON patch', async () => {
    const { _id } = (await create()).body;
    await app.clock.advance(1);
    const statement = { effect: 'allow', resources: ['proj/*:env/qa'], actions: ['*'] };
    const { status, body } = await patch(_id, {
      comment: 'Less',
      patch: [
        { op: 'replace', path: '/name', value: 'QA' },
        { op: 'replace', path: '/policy/0', value: statement },
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'QA', policy: [statement], lastModified: app.clock.now() });
    expect(body.fullKey).toBe('');
    const change = await lastChange();
    expect(change).toMatchObject({ comment: 'Less' });
    expect(change?.accesses.map(({ action }) => action)).toEqual([
      'updateRelayAutoConfigurationName',
      'updateRelayAutoConfigurationPolicy',
    ]);
  });

  it('change by merge patch', async () => {
    const { _id } = (await create()).body;
    expect((await patch(_id, { name: 'Merged' })).body).toMatchObject({ name: 'Merged', policy: POLICY });
    expect((await patch(_id, { policy: null })).status).toBe(400);
  });

  it('stay as they are by a patch that says nothing new', async () => {
    const { _id, lastModified } = (await create()).body;
    await app.clock.advance(1);
    const { body } = await patch(_id, [
      { op: 'replace', path: '/name', value: 'Relay' },
      { op: 'replace', path: '/displayKey', value: 'xxxx' },
    ]);
    expect(body.lastModified).toBe(lastModified);
    expect(body.displayKey).not.toBe('xxxx');
  });

  it('answer 422 to a patch that cannot be applied', async () => {
    const { _id } = (await create()).body;
    expect(await patch(_id, [{ op: 'remove', path: '/policy/7' }])).toMatchObject({
      status: 422,
      body: { code: 'patch_failed' },
    });
    expect((await patch(_id, [{ op: 'replace', path: '/name', value: 5 }])).status).toBe(400);
    expect((await patch(_id, [{ op: 'test', path: '/name', value: 'Other' }])).status).toBe(409);
  });

  it('get another key, while the former one works for as long as asked', async () => {
    const { _id, fullKey } = (await create()).body;
    const expiry = app.clock.now() + 60_000;
    const { status, body } = await reset(_id, `?expiry=${expiry}`);
    expect(status).toBe(200);
    expect(body.fullKey).toMatch(/^rel-/);
    expect(body.fullKey).not.toBe(fullKey);
    expect(body.displayKey).toBe(body.fullKey.slice(-4));
    expect(await stored(_id)).toMatchObject({
      secret: { hash: hashSecret(body.fullKey), former: { hash: hashSecret(fullKey), expiresAt: expiry } },
    });
    const change = await lastChange();
    expect(change?.accesses[0]?.action).toBe('resetRelayAutoConfiguration');
    expect(change?.description[1]).toContain(new Date(expiry).toISOString());
    await reset(_id);
    expect((await stored(_id)).secret).not.toHaveProperty('former');
  });

  it.each(['soon', '1', '-5'])('are not reset with the expiry %s', async (expiry) => {
    const { _id } = (await create()).body;
    const { status, body } = await reset(_id, `?expiry=${expiry}`);
    expect(status).toBe(400);
    expect(body.message).toContain('expiry: expected');
  });

  it('are deleted', async () => {
    const { _id } = (await create()).body;
    expect((await app.call({ method: 'DELETE', path: `${PATH}/${_id}` })).status).toBe(204);
    expect((await app.call({ path: `${PATH}/${_id}` })).status).toBe(404);
    expect(await lastChange()).toMatchObject({ accesses: [{ action: 'deleteRelayAutoConfiguration' }] });
  });

  it('are unknown by ids of nothing', async () => {
    const statuses = [
      await app.call({ path: `${PATH}/none` }),
      await patch('none', []),
      await reset('none'),
      await app.call({ method: 'DELETE', path: `${PATH}/none` }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it.each(['reader', 'writer'] as const)('are only read by a %s', async (role) => {
    const token = await app.addToken(role);
    const { _id } = (await create()).body;
    const path = `${PATH}/${_id}`;
    expect((await create({}, token)).status).toBe(403);
    const rename = [{ op: 'replace', path: '/name', value: 'x' }];
    expect((await app.call({ method: 'PATCH', path, body: rename, token })).status).toBe(403);
    expect((await app.call({ method: 'POST', path: `${path}/reset`, token })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path, token })).status).toBe(403);
    expect((await app.call({ path: `${path}?expand=access`, token })).body._access).toMatchObject({
      allowed: [],
      denied: expect.arrayContaining([expect.objectContaining({ action: 'resetRelayAutoConfiguration' })]),
    });
    const { items } = (await app.call({ path: `${PATH}?expand=access` })).body;
    expect(items[0]._access.denied).toEqual([]);
  });
});
