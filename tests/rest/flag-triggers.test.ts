import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const MINUTE = 60_000;

describe.each(ENGINES)('flag triggers on $name', (engine) => {
  let app: TestApp;
  let key: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_BASE_URL: 'https://flags.example.com/' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(MINUTE);
    key = `flag-${count++}`;
    await app.call({ method: 'POST', path: 'flags/default', body: { key, name: 'Flag' } });
  });

  const path = () => `flags/default/${key}/triggers/test`;
  const create = (body: object = {}, token?: string) =>
    app.call({
      method: 'POST',
      path: path(),
      body: { integrationKey: 'generic-trigger', instructions: [{ kind: 'turnFlagOn' }], ...body },
      ...(token !== undefined && { token }),
    });
  const patch = (id: string, ...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path: `${path()}/${id}`, body: { instructions } });
  const fire = (url: string, body?: unknown) =>
    app.call({ method: 'POST', path: new URL(url).pathname, token: null, ...(body !== undefined && { body }) });
  const config = async () => (await app.call({ path: `flags/default/${key}` })).body.environments.test;

  it('turn a flag on for whoever knows their address, and once only', async () => {
    const { status, body } = await create({ comment: 'too slow' });
    const type = 'application/json';
    const me = (await app.call({ path: 'members/me' })).body;
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: { self: { href: `/api/v2/${path()}/${body._id}`, type }, parent: { href: `/api/v2/${path()}`, type } },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _version: 1,
      _creationDate: app.clock.now(),
      _maintainerId: me._id,
      _maintainer: expect.objectContaining({ email: me.email }),
      enabled: true,
      _integrationKey: 'generic-trigger',
      instructions: [{ kind: 'turnFlagOn' }],
      _recentTriggerBodies: [],
      _triggerCount: 0,
      triggerURL: expect.stringMatching(
        new RegExp(`^https://flags.example.com/webhook/triggers/${body._id}/[\\w-]{43}$`),
      ),
    });
    const { triggerURL, ...kept } = body;
    expect((await app.call({ path: `${path()}/${body._id}` })).body).toEqual(kept);
    const event = { eventName: 'alert', url: 'https://x.org' };
    expect((await fire(triggerURL, event)).status).toBe(200);
    expect(await config()).toMatchObject({ on: true, version: 2 });
    expect((await fire(triggerURL, 'not { json')).status).toBe(200);
    expect((await config()).version).toBe(2);
    const [seen] = (await app.call({ path: path() })).body.items;
    expect(seen).toMatchObject({
      _triggerCount: 2,
      _lastTriggeredAt: app.clock.now(),
      _recentTriggerBodies: [{ jsonBody: {} }, { timestamp: app.clock.now(), jsonBody: event }],
    });
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry).toMatchObject({
      titleVerb: 'turned on the flag',
      comment: 'too slow',
      actor: { kind: 'trigger', integrationKey: 'generic-trigger' },
    });
    const stored = await app.slipway.database.db
      .selectFrom('resources')
      .select('document')
      .where('id', '=', body._id)
      .execute();
    expect(JSON.stringify(stored)).not.toContain(triggerURL.split('/').at(-1));
  });

  it.each([
    [
      'no instruction',
      { instructions: [] },
      'instructions: expected one instruction, of kind turnFlagOn or turnFlagOff',
    ],
    ['two of them', { instructions: [{ kind: 'turnFlagOn' }, { kind: 'turnFlagOff' }] }, 'instructions: expected one'],
    ['another one', { instructions: [{ kind: 'deleteFlag' }] }, 'instructions: expected one'],
    ['no integration', { integrationKey: undefined }, 'integrationKey: expected a value'],
  ])('are not made with %s', async (_name, body, message) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: path() })).body.items).toEqual([]);
  });

  it('get another address, another action, and rest', async () => {
    const { _id, triggerURL } = (await create()).body;
    const cycled = (await patch(_id, { kind: 'cycleTriggerUrl' })).body.triggerURL;
    expect(cycled).not.toBe(triggerURL);
    expect((await fire(triggerURL)).status).toBe(404);
    const replaced = await patch(_id, { kind: 'replaceTriggerActionInstructions', value: [{ kind: 'turnFlagOff' }] });
    expect(replaced.body).toMatchObject({ instructions: [{ kind: 'turnFlagOff' }], _version: 3 });
    expect(replaced.body).not.toHaveProperty('triggerURL');
    expect((await patch(_id, { kind: 'disableTrigger' })).body.enabled).toBe(false);
    expect((await fire(cycled)).status).toBe(404);
    await patch(_id, { kind: 'enableTrigger' });
    expect((await fire(cycled)).status).toBe(200);
    expect((await patch(_id, { kind: 'explode' })).body.message).toContain('instructions[0].kind: expected one of');
    expect((await patch(_id)).status).toBe(400);
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}` })).status).toBe(204);
    expect((await fire(cycled)).status).toBe(404);
    expect((await fire('https://x.org/webhook/triggers/nothing/at-all')).status).toBe(404);
  });

  it('are called thirty times a minute at most', async () => {
    const { triggerURL } = (await create()).body;
    for (let call = 0; call < 30; call++) expect((await fire(triggerURL)).status).toBe(200);
    await app.clock.advance(MINUTE / 2);
    expect(await fire(triggerURL)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '30' },
      body: { code: 'rate_limited' },
    });
    await app.clock.advance(MINUTE / 2);
    expect((await fire(triggerURL)).status).toBe(200);
  });

  it('act where changes need approval, since they were made with the right to', async () => {
    const { triggerURL } = (await create()).body;
    const setting = (value: boolean) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/approvalSettings/required', value }],
      });
    await setting(true);
    expect((await fire(triggerURL)).status).toBe(200);
    await setting(false);
    expect((await config()).on).toBe(true);
  });

  it('need a right for each step', async () => {
    const { _id } = (await create()).body;
    const token = await app.addToken('reader');
    expect((await create({}, token)).status).toBe(403);
    const body = { instructions: [{ kind: 'disableTrigger' }] };
    expect((await app.call({ method: 'PATCH', path: `${path()}/${_id}`, body, token })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}`, token })).status).toBe(403);
    expect((await app.call({ path: `flags/default/nothing/triggers/test` })).status).toBe(404);
  });
});
