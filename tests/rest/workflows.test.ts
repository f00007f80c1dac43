import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const HOUR = 3_600_000;
const TURN_ON = { kind: 'turnFlagOn' };
const WAIT = { kind: 'schedule', scheduleKind: 'relative', waitDuration: 1, waitDurationUnit: 'hour' };
const ASK = { kind: 'ld-approval', description: 'Please look' };

describe.each(ENGINES)('workflows on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let reviewer: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    reviewer = await app.addToken('admin');
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'cart', name: 'Cart' } });
  });

  const path = () => `projects/${project}/flags/cart/environments/test/workflows`;
  const stage = (conditions: readonly object[], ...instructions: readonly object[]) => ({
    name: 'One',
    conditions,
    action: { instructions },
  });
  const create = (body: object = {}, query = '', token?: string) =>
    app.call({
      method: 'POST',
      path: `${path()}${query}`,
      body: { name: 'Rollout', stages: [stage([WAIT], TURN_ON)], ...body },
      ...(token !== undefined && { token }),
    });
  const get = async (id: string) => (await app.call({ path: `${path()}/${id}` })).body;
  const list = async (query = '') => (await app.call({ path: `${path()}${query}` })).body;
  const flag = async () => (await app.call({ path: `flags/${project}/cart` })).body;
  const isOn = async () => (await flag()).environments.test.on;
  const change = (query: string, ...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/cart${query}`,
      body: { environmentKey: 'test', instructions },
      headers: SEMANTIC,
    });
  const ring = () =>
    runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
  const requireApprovals = () =>
    app.call({
      method: 'PATCH',
      path: `approval-requests/projects/${project}/settings`,
      body: { environmentKey: 'test', resourceKind: 'flag', required: true },
      headers: BETA,
    });
  const requests = async () =>
    (await app.call({ path: `projects/${project}/flags/cart/environments/test/approval-requests` })).body.items;
  const review = (id: string, kind: string) =>
    app.call({ method: 'POST', path: `approval-requests/${id}/reviews`, body: { kind }, token: reviewer });
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];
  const addRule = async () => {
    const { variations } = await flag();
    const clauses = [{ attribute: 'a', op: 'in', values: ['b'] }];
    return { kind: 'addRule', variationId: variations[0]._id, clauses, ref: 'mine' };
  };
  const RENAME_RULE = { kind: 'updateRuleDescription', ruleId: 'mine', description: 'x' };

  it('are made with the whole official body, and leave an entry', async () => {
    const { status, body } = await create({ description: 'Slowly' });
    const me = (await app.call({ path: 'members/me' })).body._id;
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _version: 1,
      _conflicts: [],
      _creationDate: app.clock.now(),
      _maintainerId: me,
      _links: { self: { href: `/api/v2/${path()}/${body._id}`, type }, parent: { href: `/api/v2/${path()}`, type } },
      name: 'Rollout',
      description: 'Slowly',
      kind: 'custom',
      stages: [
        {
          _id: expect.stringMatching(/^[0-9a-f]{24}$/),
          name: 'One',
          executeConditionsInSequence: false,
          conditions: [
            {
              ...WAIT,
              _id: expect.stringMatching(/^[0-9a-f]{24}$/),
              _execution: { status: 'active' },
              description: '',
              notifyMemberIds: [],
              allReviews: [],
              reviewStatus: '',
            },
          ],
          action: { kind: 'patch', instructions: [TURN_ON] },
          _execution: { status: 'active' },
        },
      ],
      _execution: { status: 'active' },
    });
    expect(await get(body._id)).toEqual(body);
    expect(await newest()).toMatchObject({
      kind: 'flag',
      titleVerb: 'created a workflow of the flag',
      accesses: [{ action: 'updateFeatureWorkflows', resource: `proj/${project}:env/test:flag/cart` }],
    });
  });

  it('carry out their stages one after another, each in its time', async () => {
    const later = { kind: 'schedule', scheduleKind: 'absolute', executionDate: app.clock.now() + 3 * HOUR };
    const stages = [
      stage([{ kind: 'schedule', executeNow: true }], await addRule()),
      stage([WAIT], RENAME_RULE),
      stage([later], TURN_ON),
    ];
    const { _id } = (await create({ stages })).body;
    await ring();
    expect((await flag()).environments.test.rules).toHaveLength(1);
    expect((await get(_id)).stages.map((one: { _execution: object }) => one._execution)).toEqual([
      { status: 'completed', stopDate: app.clock.now() },
      { status: 'active' },
      { status: 'pending' },
    ]);
    await app.clock.advance(HOUR - 1);
    await ring();
    expect((await flag()).environments.test.rules[0].description).toBeUndefined();
    await app.clock.advance(1);
    await ring();
    expect((await flag()).environments.test.rules[0].description).toBe('x');
    expect(await isOn()).toBe(false);
    await app.clock.advance(2 * HOUR);
    await ring();
    await ring();
    expect(await isOn()).toBe(true);
    expect((await get(_id))._execution).toEqual({ status: 'completed', stopDate: app.clock.now() });
    expect(await newest()).toMatchObject({
      titleVerb: 'turned on the flag',
      comment: 'stage 3 "One" of the workflow "Rollout"',
      actor: { kind: 'member', through: { kind: 'schedule', id: _id }, member: { role: 'owner' } },
    });
  });

  const withStage = (part: object) => ({ stages: [{ ...stage([], TURN_ON), ...part }] });
  const withCondition = (condition: object) => withStage({ conditions: [condition] });
  it.each([
    ['no name', { name: '' }, 'name: "" is not a valid name'],
    ['no stages', { stages: [] }, 'stages: expected 1 to 50 elements, got 0'],
    [
      'too many instructions',
      { stages: [1, 2].map(() => stage([], ...Array.from({ length: 501 }, () => TURN_ON))) },
      'stages: expected at most 1000 instructions in all, got 1002',
    ],
    ['a template', { templateKey: 'x' }, 'templateKey: expected nothing'],
    ['an unknown maintainer', { maintainerId: 'nobody' }, 'maintainerId: "nobody" is not the id of a member'],
    ['no action', withStage({ action: undefined }), 'stages[0].action: expected an object'],
    [
      'no instructions',
      withStage({ action: { instructions: [] } }),
      'stages[0].action.instructions: expected at least',
    ],
    [
      'an impossible instruction',
      withStage({ action: { instructions: [RENAME_RULE] } }),
      'stages[0].action.instructions[0]',
    ],
    ['two approvals', withStage({ conditions: [ASK, ASK] }), 'stages[0].conditions: expected at most one condition'],
    ['an unknown condition', withCondition({ kind: 'wish' }), 'stages[0].conditions[0].kind: expected one of schedule'],
    [
      'an unknown schedule',
      withCondition({ kind: 'schedule' }),
      'stages[0].conditions[0].scheduleKind: expected one of absolute, relative',
    ],
    [
      'a time that has passed',
      withCondition({ kind: 'schedule', scheduleKind: 'absolute', executionDate: 1 }),
      'stages[0].conditions[0].executionDate: expected a time to come',
    ],
    ['no wait', withCondition({ ...WAIT, waitDuration: 0 }), 'conditions[0].waitDuration: expected 1 to 100000'],
    ['another unit', withCondition({ ...WAIT, waitDurationUnit: 'year' }), 'waitDurationUnit: expected one of minute'],
    [
      'another approval system',
      withCondition({ ...ASK, integrationConfig: {} }),
      'integrationConfig: expected nothing',
    ],
    ['an unknown reviewer', withCondition({ ...ASK, notifyMemberIds: ['x'] }), '"x" is not the id of a member'],
    ['an unknown team', withCondition({ ...ASK, notifyTeamKeys: ['x'] }), '"x" is not the key of a team'],
  ])('are not made with %s', async (_name, body, message) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await list()).totalCount).toBe(0);
  });

  it('are tried with dryRun, and never made from templates', async () => {
    const { status, body } = await create({}, '?dryRun=true');
    expect({ status, meta: body.meta }).toEqual({ status: 201, meta: { parameters: [] } });
    expect((await create(withStage({ action: { instructions: [RENAME_RULE] } }), '?dryRun=true')).status).toBe(400);
    expect((await create({}, '?templateKey=x')).body.message).toContain('templateKey: expected nothing');
    expect((await list()).items).toEqual([]);
  });

  it('ask for approval when a stage is reached, and go on by themselves once it is there', async () => {
    await requireApprovals();
    expect(await create()).toMatchObject({ status: 405, body: { message: expect.stringContaining('updateOn') } });
    const { _id } = (await create({ stages: [stage([ASK], TURN_ON)] })).body;
    expect(await requests()).toEqual([]);
    await ring();
    const [asked] = await requests();
    expect(asked).toMatchObject({
      description: 'Please look',
      status: 'pending',
      instructions: [TURN_ON],
      customWorkflowMetadata: { name: 'Rollout', stage: { index: 0, name: 'One' } },
    });
    expect((await review(asked._id, 'decline')).status).toBe(200);
    await ring();
    expect((await get(_id)).stages[0].conditions[0]).toMatchObject({
      _execution: { status: 'active' },
      reviewStatus: 'declined',
      approvalRequestId: asked._id,
      allReviews: [expect.objectContaining({ kind: 'decline' })],
    });
    await review(asked._id, 'approve');
    expect(await isOn()).toBe(false);
    await ring();
    expect(await isOn()).toBe(true);
    expect((await get(_id))._execution.status).toBe('completed');
    expect((await requests())[0]).toMatchObject({ status: 'completed', reviewStatus: 'approved' });
  });

  it('keep their requests to themselves', async () => {
    const { _id } = (await create({ stages: [stage([ASK], TURN_ON)] })).body;
    await ring();
    const [{ _id: id }] = await requests();
    await review(id, 'approve');
    const request = `approval-requests/${id}`;
    const message = { body: { message: expect.stringContaining(`belongs to workflow ${_id}`) } };
    expect(await app.call({ method: 'POST', path: `${request}/apply`, body: {} })).toMatchObject({
      status: 409,
      ...message,
    });
    expect(await app.call({ method: 'DELETE', path: request })).toMatchObject({ status: 409, ...message });
    const instructions = [{ kind: 'updateInstructions', value: [{ kind: 'addTags', values: ['x'] }] }];
    expect(await app.call({ method: 'PATCH', path: request, body: { instructions }, headers: BETA })).toMatchObject({
      status: 409,
      ...message,
    });
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}` })).status).toBe(204);
    expect((await requests())[0].status).toBe('superseded');
    await ring();
    expect(await isOn()).toBe(false);
  });

  it('wait for the time and for the approval, at once or in sequence', async () => {
    const both = { ...stage([WAIT, ASK], TURN_ON) };
    await create({ stages: [both] });
    await create({ stages: [{ ...both, executeConditionsInSequence: true }] });
    await ring();
    expect(await requests()).toHaveLength(1);
    await review((await requests())[0]._id, 'approve');
    await ring();
    expect(await isOn()).toBe(false);
    await app.clock.advance(HOUR);
    await ring();
    expect(await isOn()).toBe(true);
    expect(await requests()).toHaveLength(2);
    const waiting = (await requests()).find(({ status }: { status: string }) => status === 'pending');
    await review(waiting._id, 'approve');
    await ring();
    expect((await list()).items.map((one: { _execution: { status: string } }) => one._execution.status)).toEqual([
      'completed',
      'completed',
    ]);
  });

  it('end when what was approved would be something else by now', async () => {
    const { variations } = await flag();
    const target = { kind: 'addTargets', contextKind: 'user', variationId: variations[0]._id, values: ['kim', 'sam'] };
    const { _id } = (await create({ stages: [stage([ASK], target)] })).body;
    await ring();
    const [{ _id: id }] = await requests();
    await review(id, 'approve');
    await change('', { ...target, values: ['kim'] });
    await ring();
    expect((await get(_id)).stages[0]).toMatchObject({
      _execution: { status: 'failed' },
      failure: expect.stringContaining('has changed since'),
    });
    expect((await requests())[0].status).toBe('failed');
  });

  it('keep others from making them impossible, and fail when that has happened', async () => {
    await change('', await addRule());
    const { _id } = (await create({ stages: [stage([WAIT], RENAME_RULE), stage([], TURN_ON)] })).body;
    const removal = { kind: 'removeRule', ruleId: 'mine' };
    expect(await change('', removal)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(`The change conflicts with workflow ${_id}`) },
    });
    expect((await change('?ignoreConflicts=true', removal)).status).toBe(200);
    const before = await get(_id);
    expect(before._conflicts).toEqual([
      { stageId: before.stages[0]._id, message: expect.stringContaining('is not a rule') },
    ]);
    await app.clock.advance(HOUR);
    await ring();
    const after = await get(_id);
    expect(after).toMatchObject({ _conflicts: [], _execution: { status: 'failed', stopDate: app.clock.now() } });
    expect(after.stages).toMatchObject([
      { _execution: { status: 'failed' }, failure: expect.stringContaining('is not a rule') },
      { _execution: { status: 'pending' } },
    ]);
    expect(await newest()).toMatchObject({
      titleVerb: 'could not carry out a workflow of the flag',
      actor: { kind: 'system' },
      description: [expect.stringContaining('Gave up stage 1 "One" of the workflow "Rollout"')],
    });
  });

  it('are filtered, sorted and paged', async () => {
    const first = (await create({ name: 'First', stages: [stage([], TURN_ON)] })).body._id;
    await ring();
    await app.clock.advance(1);
    const second = (await create({ name: 'Second', stages: [stage([WAIT], { kind: 'turnFlagOff' })] })).body._id;
    const ids = async (query: string) => (await list(query)).items.map(({ _id }: { _id: string }) => _id);
    expect(await ids('')).toEqual([first, second]);
    expect(await ids('?sort=-creationDate')).toEqual([second, first]);
    expect(await ids('?sort=-stopDate')).toEqual([second, first]);
    expect(await ids('?status=completed')).toEqual([first]);
    expect(await ids('?status=active')).toEqual([second]);
    expect(await ids('?status=failed')).toEqual([]);
    expect(await ids('?limit=1&offset=1')).toEqual([second]);
    expect((await list('?limit=1')).totalCount).toBe(2);
    expect((await app.call({ path: `${path()}?status=late` })).body.message).toContain(
      'status: expected one of active',
    );
    expect((await app.call({ path: `${path()}?sort=name` })).status).toBe(400);
  });

  it('are deleted with all that waits for them', async () => {
    const { _id } = (await create()).body;
    await ring();
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}` })).status).toBe(204);
    expect((await newest())?.titleVerb).toBe('deleted a workflow of the flag');
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}` })).status).toBe(404);
    expect((await app.call({ path: `${path()}/${_id}` })).status).toBe(404);
    const timers = app.slipway.database.db.selectFrom('timers').selectAll().where('subject', '=', _id);
    expect(await timers.execute()).toEqual([]);
    await create();
    await app.call({ method: 'DELETE', path: `flags/${project}/cart` });
    await app.clock.advance(HOUR);
    await ring();
    expect((await app.call({ path: path() })).status).toBe(404);
  });

  it('need the right to them and to what they do, when made and when carried out', async () => {
    const reader = await app.addToken('reader');
    expect((await create({}, '', reader)).status).toBe(403);
    const resources = ['proj/*:env/*:flag/*'];
    const policy = [{ effect: 'allow', resources, actions: ['updateFeatureWorkflows'] }];
    const role = { key: `planner-${count}-${engine.name.length}`, name: 'Planner', basePermissions: 'reader', policy };
    await app.call({ method: 'POST', path: 'roles', body: role });
    const body = { customRoleIds: [role.key], serviceToken: true };
    const planner = (await app.call({ method: 'POST', path: 'tokens', body })).body.token;
    expect((await create({}, '', planner)).body.access?.action).toBe('updateOn');
    expect((await create({ stages: [stage([ASK], TURN_ON)] }, '', planner)).body.access?.action).toBe(
      'createApprovalRequest',
    );
    const { _id } = (await create()).body;
    const remove = { method: 'DELETE', path: `${path()}/${_id}` } as const;
    expect((await app.call({ ...remove, token: reader })).status).toBe(403);
    expect((await app.call({ ...remove, token: planner })).status).toBe(204);
  });

  it('are carried out with the rights of that moment', async () => {
    const { items } = (
      await app.call({ method: 'POST', path: 'members', body: [{ email: `kim-${count}@x.org`, role: 'writer' }] })
    ).body;
    const made = (await app.call({ method: 'POST', path: 'tokens', body: { role: 'writer' } })).body;
    const { db } = app.slipway.database;
    await db.updateTable('access_tokens').set({ member_id: items[0]._id }).where('id', '=', made._id).execute();
    const { _id } = (await create({}, '', made.token)).body;
    const role = [{ op: 'replace', path: '/role', value: 'reader' }];
    await app.call({ method: 'PATCH', path: `members/${items[0]._id}`, body: role });
    await app.clock.advance(HOUR);
    await ring();
    expect(await isOn()).toBe(false);
    expect((await get(_id))._execution.status).toBe('failed');
  });
});
