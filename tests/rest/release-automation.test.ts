import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const IMMEDIATE = { releaseStrategy: 'immediate-rollout', requireApproval: false };
const HOUR = 3_600_000;

describe.each(ENGINES)('releases by themselves on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
  });

  const beta = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    app.call({ method, path: `projects/${project}/${path}`, headers: BETA, ...(body !== undefined && { body }) });
  const release = () => 'flags/flag/release';
  const current = async () => (await beta('GET', release())).body;
  const statuses = async () => (await current()).phases.map(({ status }: { status: string }) => status);
  const audience = async (phase = 0, index = 0) => (await current()).phases[phase]._audiences[index];
  const config = async (key: string) => (await app.call({ path: `flags/${project}/flag` })).body.environments[key];
  const patchFlag = async (environmentKey: string, ...instructions: readonly object[]) => {
    const patched = await app.call({
      method: 'PATCH',
      path: `flags/${project}/flag`,
      headers: SEMANTIC,
      body: { instructions, environmentKey },
    });
    expect(patched).toMatchObject({ status: 200 });
  };
  const start = async (phase: number, body: object = { status: 'active' }) =>
    beta('PUT', `${release()}/phases/${(await current()).phases[phase]._id}`, body);
  const steer = (how: string, body: object = {}) => beta('POST', `${release()}/${how}`, body);
  const explain = async () => (await beta('GET', `${release()}/explain`)).body;
  const waits = async () => (await explain()).waits.map(({ kind }: { kind: string }) => kind);

  /** Makes a pipeline of phases with one audience each, and puts the flag into it. */
  async function enter(...phases: readonly { configuration?: object; audience: object }[]) {
    const made = await beta('POST', 'release-pipelines', {
      key: 'p',
      name: 'P',
      phases: phases.map((phase, index) => ({
        name: `Phase ${index + 1}`,
        configuration: phase.configuration ?? {},
        audiences: [
          { name: `Audience ${index + 1}`, environmentKey: 'test', configuration: IMMEDIATE, ...phase.audience },
        ],
      })),
    });
    expect(made).toMatchObject({ status: 201 });
    expect(await beta('PUT', release(), { releasePipelineKey: 'p' })).toMatchObject({ status: 200 });
  }

  const everyone = { audience: {} };
  const inProduction = { audience: { environmentKey: 'production' } };
  const withApproval = { audience: { configuration: { ...IMMEDIATE, requireApproval: true } } };
  const progressive = (...allocations: readonly number[]) => ({
    audience: {
      configuration: {
        releaseStrategy: 'progressive-release',
        requireApproval: false,
        releaseGuardianConfiguration: {
          monitoringWindowMilliseconds: HOUR,
          rolloutWeight: allocations.at(-1),
          randomizationUnit: 'user',
          stages: allocations.map((allocation) => ({ allocation, durationMillis: HOUR })),
        },
      },
    },
  });

  describe('segments', () => {
    beforeEach(async () => {
      await app.call({ method: 'POST', path: `segments/${project}/test`, body: { key: 'beta', name: 'Beta' } });
      await enter({ audience: { segmentKeys: ['beta'] } }, everyone);
    });

    it('get the variation by a rule of their own, and nobody else anything new', async () => {
      await start(0);
      const { on, rules, fallthrough } = await config('test');
      expect(on).toBe(true);
      expect(fallthrough).toEqual({ variation: 1 });
      expect(rules).toMatchObject([
        { variation: 0, description: 'Release: P – Phase 1', clauses: [{ op: 'segmentMatch', values: ['beta'] }] },
      ]);
      expect((await audience())._ruleIds).toEqual([rules[0]._id]);
    });

    it('of a flag that is on leave its default rule alone', async () => {
      await patchFlag('test', { kind: 'turnFlagOn' });
      await start(0);
      expect((await config('test')).fallthrough).toEqual({ variation: 0 });
    });

    it('are followed by everyone', async () => {
      await start(0);
      await app.clock.advance(2_000);
      await start(1);
      expect(await config('test')).toMatchObject({
        on: true,
        fallthrough: { variation: 0 },
        rules: [{ variation: 0 }],
      });
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['completed', 'completed']);
    });
  });

  describe('phases that start by themselves', () => {
    it('lead a flag from the first to the last without anybody', async () => {
      await enter(
        { ...everyone, configuration: { startAutomatically: true, bakeTimeDurationMs: HOUR } },
        { ...inProduction, configuration: { startAutomatically: true } },
      );
      expect((await config('test')).on).toBe(true);
      await app.clock.advance(HOUR - 1_000);
      expect((await config('production')).on).toBe(false);
      await app.clock.advance(3_000);
      expect((await config('production')).on).toBe(true);
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['completed', 'completed']);
      expect((await current()).phases[1]._completedBy.member.role).toBe('owner');
    });

    it('say why they could not', async () => {
      await app.call({ method: 'POST', path: `segments/${project}/test`, body: { key: 's', name: 'S' } });
      await enter(everyone, {
        configuration: { startAutomatically: true },
        audience: { ...progressive(10_000).audience },
      });
      await patchFlag(
        'test',
        { kind: 'turnFlagOn' },
        {
          kind: 'updateFallthroughVariationOrRollout',
          rolloutWeights: Object.fromEntries(
            (await app.call({ path: `flags/${project}/flag` })).body.variations.map(({ _id }: { _id: string }) => [
              _id,
              50_000,
            ]),
          ),
        },
      );
      await start(0);
      await patchFlag('test', {
        kind: 'updateFallthroughVariationOrRollout',
        rolloutWeights: Object.fromEntries(
          (await app.call({ path: `flags/${project}/flag` })).body.variations.map(({ _id }: { _id: string }) => [
            _id,
            50_000,
          ]),
        ),
      });
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['completed', 'paused']);
      expect(await audience(1)).toMatchObject({
        status: 'failed',
        _failure: expect.stringContaining('shares cannot be watched'),
      });
      expect(await waits()).toEqual(['retry']);
    });
  });

  describe('approvals', () => {
    const approvals = async () =>
      (await app.call({ path: `projects/${project}/flags/flag/environments/test/approval-requests` })).body.items;
    const review = async (kind: string) => {
      const [{ _id }] = await approvals();
      const path = `projects/${project}/flags/flag/environments/test/approval-requests/${_id}`;
      return app.call({ method: 'POST', path: `${path}/reviews`, body: { kind }, token: await app.addToken('admin') });
    };
    const apply = async () => {
      const [{ _id }] = await approvals();
      const path = `projects/${project}/flags/flag/environments/test/approval-requests/${_id}/apply`;
      return app.call({ method: 'POST', path, body: {} });
    };

    it('are asked for, and the flag changes when they are applied', async () => {
      await enter(withApproval);
      const started = await start(0);
      expect(started.body.phases[0]).toMatchObject({
        status: 'active',
        _audiences: [{ status: 'waiting-for-approval' }],
      });
      expect((await config('test')).on).toBe(false);
      const [request] = await approvals();
      expect(request).toMatchObject({ reviewStatus: 'pending', description: expect.stringContaining('Phase 1') });
      expect((await audience())._links.approvalRequest.href).toContain(request._id);
      expect(await explain()).toMatchObject({
        waits: [{ kind: 'approval', action: 'reviewApprovalRequest', environmentKeys: ['test'] }],
      });
      expect(await review('approve')).toMatchObject({ status: 200 });
      expect(await apply()).toMatchObject({ status: 200 });
      expect((await config('test')).on).toBe(true);
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['completed']);
    });

    it('that are declined pause the phase, and starting it again asks again', async () => {
      await enter(withApproval);
      await start(0);
      await review('decline');
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['paused']);
      expect((await audience()).status).toBe('approval-declined');
      expect(await start(0)).toMatchObject({ status: 200 });
      expect(await approvals()).toHaveLength(2);
      expect((await audience()).status).toBe('waiting-for-approval');
    });

    it('are asked for where the environment asks for them', async () => {
      await enter(everyone);
      await app.call({
        method: 'PATCH',
        path: `projects/${project}/environments/test`,
        body: [{ op: 'replace', path: '/approvalSettings/required', value: true }],
      });
      await start(0);
      expect((await audience()).status).toBe('waiting-for-approval');
    });

    it('end with the release', async () => {
      await enter(withApproval);
      await start(0);
      await beta('DELETE', release());
      expect((await approvals())[0]).toMatchObject({ status: 'superseded' });
      expect(await apply()).not.toMatchObject({ status: 200 });
    });
  });

  describe('progressive releases', () => {
    const shares = async () =>
      (await config('test')).fallthrough.rollout?.variations.map(({ weight }: { weight: number }) => weight);

    it('go by time alone, stage by stage', async () => {
      await enter(progressive(10_000, 50_000));
      await start(0);
      expect(await config('test')).toMatchObject({ on: true });
      expect(await shares()).toEqual([90_000, 10_000]);
      expect(await explain()).toMatchObject({
        waits: [{ kind: 'rollout', until: app.clock.now() + HOUR, allocation: 10_000 }],
      });
      await app.clock.advance(HOUR + 1_000);
      expect(await shares()).toEqual([50_000, 50_000]);
      await app.clock.advance(HOUR + 1_000);
      expect(await config('test')).toMatchObject({ fallthrough: { variation: 0 } });
      await app.clock.advance(2_000);
      expect(await statuses()).toEqual(['completed']);
    });

    it('hold while the release is paused', async () => {
      await enter(progressive(10_000, 50_000));
      await start(0);
      expect((await steer('pause', { reason: 'lunch' })).body).toMatchObject({ _pausedAt: app.clock.now() });
      expect(await waits()).toEqual(['resume', 'rollout']);
      await app.clock.advance(5 * HOUR);
      expect(await shares()).toEqual([90_000, 10_000]);
      expect((await steer('resume')).body).not.toHaveProperty('_pausedAt');
      await app.clock.advance(HOUR / 10);
      expect(await shares()).toEqual([50_000, 50_000]);
    });

    it('end where they are with a release that is canceled', async () => {
      await enter(progressive(10_000, 50_000));
      await start(0);
      expect((await steer('cancel')).body).toMatchObject({ _canceledAt: app.clock.now() });
      await app.clock.advance(5 * HOUR);
      expect(await shares()).toEqual([90_000, 10_000]);
      expect(await explain()).toMatchObject({ state: 'canceled', waits: [] });
    });
  });

  describe('taking back', () => {
    it('restores every part in all environments', async () => {
      const before = { test: await config('test'), production: await config('production') };
      await enter(everyone, inProduction);
      await start(0);
      await app.clock.advance(2_000);
      await start(1);
      await app.clock.advance(2_000);
      expect((await config('production')).on).toBe(true);
      expect(await steer('rollback')).toMatchObject({ status: 200, body: { _rolledBackAt: app.clock.now() } });
      for (const key of ['test', 'production'] as const) {
        const { on, fallthrough, rules } = await config(key);
        expect({ on, fallthrough, rules }).toEqual({
          on: before[key].on,
          fallthrough: before[key].fallthrough,
          rules: before[key].rules,
        });
      }
      expect(await steer('rollback')).toMatchObject({ status: 400 });
    });

    it('is refused with a list when others have changed the same parts since', async () => {
      const [, { _id }] = (await app.call({ path: `flags/${project}/flag` })).body.variations;
      const serveFalse = { kind: 'updateFallthroughVariationOrRollout', variationId: _id };
      await patchFlag('test', serveFalse);
      await enter(everyone);
      await start(0);
      await patchFlag('test', { kind: 'updateFallthroughVariationOrRollout', rolloutWeights: { [_id]: 100_000 } });
      const refused = await steer('rollback');
      expect(refused).toMatchObject({ status: 409 });
      expect(refused.body.message).toContain('its default rule in test');
      expect((await config('test')).on).toBe(true);
    });
  });

  it('are paused all at once, and said to be', async () => {
    await enter(everyone, inProduction);
    const pause = (body: object) => beta('POST', 'releases/pause', body);
    expect(await pause({ environmentKey: 'nix' })).toMatchObject({ status: 404 });
    expect((await pause({ environmentKey: 'production', reason: 'incident' })).body).toMatchObject({
      totalCount: 1,
      items: [{ flagKey: 'flag', releasePipelineKey: 'p' }],
    });
    expect((await pause({})).body).toMatchObject({ totalCount: 0, items: [] });
    expect(await start(0)).toMatchObject({ status: 400, body: { message: expect.stringContaining('paused') } });
    await steer('resume');
    expect(await start(0)).toMatchObject({ status: 200 });
  });

  describe('simulations', () => {
    const simulate = (body: object = { releasePipelineKey: 'p' }) => beta('POST', `${release()}/simulation`, body);

    it('tell what would happen, and when', async () => {
      await enter({ ...progressive(10_000, 50_000), configuration: { bakeTimeDurationMs: HOUR } }, withApproval);
      expect((await simulate()).body.conflicts).toMatchObject([
        { message: 'test needs 1 approvals, but only 0 members may give them' },
      ]);
      await app.call({
        method: 'PATCH',
        path: `projects/${project}/environments/test`,
        body: [{ op: 'replace', path: '/approvalSettings/canReviewOwnRequest', value: true }],
      });
      const { status, body } = await simulate();
      expect(status).toBe(200);
      expect(body.conflicts).toEqual([]);
      expect(body.steps.map(({ kind }: { kind: string }) => kind)).toEqual([
        'start-phase',
        'change-flag',
        'stage',
        'stage',
        'complete-audience',
        'complete-phase',
        'start-phase',
        'complete-audience',
        'complete-phase',
        'complete-release',
      ]);
      expect(body.completesAt).toBe(app.clock.now() + 3 * HOUR);
      expect((await config('test')).on).toBe(false);
    });

    it('tell what stands in the way', async () => {
      await enter({
        audience: {
          configuration: {
            releaseStrategy: 'monitored-release',
            requireApproval: false,
            releaseGuardianConfiguration: {
              monitoringWindowMilliseconds: HOUR,
              rolloutWeight: 50,
              rollbackOnRegression: true,
              randomizationUnit: 'user',
            },
          },
        },
      });
      const { body } = await simulate();
      expect(body).not.toHaveProperty('completesAt');
      expect(body.conflicts).toMatchObject([{ message: expect.stringContaining('at least one metric') }]);
      expect(await start(0)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('at least one metric') },
      });
    });
  });

  it('are watched by the metrics of the release policy when nobody names any', async () => {
    const metric = { name: 'Errors', kind: 'custom', successCriteria: 'LowerThanBaseline', isNumeric: false };
    for (const key of ['errors', 'others']) {
      await app.call({ method: 'POST', path: `metrics/${project}`, body: { ...metric, key, eventKey: key } });
    }
    await beta('POST', 'release-policies', {
      key: 'careful',
      name: 'Careful',
      releaseMethod: 'guarded-release',
      guardedReleaseConfig: { metricKeys: ['errors'], minSampleSize: 7, rollbackOnRegression: true },
    });
    const releaseGuardianConfiguration = {
      monitoringWindowMilliseconds: HOUR,
      rolloutWeight: 25,
      rollbackOnRegression: false,
      randomizationUnit: 'user',
    };
    const configuration = {
      releaseStrategy: 'monitored-release',
      requireApproval: false,
      releaseGuardianConfiguration,
    };
    await enter({ audience: { configuration } });
    expect(await start(0)).toMatchObject({ status: 200 });
    const run = await app.slipway.database.db
      .selectFrom('rollout_runs')
      .innerJoin('flags', 'flags.id', 'rollout_runs.flag_id')
      .innerJoin('projects', 'projects.id', 'flags.project_id')
      .select('rollout_runs.document')
      .where('projects.key', '=', project)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(run.document).plan).toMatchObject({
      metrics: [{ key: 'errors', rollsBack: false }],
      minSampleSize: 7,
      stages: [{ allocation: 25_000, durationMillis: HOUR }],
    });
  });

  it('tell those who care', async () => {
    await enter({ ...everyone, configuration: { startAutomatically: true } });
    await app.clock.advance(2_000);
    const { body } = await app.call({ path: 'members/me/notices' });
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['release-completed', 'release-phase-completed']),
    );
  });
});
