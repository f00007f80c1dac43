import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const MINUTE = 60_000;
const TURN_ON = { kind: 'turnFlagOn' };

describe.each(ENGINES)('approvals on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let reviewer: string;
  let other: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    reviewer = await app.addToken('admin');
    other = await app.addToken('admin');
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'cart', name: 'Cart' } });
    await settings({ required: true });
  });

  const settings = (values: object, environmentKey = 'test', resourceKind = 'flag') =>
    app.call({
      method: 'PATCH',
      path: `approval-requests/projects/${project}/settings`,
      body: { environmentKey, resourceKind, ...values },
      headers: BETA,
    });
  const path = () => `projects/${project}/flags/cart/environments/test/approval-requests`;
  const request = (body: object = {}, where = path(), token?: string) =>
    app.call({
      method: 'POST',
      path: where,
      body: { description: 'Please', instructions: [TURN_ON], ...body },
      ...(token !== undefined && { token }),
    });
  const act = (id: string, what: string, body: object = {}, token = reviewer) =>
    app.call({ method: 'POST', path: `approval-requests/${id}/${what}`, body, token });
  const approve = (id: string, token = reviewer) => act(id, 'reviews', { kind: 'approve' }, token);
  const get = async (id: string, query = '') => (await app.call({ path: `approval-requests/${id}${query}` })).body;
  const isOn = async () => (await app.call({ path: `flags/${project}/cart` })).body.environments.test.on;
  const change = (...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/cart?ignoreConflicts=true`,
      body: { environmentKey: 'test', instructions },
      headers: SEMANTIC,
    });
  const variation = async (index: number) =>
    (await app.call({ path: `flags/${project}/cart` })).body.variations[index]._id;
  const patch = (id: string, ...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path: `approval-requests/${id}`, body: { instructions }, headers: BETA });
  const ring = () =>
    runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });

  it('turn a flag on when somebody else has agreed, and not before', async () => {
    expect(await change(TURN_ON)).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    const me = (await app.call({ path: 'members/me' })).body._id;
    const { status, body } = await request({ comment: 'ticket 7', notifyMemberIds: [me] });
    const type = 'application/json';
    expect(status).toBe(201);
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/approval-requests/${body._id}`, type },
        parent: { href: '/api/v2/approval-requests', type },
        resource: { href: `/api/v2/flags/${project}/cart`, type },
        project: { href: `/api/v2/projects/${project}`, type },
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _version: 1,
      creationDate: app.clock.now(),
      serviceKind: 'launchdarkly',
      requestorId: me,
      description: 'Please',
      comment: 'ticket 7',
      reviewStatus: 'pending',
      allReviews: [],
      notifyMemberIds: [me],
      notifyTeamKeys: [],
      status: 'pending',
      instructions: [TURN_ON],
      effect: ['Turned the flag on'],
      conflicts: [],
      resourceId: `proj/${project}:env/test:flag/cart`,
      approvalSettings: expect.objectContaining({ required: true, minNumApprovals: 1 }),
    });
    expect(await act(body._id, 'apply')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('is not approved') },
    });
    const approved = await approve(body._id);
    expect(approved.body).toMatchObject({
      reviewStatus: 'approved',
      status: 'pending',
      allReviews: [{ kind: 'approve', serviceTokenId: expect.any(String) }],
    });
    expect(await isOn()).toBe(false);
    const applied = await act(body._id, 'apply');
    expect(applied.body).toMatchObject({
      status: 'completed',
      appliedDate: app.clock.now(),
      appliedByServiceTokenId: expect.any(String),
    });
    expect(await isOn()).toBe(true);
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry).toMatchObject({
      kind: 'flag',
      titleVerb: 'turned on the flag',
      comment: 'ticket 7',
      actor: { kind: 'token', isServiceToken: true },
    });
    expect(await act(body._id, 'apply')).toMatchObject({ status: 409 });
    expect(await approve(body._id)).toMatchObject({ status: 409 });
  });

  it.each([
    ['no description', { description: ' ' }, 'description: expected 1 to 5000 characters'],
    ['no instructions', { instructions: [] }, 'instructions: expected at least one instruction'],
    ['an unknown kind', { instructions: [{ kind: 'fly' }] }, 'instructions[0].kind: "fly" is not a known kind'],
    [
      'what cannot be applied',
      { instructions: [{ kind: 'addTargets', variationId: 'x', values: ['a'] }] },
      'is not a variation',
    ],
    ['what is there already', { instructions: [{ kind: 'turnFlagOff' }] }, 'they ask for what is there'],
    ['a time that has passed', { executionDate: 1 }, 'executionDate: expected a time to come'],
    ['an unknown reviewer', { notifyMemberIds: ['x'] }, 'notifyMemberIds: "x" is not the id of a member'],
    ['an unknown team', { notifyTeamKeys: ['x'] }, 'notifyTeamKeys: "x" is not the key of a team'],
    [
      'too many reviewers',
      { notifyTeamKeys: Array.from({ length: 11 }, (_, index) => String(index)) },
      'expected at most 10 reviewers, got 11',
    ],
  ])('are not asked for with %s', async (_name, body, message) => {
    expect(await request(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: path() })).body.totalCount).toBe(0);
  });

  it('count the last word of each reviewer, and need as many as the settings say', async () => {
    await settings({ minNumApprovals: 2, canApplyDeclinedChanges: false });
    const { _id } = (await request()).body;
    expect((await approve(_id)).body.reviewStatus).toBe('pending');
    expect((await approve(_id)).body.reviewStatus).toBe('pending');
    expect((await act(_id, 'reviews', { kind: 'decline', comment: 'no' }, other)).body).toMatchObject({
      reviewStatus: 'declined',
    });
    expect((await approve(_id, other)).body.reviewStatus).toBe('approved');
    expect((await act(_id, 'reviews', { kind: 'decline' }, await app.addToken('admin'))).body.reviewStatus).toBe(
      'declined',
    );
    expect((await act(_id, 'apply')).status).toBe(400);
    await settings({ canApplyDeclinedChanges: true });
    expect((await act(_id, 'apply')).body.status).toBe('completed');
  });

  it('are not given to oneself, unless the settings allow it; comments always are', async () => {
    const { _id } = (await request()).body;
    expect(await approve(_id, app.token)).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect((await act(_id, 'reviews', { kind: 'comment', comment: 'Soon?' }, app.token)).body.allReviews).toMatchObject(
      [{ kind: 'comment', comment: 'Soon?' }],
    );
    await settings({ canReviewOwnRequest: true });
    expect((await approve(_id, app.token)).body.reviewStatus).toBe('approved');
    expect((await act(_id, 'reviews', { kind: 'maybe' })).body.message).toContain(
      'kind: expected one of approve, decline, comment',
    );
  });

  it('hold for what was asked, and for nothing else', async () => {
    const { _id } = (await request()).body;
    await approve(_id);
    const target = { kind: 'addTargets', contextKind: 'user', variationId: await variation(0), values: ['kim'] };
    const edited = await patch(_id, { kind: 'updateInstructions', value: [TURN_ON, target] });
    expect(edited.body).toMatchObject({
      reviewStatus: 'pending',
      _version: 3,
      effect: ['Turned the flag on', expect.stringContaining('kim')],
    });
    expect((await act(_id, 'apply')).status).toBe(400);
    await approve(_id);
    expect((await patch(_id, { kind: 'updateDescription', value: 'Better' })).body).toMatchObject({
      description: 'Better',
      reviewStatus: 'approved',
    });
    expect((await act(_id, 'apply')).status).toBe(200);
    expect((await patch(_id, { kind: 'updateDescription', value: 'Late' })).status).toBe(409);
  });

  it('end in a conflict when the flag has moved under them', async () => {
    const [on, off] = [await variation(0), await variation(1)];
    const serve = { kind: 'updateFallthroughVariationOrRollout', variationId: off };
    const { _id } = (await request({ instructions: [serve, TURN_ON] })).body;
    await approve(_id);
    await settings({ required: false });
    await change({ kind: 'addTargets', contextKind: 'user', variationId: on, values: ['kim'] });
    expect((await get(_id)).conflicts).toEqual([]);
    await change(TURN_ON);
    expect((await get(_id)).conflicts).toMatchObject([
      { instruction: serve, reason: expect.stringContaining('it would do something else') },
    ]);
    expect(await act(_id, 'apply')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('has changed since') },
    });
    expect((await get(_id)).status).toBe('pending');
    await patch(_id, { kind: 'updateInstructions', value: [serve] });
    expect((await act(_id, 'apply')).status).toBe(400);
    await approve(_id);
    expect((await act(_id, 'apply')).body.status).toBe('completed');
  });

  it('are superseded by what makes them needless, and fail when they do not fit any more', async () => {
    const needless = (await request()).body._id;
    const targeted = { kind: 'addTargets', contextKind: 'user', variationId: await variation(0), values: ['kim'] };
    const failing = (await request({ instructions: [targeted] })).body._id;
    const orphan = (await request()).body._id;
    for (const id of [needless, failing]) await approve(id);
    await settings({ required: false });
    await change(TURN_ON, { ...targeted, variationId: await variation(1) });
    expect((await act(needless, 'apply')).status).toBe(409);
    expect(await get(needless)).toMatchObject({ status: 'superseded', conflicts: [] });
    expect((await act(failing, 'apply')).status).toBe(400);
    expect(await get(failing)).toMatchObject({ status: 'failed' });
    expect((await app.call({ method: 'DELETE', path: `flags/${project}/cart` })).status).toBe(204);
    expect(await get(orphan)).toMatchObject({ status: 'superseded', resourceId: `proj/${project}:env/*:flag/*` });
  });

  it('are carried out at their time, or expire unapproved', async () => {
    const executionDate = app.clock.now() + MINUTE;
    const scheduled = (await request({ executionDate })).body._id;
    expect((await approve(scheduled)).body).toMatchObject({ status: 'scheduled', reviewStatus: 'approved' });
    expect((await act(scheduled, 'reviews', { kind: 'decline' })).body.status).toBe('pending');
    await approve(scheduled);
    const target = { kind: 'addTargets', contextKind: 'user', variationId: await variation(0), values: ['kim'] };
    const expiring = (await request({ executionDate, instructions: [target] })).body._id;
    await app.clock.advance(MINUTE - 1);
    await ring();
    expect(await isOn()).toBe(false);
    await app.clock.advance(1);
    await ring();
    expect(await isOn()).toBe(true);
    expect(await get(scheduled)).toMatchObject({ status: 'completed', appliedDate: executionDate });
    expect(await get(expiring)).toMatchObject({ status: 'expired' });
    const entries = await listChanges(app.slipway.database.db, 5);
    expect(entries.find(({ titleVerb }) => titleVerb === 'turned on the flag')).toMatchObject({
      actor: { kind: 'member', through: { kind: 'approval', id: scheduled }, member: { role: 'owner' } },
    });
    expect((await approve(expiring)).status).toBe(409);
  });

  it('are passed by explicitly, by a right of its own that the audit log names', async () => {
    const policy = [{ effect: 'allow', resources: ['*'], actions: ['*'] }];
    const { token } = (
      await app.call({ method: 'POST', path: 'tokens', body: { inlineRole: policy, serviceToken: true } })
    ).body;
    const body = { environmentKey: 'test', instructions: [TURN_ON] };
    expect(
      (await app.call({ method: 'PATCH', path: `flags/${project}/cart`, body, headers: SEMANTIC, token })).status,
    ).toBe(200);
    const [entry] = await listChanges(app.slipway.database.db, 1);
    expect(entry?.accesses.map(({ action }) => action)).toEqual(['updateOn', 'bypassRequiredApproval']);
    expect(entry?.description).toEqual(['Turned the flag on', 'Bypassed the required approval']);
  });

  it('are asked for by tag', async () => {
    await settings({ required: false, requiredApprovalTags: ['pay'] });
    expect((await change(TURN_ON)).status).toBe(200);
    await change({ kind: 'addTags', values: ['pay'] });
    expect((await change({ kind: 'turnFlagOff' })).status).toBe(405);
    const { _id } = (await request({ instructions: [{ kind: 'turnFlagOff' }] })).body;
    await approve(_id);
    expect((await act(_id, 'apply')).status).toBe(200);
  });

  it('are asked for to copy from another environment', async () => {
    await app.call({
      method: 'PATCH',
      path: `flags/${project}/cart`,
      body: { environments: { production: { on: true } } },
    });
    const where = `${path()}-flag-copy`;
    const body = { source: { key: 'production', version: 2 }, includedActions: ['updateOn'], instructions: undefined };
    const made = await request(body, where);
    expect(made).toMatchObject({
      status: 201,
      body: { source: { key: 'production', version: 2 }, effect: ['Turned the flag on'] },
    });
    await approve(made.body._id);
    expect((await act(made.body._id, 'apply')).body.status).toBe('completed');
    expect(await isOn()).toBe(true);
    expect((await request({ ...body, source: { key: 'test' } }, where)).body.message).toContain(
      'source.key: expected another environment',
    );
  });

  it('are asked for changes of variations without an environment, and nothing else', async () => {
    const resourceId = `proj/${project}:env/*:flag/cart`;
    const add = { kind: 'updateVariation', variationId: await variation(0), value: true, name: 'Yes' };
    const made = await request({ resourceId, instructions: [add] }, 'approval-requests');
    expect(made.status).toBe(201);
    expect(made.body.resourceId).toBe(resourceId);
    const refused = await request({ resourceId }, 'approval-requests');
    expect(refused.body.message).toContain('without an environment expected one of addVariation');
    expect((await request({ resourceId: 'nonsense' }, 'approval-requests')).status).toBe(400);
    await approve(made.body._id);
    expect((await act(made.body._id, 'apply')).body.status).toBe('completed');
  });

  it('are asked for segments', async () => {
    await app.call({ method: 'POST', path: `segments/${project}/test`, body: { key: 'staff', name: 'Staff' } });
    await settings({ required: true }, 'test', 'segment');
    const resourceId = `proj/${project}:env/test:segment/staff`;
    const instructions = [{ kind: 'addIncludedUsers', values: ['kim'] }];
    const { body } = await request({ resourceId, instructions }, 'approval-requests');
    expect(body).toMatchObject({ resourceId, effect: ['Added included user targets "kim"'] });
    await approve(body._id);
    expect((await act(body._id, 'apply')).body.status).toBe('completed');
    expect((await app.call({ path: `segments/${project}/test/staff` })).body.included).toEqual(['kim']);
    expect((await get(body._id, '?expand=resource,project,environments')).resource).toMatchObject({
      kind: 'segment',
      segment: { key: 'staff' },
    });
  });

  it('are listed, filtered, expanded and paged', async () => {
    const first = (await request()).body._id;
    await app.clock.advance(1);
    const target = { kind: 'addTargets', contextKind: 'user', variationId: await variation(0), values: ['kim'] };
    const second = (await request({ instructions: [target] })).body._id;
    await approve(second);
    const ids = async (filter: string) =>
      (await app.call({ path: `approval-requests?filter=projectKey equals ${project},${filter}` })).body.items.map(
        ({ _id }: { _id: string }) => _id,
      );
    const me = (await app.call({ path: 'members/me' })).body._id;
    expect(await ids('status anyOf ["pending"]')).toEqual([second, first]);
    expect(await ids('reviewStatus anyOf ["approved"]')).toEqual([second]);
    expect(await ids(`requestorId equals ${me}`)).toEqual([second, first]);
    expect(await ids('notifyMemberIds anyOf ["x"]')).toEqual([]);
    expect(await ids('resourceKind equals segment')).toEqual([]);
    expect(await ids(`resourceId equals proj/${project}:env/test:flag/cart`)).toEqual([second, first]);
    const page = await app.call({ path: `approval-requests?limit=1&expand=flag&filter=projectKey equals ${project}` });
    expect(page.body).toMatchObject({ totalCount: 2, items: [{ _id: second, flag: { key: 'cart' } }] });
    expect((await app.call({ path: path() })).body.items.map(({ _id }: { _id: string }) => _id)).toEqual([
      second,
      first,
    ]);
    expect((await app.call({ path: `${path()}/${first}` })).body._id).toBe(first);
    expect((await app.call({ path: `${path().replace('/test/', '/production/')}/${first}` })).status).toBe(404);
    expect((await app.call({ path: 'approval-requests?filter=color equals red' })).status).toBe(400);
  });

  describe('of scheduled changes', () => {
    const planned = () => `projects/${project}/flags/cart/environments/test/scheduled-changes`;
    const plan = async () => {
      await settings({ required: false });
      const body = { executionDate: app.clock.now() + 60_000, instructions: [TURN_ON] };
      const { _id } = (await app.call({ method: 'POST', path: planned(), body })).body;
      await settings({ required: true });
      return _id as string;
    };

    it('move them to another time', async () => {
      const id = await plan();
      const value = app.clock.now() + 120_000;
      const instructions = [{ kind: 'updateScheduledChangesExecutionDate', value }];
      const { body } = await request({ operatingOnId: id, instructions });
      expect(body).toMatchObject({
        operatingOnId: id,
        effect: [`Scheduled turnFlagOn for ${new Date(value).toISOString()}`],
      });
      await approve(body._id);
      expect((await act(body._id, 'apply')).body.status).toBe('completed');
      expect((await app.call({ path: `${planned()}/${id}` })).body).toMatchObject({
        executionDate: value,
        _version: 2,
      });
      await app.clock.advance(60_000);
      expect(await isOn()).toBe(false);
    });

    it('delete them', async () => {
      const id = await plan();
      const instructions = [{ kind: 'deleteScheduledChange' }];
      const { body } = await request({ operatingOnId: id, instructions });
      await approve(body._id);
      expect((await act(body._id, 'apply')).status).toBe(200);
      expect((await app.call({ path: `${planned()}/${id}` })).status).toBe(404);
    });

    it('fail when those are over', async () => {
      const id = await plan();
      const { body } = await request({ operatingOnId: id, instructions: [{ kind: 'deleteScheduledChange' }] });
      await approve(body._id);
      await settings({ required: false });
      await app.clock.advance(60_000);
      expect(await act(body._id, 'apply')).toMatchObject({
        status: 400,
        body: { message: `operatingOnId: "${id}" is not a scheduled change of the flag` },
      });
      expect((await get(body._id)).status).toBe('failed');
    });

    it.each([
      ['nothing', [{ kind: 'deleteScheduledChange' }], 'operatingOnId: "none" is not a scheduled change of the flag'],
      [undefined, [{ kind: 'turnFlagOn' }], 'instructions[0].kind: expected one of deleteScheduledChange, '],
    ])('are refused about %s', async (what, instructions, message) => {
      const operatingOnId = what === undefined ? await plan() : 'none';
      expect(await request({ operatingOnId, instructions })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(message) },
      });
    });
  });

  it('are told to reviewers by mail, once and not to who asks, and anew when they are others', async () => {
    const invited = ['kim', 'lee', 'max'].map((name) => ({ email: `${name}-${project}@example.com`, role: 'writer' }));
    const members = (await app.call({ method: 'POST', path: 'members', body: invited })).body.items;
    const [kim, lee, max] = members.map(({ _id }: { _id: string }) => _id);
    const me = (await app.call({ path: 'members/me' })).body._id;
    const team = { key: `mail-${project}`, name: 'Team', memberIDs: [kim, lee, me] };
    expect((await app.call({ method: 'POST', path: 'teams', body: team })).status).toBe(201);
    const mails = async () => {
      const rows = await app.slipway.database.db.selectFrom('mails').selectAll().orderBy('recipient').execute();
      await app.slipway.database.db.deleteFrom('mails').execute();
      return rows.map(({ recipient, subject, body }) => ({ recipient: recipient.slice(0, 3), subject, body }));
    };
    await mails();

    const { _id } = (await request({ notifyMemberIds: [me, kim], notifyTeamKeys: [], comment: 'ticket 7' })).body;
    expect(await mails()).toEqual([
      {
        recipient: 'kim',
        subject: 'Review requested: flag cart',
        body: [
          `owner@localhost asks for your review of a change of the flag cart in Test of ${project}.`,
          'Please',
          '- Turned the flag on',
          'ticket 7',
          `${app.slipway.publicUrl}/approvals/${_id}`,
        ].join('\n\n'),
      },
    ]);
    await patch(_id, { kind: 'addReviewers', notifyTeamKeys: [team.key], notifyMemberIds: [max] });
    expect((await mails()).map(({ recipient }) => recipient)).toEqual(['lee', 'max']);
    await patch(_id, { kind: 'updateDescription', value: 'Please do' });
    expect(await mails()).toEqual([]);
    const instructions = [{ kind: 'turnFlagOn' }, { kind: 'updateTrackEvents', trackEvents: true }];
    await patch(_id, { kind: 'updateInstructions', value: instructions });
    expect((await mails()).map(({ recipient }) => recipient)).toEqual(['kim', 'lee', 'max']);
  });

  it('are deleted, and changed in beta only', async () => {
    const { _id } = (await request()).body;
    await app.addTeam(`team-${project}`);
    const added = await patch(_id, { kind: 'addReviewers', notifyTeamKeys: [`team-${project}`] });
    expect(added.body.notifyTeamKeys).toEqual([`team-${project}`]);
    expect((await patch(_id, { kind: 'addReviewers' })).status).toBe(400);
    expect((await patch(_id, { kind: 'fly' })).status).toBe(400);
    const body = { instructions: [{ kind: 'updateDescription', value: 'x' }] };
    expect((await app.call({ method: 'PATCH', path: `approval-requests/${_id}`, body })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path: `${path()}/${_id}` })).status).toBe(204);
    expect((await app.call({ path: `approval-requests/${_id}` })).status).toBe(404);
  });

  it('need the right for each step', async () => {
    const withRight = async (action: string) => {
      const inlineRole = [{ effect: 'allow', resources: [`proj/${project}:env/test:flag/*`], actions: [action] }];
      return (await app.call({ method: 'POST', path: 'tokens', body: { inlineRole, serviceToken: true } })).body
        .token as string;
    };
    const reader = await app.addToken('reader');
    expect((await request({}, path(), reader)).status).toBe(403);
    const { _id } = (await request({}, path(), await withRight('createApprovalRequest'))).body;
    const reviews = await withRight('reviewApprovalRequest');
    expect((await approve(_id, reader)).status).toBe(403);
    expect((await approve(_id, reviews)).body.reviewStatus).toBe('approved');
    expect((await act(_id, 'apply', {}, reviews)).status).toBe(403);
    expect((await act(_id, 'apply', {}, await withRight('applyApprovalRequest'))).body.status).toBe('completed');
    expect((await app.call({ method: 'DELETE', path: `approval-requests/${_id}`, token: reviews })).status).toBe(403);
  });

  it('have settings by kind and environment', async () => {
    const { body } = await app.call({ path: `approval-requests/projects/${project}/settings`, headers: BETA });
    expect(body.flag.environments).toMatchObject({ test: { required: true }, production: { required: false } });
    expect(body.segment.environments.test.required).toBe(false);
    const some = await app.call({
      path: `approval-requests/projects/${project}/settings?environmentKey=test&resourceKind=flag`,
      headers: BETA,
    });
    expect(some.body).toEqual({ flag: { environments: { test: body.flag.environments.test } } });
    expect((await settings({ minNumApprovals: 9 })).status).toBe(400);
    expect((await settings({}, 'test', 'aiConfig')).body.message).toContain(
      'resourceKind: expected one of flag, segment',
    );
  });
});
