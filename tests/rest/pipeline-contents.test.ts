import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const PATH = 'projects/default/release-pipelines';
const MONITORED = {
  monitoringWindowMilliseconds: 21_600_000,
  rolloutWeight: 50,
  rollbackOnRegression: true,
  randomizationUnit: 'user',
};
const audience = (more: object = {}) => ({ name: 'All', environmentKey: 'test', ...more });

describe.each(ENGINES)('what a pipeline says on $name', (engine) => {
  let app: TestApp;
  let memberId: string;

  beforeAll(async () => {
    app = await startApp(engine);
    await app.call({ method: 'POST', path: 'segments/default/test', body: { key: 'beta', name: 'Beta' } });
    await app.call({ method: 'POST', path: 'segments/default/test', body: { key: 'vip', name: 'VIP' } });
    for (const key of ['errors', 'latency']) {
      await app.call({ method: 'POST', path: 'metrics/default', body: { key, kind: 'custom', eventKey: key } });
    }
    await app.addTeam('product');
    memberId = (await app.call({ path: 'members/me' })).body._id;
  });
  afterAll(() => app.close());

  const create = (phases: readonly object[], more: object = {}, token = app.token) =>
    app.call({ method: 'POST', path: PATH, headers: BETA, token, body: { key: 'p', name: 'P', phases, ...more } });
  const withConfiguration = (configuration: object) => [{ name: 'A', audiences: [audience({ configuration })] }];

  it('is shown as it was sent, in the canonical spelling', async () => {
    const staged = {
      ...MONITORED,
      rolloutWeight: 50_000,
      stages: [
        { allocation: 10_000, durationMillis: 60_000 },
        { allocation: 50_000, durationMillis: 21_600_000 },
      ],
      minSampleSize: 100,
      whenUndecided: 'hold',
      metricKeys: ['errors'],
      observedMetricKeys: ['latency'],
    };
    const notified = { notifyMemberIds: [memberId], notifyTeamKeys: ['product'] };
    const gates = [{ kind: 'confirm-rollout', url: 'https://gate.example/x', timeoutMillis: 5000 }];
    const { status, body } = await create(
      [
        {
          name: 'QA',
          configuration: { bakeTimeDurationMs: 86_400_000, startAutomatically: true, gates },
          audiences: [
            audience({
              configuration: {
                releaseStrategy: 'monitoredRelease',
                requireApproval: true,
                ...notified,
                releaseGuardianConfiguration: MONITORED,
              },
            }),
            audience({
              segmentKeys: ['beta'],
              configuration: { releaseStrategy: 'immediate', requireApproval: false },
            }),
          ],
        },
        {
          name: 'GA',
          audiences: [
            audience({ segmentKeys: ['vip'] }),
            audience({
              environmentKey: 'production',
              configuration: {
                releaseStrategy: 'guarded-rollout',
                requireApproval: false,
                releaseGuardianConfiguration: staged,
              },
            }),
          ],
        },
      ],
      { tags: ['web'], description: 'All of it' },
    );
    expect(status).toBe(201);
    const environment = (key: string) => expect.objectContaining({ key });
    expect(body).toEqual({
      createdAt: new Date(app.clock.now()).toISOString(),
      key: 'p',
      name: 'P',
      description: 'All of it',
      tags: ['web'],
      _version: 0,
      isProjectDefault: true,
      _isLegacy: false,
      phases: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: 'QA',
          configuration: { bakeTimeDurationMs: 86_400_000, startAutomatically: true, gates },
          audiences: [
            {
              environment: environment('test'),
              name: 'All',
              configuration: {
                releaseStrategy: 'monitored-release',
                requireApproval: true,
                ...notified,
                releaseGuardianConfiguration: MONITORED,
              },
            },
            {
              environment: environment('test'),
              name: 'All',
              segmentKeys: ['beta'],
              configuration: { releaseStrategy: 'immediate-rollout', requireApproval: false },
            },
          ],
        },
        {
          id: expect.any(String),
          name: 'GA',
          configuration: {},
          audiences: [
            {
              environment: environment('test'),
              name: 'All',
              segmentKeys: ['vip'],
              configuration: { releaseStrategy: '', requireApproval: false },
            },
            {
              environment: environment('production'),
              name: 'All',
              configuration: {
                releaseStrategy: 'monitored-release',
                requireApproval: false,
                releaseGuardianConfiguration: staged,
              },
            },
          ],
        },
      ],
    });
    expect((await app.call({ path: `${PATH}/p`, headers: BETA })).body).toEqual(body);
    expect((await listChanges(app.slipway.database.db, 3)).map(({ accesses }) => accesses[0])).toContainEqual(
      expect.objectContaining({ action: 'createReleasePipeline' }),
    );
  });

  const AUDIENCE = 'phases[0].audiences[0]';
  const GUARDIAN = `${AUDIENCE}.configuration.releaseGuardianConfiguration`;
  const guarded = (more: object) =>
    withConfiguration({
      releaseStrategy: 'monitored-release',
      requireApproval: false,
      releaseGuardianConfiguration: { ...MONITORED, ...more },
    });
  const told = (more: object) => withConfiguration({ releaseStrategy: '', requireApproval: true, ...more });
  it.each<[string, readonly object[], string]>([
    [
      'an unknown segment',
      [{ name: 'A', audiences: [audience({ segmentKeys: ['beta', 'nix'] })] }],
      `${AUDIENCE}.segmentKeys[1]: "nix" is not a segment of test`,
    ],
    [
      'a segment of another environment',
      [{ name: 'A', audiences: [audience({ environmentKey: 'production', segmentKeys: ['beta'] })] }],
      `${AUDIENCE}.segmentKeys[0]: "beta" is not a segment of production`,
    ],
    [
      'an unknown environment',
      [{ name: 'A', audiences: [audience({ environmentKey: 'nix' })] }],
      `${AUDIENCE}.environmentKey: "nix" is not an environment of this project; expected one of production, test`,
    ],
    [
      'an unknown member',
      told({ notifyMemberIds: ['nobody'] }),
      `${AUDIENCE}.configuration.notifyMemberIds[0]: "nobody" is not the id of a member`,
    ],
    [
      'an unknown team',
      told({ notifyTeamKeys: ['product', 'nix'] }),
      `${AUDIENCE}.configuration.notifyTeamKeys[1]: "nix" is not the key of a team`,
    ],
    [
      'an unknown metric',
      guarded({ metricKeys: ['nix'] }),
      `${GUARDIAN}.metricKeys[0]: "nix" is not a metric of this project`,
    ],
    [
      'an unknown metric to look at',
      guarded({ metricKeys: ['errors'], observedMetricKeys: ['nix'] }),
      `${GUARDIAN}.observedMetricKeys[0]: "nix" is not a metric of this project`,
    ],
    [
      'more than half of the traffic',
      guarded({ rolloutWeight: 51 }),
      `${GUARDIAN}.rolloutWeight: expected 1 to 50 percent, or 101 to 50000 thousandths of a percent, got 51`,
    ],
    [
      'a monitored release without guardian',
      withConfiguration({ releaseStrategy: 'monitored-release', requireApproval: false }),
      `${GUARDIAN}: expected an object, got nothing`,
    ],
  ])('is refused with %s', async (_name, phases, message) => {
    const before = (await app.call({ path: PATH, headers: BETA })).body.totalCount;
    expect(await create(phases, { key: 'bad' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message },
    });
    expect((await app.call({ path: PATH, headers: BETA })).body.totalCount).toBe(before);
  });

  it('takes a legacy pipeline, and refuses one with configuration', async () => {
    const phases = [{ name: 'A', audiences: [audience()] }];
    expect((await create(phases, { key: 'legacy', isLegacy: true })).body).toMatchObject({ _isLegacy: true });
    const [phase] = phases;
    const baking = [{ ...phase, configuration: { bakeTimeDurationMs: 1 } }];
    expect((await create(baking, { key: 'other', isLegacy: true })).status).toBe(400);
  });

  it('tells everybody but admins what they may do', async () => {
    const show = async (token: string) => (await app.call({ path: `${PATH}/p`, headers: BETA, token })).body;
    const reader = await show(await app.addToken('reader'));
    const actions = (judged: readonly { action: string }[]) => judged.map(({ action }) => action);
    expect(reader._access.allowed).toEqual([]);
    expect(actions(reader._access.denied)).toEqual([
      'updateReleasePipelineName',
      'updateReleasePipelineDescription',
      'updateReleasePipelineTags',
      'updateReleasePipelinePhaseName',
      'updateReleasePipelinePhase',
      'deleteReleasePipeline',
    ]);
    const writer = await show(await app.addToken('writer'));
    expect(actions(writer._access.allowed)).toContain('updateReleasePipelinePhase');
    expect(await show(app.token)).not.toHaveProperty('_access');
    const list = await app.call({ path: PATH, headers: BETA, token: await app.addToken('reader') });
    expect(list.body.items[0]).toHaveProperty('_access');
  });
});
