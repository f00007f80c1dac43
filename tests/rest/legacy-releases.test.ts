import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { addAccessToken } from '../../src/operations/account/add-access-token.ts';
import { write } from '../../src/operations/write.ts';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const PHASES = ['test', 'production'].map((environmentKey) => ({
  name: `In ${environmentKey}`,
  audiences: [{ name: 'All', environmentKey }],
}));
const COLORS = { values: ['red', 'green', 'blue'].map((value) => ({ value })) };

describe.each(ENGINES)('legacy releases on $name', (engine) => {
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
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    const body = { key: 'old', name: 'Old', phases: PHASES, isLegacy: true };
    await beta('POST', `projects/${project}/release-pipelines`, body);
  });

  const beta = (method: NonNullable<TestRequest['method']>, path: string, body?: unknown, token = app.token) =>
    app.call({ method, path, headers: BETA, token, ...(body !== undefined && { body }) });
  const path = (key = 'flag') => `flags/${project}/${key}/release`;
  const enter = (key = 'flag', more: object = {}) =>
    beta('PUT', `projects/${project}/flags/${key}/release`, { releasePipelineKey: 'old', ...more });
  const mark = (index: number, value: unknown, word = 'phases') => [
    { op: 'replace', path: `/${word}/${index}/complete`, value },
  ];
  const get = async () => (await beta('GET', path())).body;

  it('are shown without what automated ones have', async () => {
    const { status, body } = await enter();
    const phase = (key: string) => ({
      _id: expect.any(String),
      _name: `In ${key}`,
      complete: false,
      _creationDate: app.clock.now(),
      configuration: {},
      _audiences: [
        {
          _id: expect.any(String),
          name: 'All',
          environment: expect.objectContaining({ key }),
          configuration: { releaseStrategy: '', requireApproval: false },
          _ruleIds: [],
        },
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Old', _version: 0, _releaseVariationId: expect.any(String) });
    expect(body.phases).toEqual([phase('test'), phase('production')]);
  });

  it('take flags of every kind but archived ones, and need no variation', async () => {
    const add = (key: string, more: object) =>
      app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: key, ...more } });
    const colors = (await add('colors', { variations: COLORS.values })).body;
    await add('moving', { purpose: 'migration', migrationSettings: { stageCount: 2 } });
    expect((await enter('colors')).body).not.toHaveProperty('_releaseVariationId');
    expect((await enter('colors', { releaseVariationId: colors.variations[1]._id })).body).toMatchObject({
      _releaseVariationId: colors.variations[1]._id,
      _version: 1,
    });
    expect((await enter('colors', { releaseVariationId: 'nix' })).status).toBe(400);
    expect((await enter('moving')).status).toBe(200);
    const archive = [{ op: 'replace', path: '/archived', value: true }];
    await app.call({ method: 'PATCH', path: `flags/${project}/flag`, body: archive });
    expect((await enter()).status).toBe(400);
  });

  it('are ticked off in any order, under both spellings and both paths, and leave the flag alone', async () => {
    await enter();
    const before = (await app.call({ path: `flags/${project}/flag` })).body;
    const me = (await app.call({ path: 'members/me' })).body;
    const at = app.clock.now();
    const first = await beta('PATCH', path(), mark(1, true, 'phase'));
    expect(first).toMatchObject({
      status: 200,
      body: {
        _version: 1,
        phases: [
          { complete: false },
          { complete: true, _completionDate: at, _completedBy: { member: { _id: me._id, email: me.email } } },
        ],
      },
    });
    expect(first.body.phases[0]).not.toHaveProperty('_completionDate');
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'release',
      titleVerb: 'marked phases of the release',
      description: ['Marked phase "In production" complete'],
      accesses: [{ action: 'updateReleasePhaseCompleted', resource: `proj/${project}:env/production:flag/flag` }],
    });
    const writer = await app.addToken('writer');
    await app.clock.advance(5);
    const second = await beta('PATCH', `projects/${project}/flags/flag/release`, mark(0, true), writer);
    expect(second.body.phases[0]).toMatchObject({
      _completionDate: at + 5,
      _completedBy: { token: { name: 'writer', serviceToken: true } },
    });
    expect(await get()).toEqual(second.body);
    expect((await app.call({ path: `flags/${project}/flag` })).body).toEqual(before);
  });

  it('are completed with all phases, and active again when one is taken back', async () => {
    await enter();
    await beta('PATCH', path(), [...mark(0, true), ...mark(1, true)]);
    const progress = async () => {
      const { body } = await beta('GET', `projects/${project}/release-pipelines/old/releases`);
      return [body.activeCount, body.completedCount];
    };
    expect(await progress()).toEqual([0, 1]);
    expect((await beta('PATCH', path(), mark(0, false))).body.phases[0]).toEqual(
      expect.not.objectContaining({ _completedBy: expect.anything() }),
    );
    expect(await progress()).toEqual([1, 0]);
    await beta('PATCH', path(), mark(0, true));
    expect((await enter()).body._version).toBe(0);
  });

  it('change nothing that is so already', async () => {
    await enter();
    const once = (await beta('PATCH', path(), mark(0, true))).body;
    await app.clock.advance(5);
    const reader = await app.addToken('reader');
    expect((await beta('PATCH', path(), mark(0, true), reader)).body).toEqual(once);
    const test = [{ op: 'test', path: '/phases/0/complete', value: true }];
    expect((await beta('PATCH', path(), test)).body).toEqual(once);
  });

  it.each([
    ['another path', [{ op: 'replace', path: '/name', value: 'x' }], 'patch[0].path: expected /phases/0/complete to'],
    ['a phase that is not there', mark(2, true), 'patch[0].path: expected /phases/0/complete to /phases/1/complete'],
    ['a text', mark(0, 'yes'), 'patch[0].value: expected true or false, got "yes"'],
    ['a removal', [{ op: 'remove', path: '/phases/0/complete' }], 'patch[0].op: expected one of add, replace, test'],
    [
      'a test that does not hold',
      [{ op: 'test', path: '/phases/0/complete', value: true }, ...mark(1, true)],
      'patch[0].value: expected false, which the phase is, got true',
    ],
    ['no patch', { phases: [] }, 'body: expected a JSON patch'],
  ])('refuse %s', async (_name, body, message) => {
    await enter();
    expect(await beta('PATCH', path(), body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.stringContaining(message) },
    });
    expect((await get())._version).toBe(0);
  });

  it('are refused to readers, unknown flags, flags without one, and requests without the header', async () => {
    expect((await beta('PATCH', path(), mark(0, true))).status).toBe(404);
    expect((await beta('PATCH', path('nix'), mark(0, true))).status).toBe(404);
    await enter();
    expect((await app.call({ method: 'PATCH', path: path(), body: mark(0, true) })).status).toBe(403);
    expect(await beta('PATCH', path(), mark(0, true), await app.addToken('reader'))).toMatchObject({
      status: 403,
      body: { access: { action: 'updateReleasePhaseCompleted' } },
    });
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/test` });
    expect((await beta('PATCH', path(), mark(0, true), await app.addToken('reader'))).status).toBe(403);
  });

  it('are not started, and automated ones are not ticked off', async () => {
    const { phases } = (await enter()).body;
    const start = `projects/${project}/flags/flag/release/phases/${phases[0]._id}`;
    expect(await beta('PUT', start, { status: 'active' })).toMatchObject({
      status: 400,
      body: {
        message: 'Release pipeline "old" is a legacy one: mark its phases complete by PATCH of the release',
      },
    });
    await beta('POST', `projects/${project}/release-pipelines`, { key: 'new', name: 'New', phases: PHASES });
    const moved = await beta('PUT', `projects/${project}/flags/flag/release`, { releasePipelineKey: 'new' });
    expect(moved.body.phases[0].status).toBe('ready-to-start');
    expect(await beta('PATCH', path(), mark(0, true))).toMatchObject({
      status: 400,
      body: { message: 'Release pipeline "new" is automated: start its phases instead of marking them complete' },
    });
  });

  it('no longer say who ticked them off when that member is gone', async () => {
    await enter();
    const { items } = (
      await app.call({ method: 'POST', path: 'members', body: [{ email: `${project}@x.org`, role: 'writer' }] })
    ).body;
    const secret = `api-${randomUUID()}`;
    const limit = { role: 'writer' } as const;
    const token = { memberId: items[0]._id, name: 'Own', limit, isServiceToken: false, secret };
    await write(app.slipway, SYSTEM, (write) => addAccessToken(write, token));
    const ticked = await beta('PATCH', path(), mark(0, true), secret);
    expect(ticked.body.phases[0]._completedBy.member.email).toBe(`${project}@x.org`);
    await app.call({ method: 'DELETE', path: `members/${items[0]._id}` });
    expect((await get()).phases[0]._completedBy).toEqual({});
  });

  it('keep waiting for a tick when an environment goes, and stop when the flag is archived', async () => {
    await enter();
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/test` });
    await app.clock.advance(2000);
    const without = await get();
    expect(without).toMatchObject({ _version: 0, phases: [{ complete: false }, { complete: false }] });
    expect(without.phases[0]._audiences[0]).not.toHaveProperty('environment');
    const archive = [{ op: 'replace', path: '/archived', value: true }];
    await app.call({ method: 'PATCH', path: `flags/${project}/flag`, body: archive });
    expect(await get()).toMatchObject({ _canceledAt: app.clock.now() });
    expect((await beta('PATCH', path(), mark(1, true))).status).toBe(400);
  });
});
