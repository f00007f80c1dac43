import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const audience = (environmentKey: string) => ({ name: `All of ${environmentKey}`, environmentKey });
const TOGETHER = [{ name: 'Both', audiences: [audience('test'), audience('production')] }];
const TESTING = { name: 'Testing', audiences: [audience('test')] };
const PRODUCTION = { name: 'Production', audiences: [audience('production')] };
const APART = [TESTING, PRODUCTION];
/** Longer than the loop needs to look at a phase that has nothing left to do. */
const SOON = 2_000;

describe.each(ENGINES)('releases on $name', (engine) => {
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
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag', tags: ['pay'] } });
  });

  const beta = (method: TestRequest['method'], path: string, body?: unknown, token = app.token) =>
    app.call({ method: method ?? 'GET', path, headers: BETA, token, ...(body !== undefined && { body }) });
  const release = () => `projects/${project}/flags/flag/release`;
  const pipelines = () => `projects/${project}/release-pipelines`;
  const createPipeline = (key: string, phases: readonly object[], more = {}) =>
    beta('POST', pipelines(), { key, name: key, phases, ...more });
  const start = (phaseId: string, body: object = { status: 'active' }) =>
    beta('PUT', `${release()}/phases/${phaseId}`, body);
  const current = async () => (await beta('GET', release())).body;
  const flag = async () => (await app.call({ path: `flags/${project}/flag` })).body;
  const patchFlag = (instructions: readonly object[], environmentKey?: string) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/flag`,
      headers: SEMANTIC,
      body: { instructions, environmentKey },
    });
  const requireApprovals = (environmentKey: string, setting: string, value: unknown) =>
    app.call({
      method: 'PATCH',
      path: `projects/${project}/environments/${environmentKey}`,
      body: [{ op: 'replace', path: `/approvalSettings/${setting}`, value }],
    });
  const delivered = async (environmentKey: string) => {
    const { body } = await app.call({ path: `projects/${project}/environments/${environmentKey}` });
    return (await app.call({ path: '/sdk/latest-all', token: body.apiKey })).body.flags.flag;
  };

  async function addFlag(phases: readonly object[], more = {}) {
    await createPipeline('p', phases);
    return (await beta('PUT', release(), { releasePipelineKey: 'p', ...more })).body;
  }

  it('are told of in the audit log by the names of their variations', async () => {
    const { variations } = await flag();
    await addFlag(APART, { releaseVariationId: variations[0]._id });
    await patchFlag([{ kind: 'updateVariation', variationId: variations[1]._id, name: 'New look' }]);
    await beta('PUT', release(), { releasePipelineKey: 'p', releaseVariationId: variations[1]._id });
    const { body } = await app.call({ path: `auditlog?spec=proj/${project}:env/*:flag/flag` });
    const descriptions: readonly string[] = body.items.map((item: { description: string }) => item.description);
    expect(descriptions.filter((description) => description.includes('pipeline p'))).toEqual([
      '- Releases variation New look through pipeline p',
      '- Releases variation true through pipeline p',
    ]);
  });

  it('shows a new release as the official clients read it', async () => {
    const body = await addFlag(APART);
    const phase = (name: string, environmentKey: string, environmentName: string, color: string, status: string) => ({
      _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      _name: name,
      complete: false,
      started: false,
      status,
      _creationDate: app.clock.now(),
      configuration: {},
      _audiences: [
        {
          _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: `All of ${environmentKey}`,
          environment: {
            _links: {
              self: { href: `/api/v2/projects/${project}/environments/${environmentKey}`, type: 'application/json' },
            },
            key: environmentKey,
            name: environmentName,
            color,
          },
          configuration: { releaseStrategy: '', requireApproval: false },
          status,
          _ruleIds: [],
        },
      ],
    });
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/flags/${project}/flag/release`, type: 'application/json' },
        parent: { href: `/api/v2/flags/${project}/flag`, type: 'application/json' },
      },
      name: 'p',
      releasePipelineKey: 'p',
      releasePipelineDescription: '',
      phases: [
        phase('Testing', 'test', 'Test', 'F5A623', 'ready-to-start'),
        phase('Production', 'production', 'Production', '417505', 'not-started'),
      ],
      _version: 0,
      _releaseVariationId: (await flag()).variations[0]._id,
    });
    expect((await beta('GET', `flags/${project}/flag/release`)).body).toEqual(body);
  });

  it('releases to all audiences of a phase in one step, and SDKs hear of it at once', async () => {
    const { phases } = await addFlag(TOGETHER);
    expect((await start(phases[0]._id)).status).toBe(200);
    for (const key of ['test', 'production']) {
      expect(await delivered(key)).toMatchObject({ on: true, version: 2, fallthrough: { variation: 0 } });
    }
  });

  it('leaves targets, rules and the off variation alone', async () => {
    const [on, off] = (await flag()).variations.map(({ _id }: { _id: string }) => _id);
    await patchFlag(
      [
        { kind: 'addTargets', values: ['kim'], variationId: off },
        { kind: 'addRule', clauses: [], variationId: off },
        { kind: 'updateFallthroughVariationOrRollout', variationId: off },
      ],
      'test',
    );
    const before = (await flag()).environments.test;
    const { phases } = await addFlag(APART, { releaseVariationId: on });
    await start(phases[0]._id);
    expect((await flag()).environments.test).toMatchObject({
      targets: before.targets,
      rules: before.rules,
      offVariation: before.offVariation,
      on: true,
      version: 3,
      fallthrough: { variation: 0 },
    });
  });

  it('makes no new version of a flag that serves the variation already', async () => {
    await patchFlag([{ kind: 'turnFlagOn' }], 'test');
    const { phases } = await addFlag(APART);
    expect((await start(phases[0]._id)).body.phases[0]).toMatchObject({ status: 'active' });
    expect((await flag()).environments.test.version).toBe(2);
    await app.clock.advance(SOON);
    expect((await current()).phases).toMatchObject([{ complete: true }, { status: 'ready-to-start' }]);
  });

  const review = (id: string, body: object) =>
    app.call({ method: 'POST', path: `approval-requests/${id}/reviews`, body, token: reviewer });
  const audiences = async () => (await current()).phases[0]._audiences;
  const statuses = async () => (await audiences()).map(({ status }: { status: string }) => status);
  const requestId = async () => (await audiences())[1]._links.approvalRequest.href.split('/').at(-1);

  it.each([
    ['required', true],
    ['requiredApprovalTags', ['pay']],
  ])('asks first in an environment that has %s, and releases to the others at once', async (setting, value) => {
    const { phases } = await addFlag(TOGETHER);
    await requireApprovals('production', setting, value);
    const before = await flag();
    expect((await start(phases[0]._id)).body.phases[0]).toMatchObject({
      status: 'active',
      _audiences: [{ status: 'active' }, { status: 'waiting-for-approval' }],
    });
    const { environments } = await flag();
    expect(environments).toMatchObject({ test: { on: true }, production: before.environments.production });

    const id = await requestId();
    await review(id, { kind: 'approve' });
    await app.clock.advance(SOON);
    expect(await statuses(), 'approved is not applied').toEqual(['completed', 'waiting-for-approval']);
    const applied = await app.call({
      method: 'POST',
      path: `approval-requests/${id}/apply`,
      body: {},
      token: reviewer,
    });
    expect(applied.status).toBe(200);
    expect((await flag()).environments.production).toMatchObject({ on: true, fallthrough: { variation: 0 } });
    await app.clock.advance(SOON);
    expect((await current()).phases[0]).toMatchObject({ status: 'completed', complete: true });
  });

  it('needs somebody when its request is declined, and asks once more when it is started again', async () => {
    const { phases } = await addFlag(TOGETHER);
    await requireApprovals('production', 'required', true);
    await start(phases[0]._id);
    const declined = await requestId();
    await review(declined, { kind: 'decline' });
    await app.clock.advance(SOON);
    expect(await statuses()).toEqual(['completed', 'approval-declined']);
    expect((await current()).phases[0]).toMatchObject({ status: 'paused', started: true, complete: false });

    await start(phases[0]._id);
    expect(await statuses()).toEqual(['completed', 'waiting-for-approval']);
    expect(await requestId()).not.toBe(declined);
    expect(await review(declined, { kind: 'approve' }), 'the old request is closed').toMatchObject({ status: 409 });
  });

  it('goes on when somebody thinks better of the request that was declined', async () => {
    const { phases } = await addFlag(TOGETHER);
    await requireApprovals('production', 'required', true);
    await start(phases[0]._id);
    const id = await requestId();
    await review(id, { kind: 'decline' });
    await app.clock.advance(SOON);
    await review(id, { kind: 'approve' });
    await app.call({ method: 'POST', path: `approval-requests/${id}/apply`, body: {}, token: reviewer });
    await app.clock.advance(SOON);
    expect(await statuses()).toEqual(['completed', 'completed']);
    expect((await current()).phases[0]).toMatchObject({ status: 'completed' });
  });

  it.each([
    ['open', undefined],
    ['declined', { kind: 'decline' }],
  ])('closes a request that is %s when the flag leaves the pipeline', async (_name, words) => {
    const { phases } = await addFlag(TOGETHER);
    await requireApprovals('production', 'required', true);
    await start(phases[0]._id);
    const id = await requestId();
    if (words) await review(id, words);
    await app.clock.advance(SOON);
    expect((await beta('DELETE', release())).status).toBe(204);
    expect(await review(id, { kind: 'approve' })).toMatchObject({ status: 409 });
    expect((await flag()).environments.production.on).toBe(false);
  });

  it('needs somebody when the flag is turned off while it is released to in stages, and begins anew', async () => {
    const stages = [{ allocation: 10_000, durationMillis: 60_000 }];
    const configuration = {
      releaseStrategy: 'progressive-release',
      requireApproval: false,
      releaseGuardianConfiguration: { stages, randomizationUnit: 'user' },
    };
    const { phases } = await addFlag([{ name: 'Stepwise', audiences: [{ ...audience('test'), configuration }] }]);
    await start(phases[0]._id);
    await app.clock.advance(SOON);
    expect(await statuses()).toEqual(['active']);
    await patchFlag([{ kind: 'turnFlagOff' }], 'test');
    await app.clock.advance(SOON);
    expect(await statuses()).toEqual(['paused']);
    expect((await current()).phases[0]).toMatchObject({ status: 'paused' });
    expect((await start(phases[0]._id)).body.phases[0]).toMatchObject({ status: 'active' });
    expect((await flag()).environments.test.on).toBe(true);
    await app.clock.advance(60_000 + SOON);
    expect(await statuses()).toEqual(['completed']);
    expect((await flag()).environments.test.fallthrough).toEqual({ variation: 0 });
  });

  it('may be taken back after it was canceled, once', async () => {
    const { phases } = await addFlag(APART);
    await start(phases[0]._id);
    const canceled = await beta('POST', `${release()}/cancel`, {});
    expect(canceled).toMatchObject({ status: 200, body: { _canceledAt: app.clock.now() } });
    await app.clock.advance(SOON);
    expect((await beta('POST', `${release()}/rollback`, {})).body).toMatchObject({
      _canceledAt: canceled.body._canceledAt,
      _rolledBackAt: app.clock.now(),
    });
    expect((await flag()).environments.test.on).toBe(false);
    expect(await beta('POST', `${release()}/rollback`, {})).toMatchObject({ status: 400 });
  });

  it('keeps the release variation of a release that is on its way', async () => {
    const { _releaseVariationId } = await addFlag(APART);
    const removal = await patchFlag([{ kind: 'removeVariation', variationId: _releaseVariationId }]);
    expect(removal.status).toBe(400);
    expect((await current())._releaseVariationId).toBe(_releaseVariationId);
  });

  it('goes its way when another pipeline becomes the default of the project', async () => {
    await addFlag(APART);
    await createPipeline('q', [TESTING]);
    const before = await current();
    const path = '/defaultReleasePipelineKey';
    await app.call({ method: 'PATCH', path: `projects/${project}`, body: [{ op: 'replace', path, value: 'q' }] });
    expect(await current()).toEqual(before);
  });

  it.each([
    ['no status', {}, 'status: expected a value, got nothing'],
    ['another status', { status: 'paused' }, 'Phase status can only be manually updated to `Active`.'],
    [
      'an audience of nobody',
      { status: 'active', audiences: [{ audienceId: 'nix' }] },
      'audiences[0].audienceId: expected the id of an audience of this phase, got "nix"',
    ],
  ])('refuses %s', async (_name, body, message) => {
    const { phases } = await addFlag(APART);
    expect(await start(phases[0]._id, body)).toMatchObject({ status: 400, body: { message } });
    expect((await current())._version).toBe(0);
  });

  it('waits for the bake time of the last phase before the release is complete', async () => {
    const { phases } = await addFlag([{ ...TESTING, configuration: { bakeTimeDurationMs: 60_000 } }]);
    await start(phases[0]._id);
    const startedAt = app.clock.now();
    await app.clock.advance(59_999);
    expect((await current()).phases[0]).toMatchObject({ status: 'active', complete: false, _startedDate: startedAt });
    await app.clock.advance(1 + SOON);
    const [phase] = (await current()).phases;
    expect(phase).toMatchObject({ status: 'completed', complete: true, started: true, _startedDate: startedAt });
    expect(phase._completionDate).toBeGreaterThanOrEqual(startedAt + 60_000);
    expect((await beta('PUT', release(), { releasePipelineKey: 'p' })).body).toMatchObject({
      _version: 0,
      phases: [{ status: 'ready-to-start' }],
    });
  });

  it('rings no more for a release that was deleted, canceled or lost its flag while it baked', async () => {
    const baking = [{ ...TESTING, configuration: { bakeTimeDurationMs: 60_000 } }, PRODUCTION];
    const { phases } = await addFlag(baking);
    await start(phases[0]._id);
    expect((await beta('DELETE', release())).status).toBe(204);
    await beta('PUT', release(), { releasePipelineKey: 'p' });
    await start(phases[0]._id);
    await app.call({ method: 'DELETE', path: `flags/${project}/flag` });
    await app.clock.advance(120_000);
    expect(await app.slipway.database.db.selectFrom('timers').selectAll().execute()).toEqual([]);
    expect((await beta('GET', release())).status).toBe(404);
  });

  it('stops where it is when the flag is archived in mid-release', async () => {
    const { phases } = await addFlag([{ ...TESTING, configuration: { bakeTimeDurationMs: 60_000 } }, PRODUCTION]);
    await start(phases[0]._id);
    await patchFlag([{ kind: 'archiveFlag' }]);
    const canceled = await current();
    await app.clock.advance(120_000);
    expect(await current()).toEqual(canceled);
    expect(canceled).toMatchObject({ _canceledAt: expect.any(Number), phases: [{ complete: false }, {}] });
    expect((await start(phases[1]._id)).status).toBe(400);
    expect((await beta('DELETE', `${pipelines()}/p`)).body.message).toContain('default');
  });

  it('completes when the environments of all phases that are left are deleted', async () => {
    const { phases } = await addFlag(APART);
    await start(phases[0]._id);
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/production` });
    await app.clock.advance(SOON);
    const { phases: after } = await current();
    expect(after.map(({ status }: { status: string }) => status)).toEqual(['completed', 'completed']);
    expect(after[1]).toMatchObject({ complete: true, _audiences: [{ status: 'skipped' }] });
  });

  it('takes no flag into a pipeline whose environments are all gone', async () => {
    await createPipeline('p', [TESTING]);
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/test` });
    expect(await beta('PUT', release(), { releasePipelineKey: 'p' })).toMatchObject({ status: 400 });
    const { body } = await beta('GET', `${pipelines()}/p`);
    expect(body.phases[0].audiences).toEqual([
      { name: 'All of test', configuration: { releaseStrategy: '', requireApproval: false } },
    ]);
  });

  it('refuses readers everything but to look', async () => {
    const { phases } = await addFlag(APART);
    const reader = await app.addToken('reader');
    const refused: [TestRequest['method'], string, unknown?][] = [
      ['POST', pipelines(), { key: 'q', name: 'q', phases: APART }],
      ['DELETE', `${pipelines()}/p`],
      ['PUT', `${release()}/phases/${phases[0]._id}`, { status: 'active' }],
      ['DELETE', release()],
    ];
    const before = await current();
    for (const [method, path, body] of refused) {
      expect(await beta(method, path, body, reader)).toMatchObject({
        status: 403,
        body: { code: 'forbidden', reason: { effect: 'deny' }, access: { action: expect.any(String) } },
      });
    }
    expect((await beta('GET', release(), undefined, reader)).body).toEqual(before);
  });

  it('refuses every path of a beta resource without the header', async () => {
    const { phases } = await addFlag(APART);
    const paths: [NonNullable<TestRequest['method']>, string][] = [
      ['GET', `${pipelines()}/p`],
      ['DELETE', `${pipelines()}/p`],
      ['GET', release()],
      ['GET', `flags/${project}/flag/release`],
      ['DELETE', release()],
      ['PUT', `${release()}/phases/${phases[0]._id}`],
    ];
    for (const [method, path] of paths) {
      expect(await app.call({ method, path })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect((await current())._version).toBe(0);
  });
});
