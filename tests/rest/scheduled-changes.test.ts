import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const MINUTE = 60_000;
const TURN_ON = { kind: 'turnFlagOn' };

describe.each(ENGINES)('scheduled changes on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'cart', name: 'Cart' } });
  });

  const path = () => `projects/${project}/flags/cart/environments/test/scheduled-changes`;
  const plan = (body: object = {}, query = '', token?: string) =>
    app.call({
      method: 'POST',
      path: `${path()}${query}`,
      body: { executionDate: app.clock.now() + MINUTE, instructions: [TURN_ON], ...body },
      ...(token !== undefined && { token }),
    });
  const list = async () => (await app.call({ path: path() })).body.items;
  const patch = (id: string, ...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path: `${path()}/${id}`, body: { instructions } });
  const flag = async () => (await app.call({ path: `flags/${project}/cart` })).body;
  const change = (query: string, ...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/cart${query}`,
      body: { environmentKey: 'test', instructions },
      headers: SEMANTIC,
    });
  const ring = () =>
    runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
  const require = (required: boolean, bypass = false) =>
    app.call({
      method: 'PATCH',
      path: `projects/${project}/environments/test`,
      body: [
        { op: 'replace', path: '/approvalSettings/required', value: required },
        { op: 'replace', path: '/approvalSettings/bypassApprovalsForPendingChanges', value: bypass },
      ],
    });

  it('are carried out once, at their time, as a change by who planned them', async () => {
    const { status, body } = await plan({ comment: 'launch' });
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: { self: { href: `/api/v2/${path()}/${body._id}`, type }, parent: { href: `/api/v2/${path()}`, type } },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _creationDate: app.clock.now(),
      _maintainerId: (await app.call({ path: 'members/me' })).body._id,
      _version: 1,
      executionDate: app.clock.now() + MINUTE,
      instructions: [TURN_ON],
    });
    expect((await app.call({ path: `${path()}/${body._id}` })).body).toEqual(body);
    await app.clock.advance(MINUTE - 1);
    await ring();
    expect((await flag()).environments.test).toMatchObject({ on: false, version: 1 });
    await app.clock.advance(1);
    await ring();
    await ring();
    expect((await flag()).environments.test).toMatchObject({ on: true, version: 2 });
    expect(await list()).toEqual([]);
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry).toMatchObject({
      titleVerb: 'turned on the flag',
      comment: 'launch',
      actor: { kind: 'member', through: { kind: 'schedule', id: body._id }, member: { role: 'owner' } },
    });
  });

  it.each([
    ['a time that has passed', { executionDate: 1 }, 'executionDate: expected a time to come'],
    ['no time', { executionDate: undefined }, 'executionDate: expected a value'],
    ['no instructions', { instructions: [] }, 'instructions: expected at least one instruction'],
    ['an unknown kind', { instructions: [{ kind: 'fly' }] }, 'instructions[0].kind: "fly"'],
    [
      'what is not possible',
      { instructions: [{ kind: 'updateRuleDescription', ruleId: 'x', description: '' }] },
      'is not a rule',
    ],
  ])('are not planned with %s', async (_name, body, message) => {
    expect(await plan(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect(await list()).toEqual([]);
  });

  it('are moved, rewritten and deleted', async () => {
    const { _id } = (await plan()).body;
    const later = app.clock.now() + 2 * MINUTE;
    expect((await patch(_id, { kind: 'updateScheduledChangesExecutionDate', value: later })).body).toMatchObject({
      executionDate: later,
      _version: 2,
    });
    const other = [{ kind: 'addTags', values: ['late'] }];
    expect((await patch(_id, { kind: 'replaceScheduledChangesInstructions', value: other })).body.instructions).toEqual(
      other,
    );
    await app.clock.advance(MINUTE);
    await ring();
    expect((await flag()).tags).toEqual([]);
    await app.clock.advance(MINUTE);
    await ring();
    expect((await flag()).tags).toEqual(['late']);
    const again = (await plan()).body._id;
    expect((await patch(again, { kind: 'deleteScheduledChange' })).status).toBe(200);
    const third = (await plan()).body._id;
    expect((await app.call({ method: 'DELETE', path: `${path()}/${third}` })).status).toBe(204);
    expect((await app.call({ method: 'DELETE', path: `${path()}/${third}` })).status).toBe(404);
    await app.clock.advance(MINUTE);
    await ring();
    expect((await flag()).environments.test.on).toBe(false);
    expect((await patch(third, { kind: 'deleteScheduledChange' })).status).toBe(404);
  });

  it.each([
    ['none', [], 'instructions: expected at least one instruction'],
    ['an unknown kind', [{ kind: 'turnFlagOn' }], 'instructions[0].kind: expected one of deleteScheduledChange'],
    ['a time that has passed', [{ kind: 'updateScheduledChangesExecutionDate', value: 1 }], 'expected a time to come'],
    [
      'no instructions',
      [{ kind: 'replaceScheduledChangesInstructions', value: [] }],
      'expected at least one instruction',
    ],
  ])('are not changed by %s', async (_name, instructions, message) => {
    const { body } = await plan();
    expect(await patch(body._id, ...instructions)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    });
    expect(await list()).toEqual([body]);
  });

  it('keep others from making them impossible, unless these do not care', async () => {
    const { variations } = await flag();
    const rule = {
      kind: 'addRule',
      variationId: variations[0]._id,
      clauses: [{ attribute: 'a', op: 'in', values: ['b'] }],
      ref: 'mine',
    };
    await change('', rule);
    const { _id } = (
      await plan({ instructions: [{ kind: 'updateRuleDescription', ruleId: 'mine', description: 'x' }] })
    ).body;
    const removal = { kind: 'removeRule', ruleId: 'mine' };
    expect(await change('', removal)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(`The change conflicts with scheduled change ${_id}`) },
    });
    expect((await flag()).environments.test.rules).toHaveLength(1);
    expect((await change('?ignoreConflicts=true', removal)).status).toBe(200);
    expect((await list())[0].conflicts).toEqual([
      {
        instruction: expect.objectContaining({ kind: 'updateRuleDescription' }),
        reason: expect.stringContaining('is not a rule'),
      },
    ]);
    expect((await change('', TURN_ON)).status).toBe(200);
    await app.clock.advance(MINUTE);
    await ring();
    expect(await list()).toEqual([]);
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry).toMatchObject({
      titleVerb: 'could not carry out a scheduled change of the flag',
      actor: { kind: 'system' },
      description: [expect.stringContaining('Gave up updateRuleDescription')],
    });
  });

  it('do not exclude each other, unless these do not care', async () => {
    const { variations } = await flag();
    const [on, off] = variations.map(({ _id }: { _id: string }) => _id);
    const target = (variationId: string) => ({ kind: 'addTargets', contextKind: 'user', variationId, values: ['kim'] });
    const first = (await plan({ instructions: [target(on)] })).body._id;
    const second = { instructions: [target(off)], executionDate: app.clock.now() + 2 * MINUTE };
    expect(await plan(second)).toMatchObject({
      status: 409,
      body: { code: 'optimistic_locking_error', message: expect.stringContaining(`scheduled change ${first}`) },
    });
    expect((await plan(second, '?ignoreConflicts=true')).status).toBe(201);
  });

  it('are planned neither directly nor changed where approvals are asked for; those planned before go on', async () => {
    const { _id } = (await plan()).body;
    await require(true);
    expect(await plan()).toMatchObject({
      status: 405,
      body: { message: expect.stringContaining("action 'updateScheduledChanges'") },
    });
    const remove = () => app.call({ method: 'DELETE', path: `${path()}/${_id}` });
    expect((await remove()).status).toBe(405);
    await app.clock.advance(MINUTE);
    await ring();
    expect((await flag()).environments.test.on).toBe(true);
    await require(false);
    const second = (await plan({ instructions: [{ kind: 'turnFlagOff' }] })).body._id;
    await require(true, true);
    expect((await app.call({ method: 'DELETE', path: `${path()}/${second}` })).status).toBe(204);
  });

  it('are carried out with the rights of that moment', async () => {
    const { items } = (
      await app.call({ method: 'POST', path: 'members', body: [{ email: `kim-${count}@x.org`, role: 'writer' }] })
    ).body;
    const made = (await app.call({ method: 'POST', path: 'tokens', body: { role: 'writer' } })).body;
    const { db } = app.slipway.database;
    await db.updateTable('access_tokens').set({ member_id: items[0]._id }).where('id', '=', made._id).execute();
    expect((await plan({}, '', made.token)).body._maintainerId).toBe(items[0]._id);
    const role = [{ op: 'replace', path: '/role', value: 'reader' }];
    await app.call({ method: 'PATCH', path: `members/${items[0]._id}`, body: role });
    await app.clock.advance(MINUTE);
    await ring();
    expect((await flag()).environments.test.on).toBe(false);
    expect((await listChanges(app.slipway.database.db, 1))[0]?.titleVerb).toContain('could not carry out');
    expect((await plan({}, '', made.token)).status).toBe(403);
  });

  it('survive a process that was not there at their time, and go with their flag', async () => {
    await plan();
    await app.clock.advance(10 * MINUTE);
    await ring();
    expect((await flag()).environments.test.on).toBe(true);
    await plan({ instructions: [{ kind: 'turnFlagOff' }] });
    await app.call({ method: 'DELETE', path: `flags/${project}/cart` });
    await app.clock.advance(MINUTE);
    await ring();
    expect((await app.call({ path: path() })).status).toBe(404);
  });
});
