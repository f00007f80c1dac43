import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

const MINUTE = 60_000;

describe.each(ENGINES)('expiring targets on $name', (engine) => {
  let app: TestApp;
  let count = 0;
  let key = '';
  let on = '';
  let off = '';
  const { create, get, patch } = flagApi(() => app);

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    key = `flag-${count++}`;
    const { variations } = (await create({ key, name: 'Flag' })).body;
    [on, off] = variations.map(({ _id }: { _id: string }) => _id) as [string, string];
    await patch(key, [
      { kind: 'addTargets', contextKind: 'user', values: ['kim', 'lee'], variationId: on },
      { kind: 'addTargets', contextKind: 'device', values: ['kiosk'], variationId: on },
    ]);
  });

  const path = (flavour: string) => `flags/default/${key}/expiring-${flavour}/test`;
  const list = (flavour = 'targets') => app.call({ path: path(flavour) });
  const change = (instructions: readonly object[], flavour = 'targets', more: object = {}) =>
    app.call({ method: 'PATCH', path: path(flavour), body: { instructions, ...more } });
  const later = (minutes: number) => app.clock.now() + minutes * MINUTE;
  const device = (more: object = {}) => ({ contextKind: 'device', contextKey: 'kiosk', variationId: on, ...more });
  const ringTimers = () =>
    runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
  const state = async () => (await get(key)).body.environments.test;

  it('are added, moved and removed, each change with a version', async () => {
    const added = await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }], 'targets', {
      comment: 'soon',
    });
    const target = {
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _version: 1,
      expirationDate: later(5),
      contextKind: 'device',
      contextKey: 'kiosk',
      variationId: on,
      _resourceId: { kind: 'flag', projectKey: 'default', environmentKey: 'test', key, flagKey: key },
    };
    const counts = { totalInstructions: 1, successfulInstructions: 1, failedInstructions: 0, errors: [] };
    expect(added).toMatchObject({ status: 200, body: { items: [target], ...counts } });
    expect((await list()).body.items).toEqual([target]);
    const moved = await change([{ kind: 'updateExpiringTarget', ...device({ value: later(6), version: 1 }) }]);
    expect(moved.body).toMatchObject({ items: [{ _version: 2, expirationDate: later(6) }], ...counts });
    const removed = await change([{ kind: 'removeExpiringTarget', ...device() }]);
    expect(removed.body).toMatchObject({ items: [], ...counts });
    expect((await list()).body.items).toEqual([]);
    expect(
      (await listChanges(app.slipway.database.db, 3)).map(({ titleVerb, comment }) => [titleVerb, comment]),
    ).toEqual([
      ['changed the expiring targets of the flag', undefined],
      ['changed the expiring targets of the flag', undefined],
      ['changed the expiring targets of the flag', 'soon'],
    ]);
  });

  it('raise no version of the flag, and stay out of the way of its own versions', async () => {
    const before = (await get(key)).body;
    await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }]);
    expect((await get(key)).body).toEqual(before);
  });

  it('have a view of users alone', async () => {
    await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }]);
    const user = { userKey: 'kim', variationId: on };
    const added = await change([{ kind: 'addExpireUserTargetDate', ...user, value: later(7) }], 'user-targets');
    expect(added.body.items).toMatchObject([{ userKey: 'kim', _version: 1, expirationDate: later(7) }]);
    expect(added.body.items[0]).not.toHaveProperty('contextKey');
    expect((await list('user-targets')).body.items).toHaveLength(1);
    expect((await list()).body.items).toHaveLength(2);
    await change([{ kind: 'updateExpireUserTargetDate', ...user, value: later(8) }], 'user-targets');
    expect((await list('user-targets')).body.items).toMatchObject([{ _version: 2, expirationDate: later(8) }]);
    await change([{ kind: 'removeExpireUserTargetDate', ...user }], 'user-targets');
    expect((await list('user-targets')).body.items).toEqual([]);
  });

  it('go on after instructions that fail, and tell which', async () => {
    const { status, body } = await change([
      { kind: 'addExpiringTarget', ...device({ contextKey: 'nobody', value: later(5) }) },
      { kind: 'addExpiringTarget', ...device({ value: later(5) }) },
      { kind: 'addExpiringTarget', ...device({ value: later(6) }) },
      { kind: 'updateExpiringTarget', ...device({ value: later(7), version: 9 }) },
      { kind: 'addExpiringTarget', ...device({ contextKey: 'x', variationId: 'y', value: later(5) }) },
    ]);
    expect({ status, ...body }).toMatchObject({
      status: 200,
      totalInstructions: 5,
      successfulInstructions: 1,
      failedInstructions: 4,
      items: [{ contextKey: 'kiosk', expirationDate: later(5) }],
    });
    expect(
      body.errors.map(
        ({ instructionIndex, message }: { instructionIndex: number; message: string }) =>
          `${instructionIndex} ${message}`,
      ),
    ).toEqual([
      expect.stringContaining('0 instructions[0] (addExpiringTarget): contextKey: device "nobody" is not targeted'),
      expect.stringContaining(
        '2 instructions[2] (addExpiringTarget): contextKey: device "kiosk" has an expiration date already',
      ),
      expect.stringContaining(
        '3 instructions[3] (updateExpiringTarget): version: expected the present version, 1, got 9',
      ),
      expect.stringContaining('4 instructions[4] (addExpiringTarget): variationId: "y" is not a variation'),
    ]);
  });

  it.each([
    [
      [{ kind: 'turnFlagOn' }],
      'instructions[0].kind: "turnFlagOn" is not possible here; expected one of addExpiringTarget',
    ],
    [[{ kind: 'addExpireUserTargetDate' }], 'instructions[0].kind: "addExpireUserTargetDate" is not possible here'],
    [
      [{ kind: 'addExpiringTarget', contextKey: 'kiosk' }],
      'instructions[0] (addExpiringTarget): variationId: expected a string',
    ],
    [[], 'instructions: expected at least one instruction'],
    ['x', 'instructions: expected an array'],
  ])('refuse what is malformed: %j', async (instructions, message) => {
    const answer = await change(instructions as readonly object[]);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  it('are of flags and environments that exist', async () => {
    expect((await app.call({ path: `flags/default/absent/expiring-targets/test` })).status).toBe(404);
    expect((await app.call({ path: `flags/default/${key}/expiring-targets/staging` })).status).toBe(404);
    const body = { instructions: [{ kind: 'removeExpiringTarget', ...device() }] };
    const unknown = await app.call({ method: 'PATCH', path: `flags/default/${key}/expiring-targets/staging`, body });
    expect(unknown.status).toBe(404);
  });

  it('end the target on time, once, with an entry by the system, and let SDKs know', async () => {
    await change([
      { kind: 'addExpiringTarget', ...device({ value: later(5) }) },
      { kind: 'addExpiringTarget', contextKind: 'user', contextKey: 'kim', variationId: on, value: later(9) },
    ]);
    const before = await state();
    await app.clock.advance(5 * MINUTE - 1);
    await ringTimers();
    expect(await state()).toEqual(before);
    await app.clock.advance(1);
    await ringTimers();
    expect(await state()).toMatchObject({
      version: before.version + 1,
      lastModified: app.clock.now(),
      contextTargets: [],
      targets: [{ values: ['kim', 'lee'] }],
    });
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry).toMatchObject({
      actor: { kind: 'system' },
      comment: 'The time of individual targets has come',
      description: ['Removed device targets of true: kiosk'],
    });
    await ringTimers();
    expect((await listChanges(app.slipway.database.db, 1))[0]?.id).toBe(entry?.id);
    await app.clock.advance(4 * MINUTE);
    await ringTimers();
    expect(await state()).toMatchObject({ version: before.version + 2, targets: [{ values: ['lee'] }] });
    expect((await list()).body.items).toEqual([]);
  });

  it('vanish with their target, however it goes', async () => {
    await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }]);
    await patch(key, [{ kind: 'removeTargets', contextKind: 'device', values: ['kiosk'], variationId: on }]);
    expect((await list()).body.items).toEqual([]);
    const before = await state();
    await app.clock.advance(6 * MINUTE);
    await ringTimers();
    expect(await state()).toEqual(before);
  });

  it('come with other instructions too, all or nothing', async () => {
    const add = { kind: 'addExpiringTarget', ...device({ value: later(5) }) };
    expect((await patch(key, [add, { kind: 'turnFlagOn' }])).status).toBe(200);
    expect((await list()).body.items).toHaveLength(1);
    const failed = await patch(key, [{ kind: 'turnFlagOff' }, { ...add, variationId: off }]);
    expect(failed.status).toBe(400);
    expect((await state()).on).toBe(true);
  });

  it('are approved where the environment asks for it', async () => {
    const settings = (required: boolean) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/approvalSettings/required', value: required }],
      });
    await settings(true);
    const refused = await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }]);
    expect(refused).toMatchObject({
      status: 405,
      body: { message: expect.stringContaining("action 'updateExpiringTargets' not allowed") },
    });
    await settings(false);
  });

  it('survive a release that changes the flag meanwhile', async () => {
    await change([{ kind: 'addExpiringTarget', ...device({ value: later(5) }) }]);
    await patch(key, [{ kind: 'turnFlagOn' }]);
    await patch(key, [{ kind: 'updateName', value: 'Renamed' }]);
    expect((await list()).body.items).toHaveLength(1);
  });
});
