import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient } from '../support/official-client.ts';

const PHASES = [
  { name: 'Testing', audiences: [{ environmentKey: 'test', name: 'All of test' }] },
  {
    name: 'Production',
    configuration: {},
    audiences: [
      {
        environmentKey: 'production',
        name: 'Everyone',
        configuration: {
          releaseStrategy: 'monitored-release',
          requireApproval: false,
          releaseGuardianConfiguration: {
            monitoringWindowMilliseconds: 60_000,
            rolloutWeight: 50,
            rollbackOnRegression: true,
            randomizationUnit: 'user',
          },
        },
      },
    ],
  },
];

/** Every operation of the official client on pipelines, and those on releases that legacy pipelines have. */
describe.each(ENGINES)('the official client keeps pipelines on $name', (engine) => {
  let app: TestApp;
  let client: OfficialClient;

  beforeAll(async () => {
    app = await startApp(engine);
    client = officialClient(await app.slipway.listen(), app.token);
    await client.flags.postFeatureFlag('default', { key: 'cart', name: 'Cart' });
  });
  afterAll(() => app.close());

  it('creates, reads, lists, replaces and deletes them', async () => {
    const { pipelines } = client;
    const created = await pipelines.postReleasePipeline('default', { key: 'web', name: 'Web', phases: PHASES }, beta);
    expect(created.status).toBe(201);
    expect(created.data).toMatchObject({ key: 'web', isProjectDefault: true, _isLegacy: false, _version: 0 });
    const read = await pipelines.getReleasePipelineByKey('default', 'web', beta);
    expect(read.data).toEqual(created.data);
    const put = { name: 'Web apps', description: 'All', tags: ['a'], phases: PHASES };
    const replaced = await pipelines.putReleasePipeline('default', 'web', put, beta);
    expect(replaced.data).toEqual({ ...read.data, name: 'Web apps', description: 'All', tags: ['a'], _version: 1 });
    await pipelines.postReleasePipeline('default', { key: 'app', name: 'App', phases: PHASES.slice(0, 1) }, beta);
    const listed = await pipelines.getAllReleasePipelines('default', 'query:web,env:production', 5, 0, beta);
    expect(listed.data).toEqual({ items: [replaced.data], totalCount: 1 });
    expect((await pipelines.deleteReleasePipeline('default', 'app', beta)).status).toBe(204);
  });

  it('ticks off a legacy release, and sees how far all have come', async () => {
    const { pipelines, releases } = client;
    const phases = PHASES.map(({ name, audiences }) => ({
      name,
      audiences: audiences.map((audience) => ({ name: audience.name, environmentKey: audience.environmentKey })),
    }));
    const old = { key: 'old', name: 'Old', isLegacy: true, phases };
    const [first, second] = (await pipelines.postReleasePipeline('default', old, beta)).data.phases;
    await releases.createReleaseForFlag('default', 'cart', { releasePipelineKey: 'old' }, beta);
    const tick = (index: number) =>
      releases.patchReleaseByFlagKey(
        'default',
        'cart',
        [{ op: 'replace', path: `/phases/${index}/complete`, value: true }],
        beta,
      );
    const ticked = await tick(0);
    expect(ticked.data.phases.map(({ complete }) => complete)).toEqual([true, false]);
    expect(ticked.data.phases[0]?._completedBy?.member?.role).toBe('owner');
    const progress = (filter: string) =>
      pipelines.getAllReleaseProgressionsForReleasePipeline('default', 'old', filter, 10, 0, beta);
    expect((await progress(`activePhaseId:${second?.id}`)).data).toMatchObject({
      activeCount: 1,
      completedCount: 0,
      totalCount: 1,
      items: [{ flagKey: 'cart', activePhaseId: second?.id }],
      phases: [
        { _id: first?.id, name: 'Testing', releaseCount: 0 },
        { _id: second?.id, name: 'Production', releaseCount: 1 },
      ],
    });
    await tick(1);
    const [completed] = (await progress('status:completed')).data.items;
    expect(completed).toMatchObject({ flagKey: 'cart', _completedAt: app.clock.now() });
    expect((await releases.getReleaseByFlagKey('default', 'cart', beta)).data._version).toBe(2);
    expect((await releases.deleteReleaseByFlagKey('default', 'cart', beta)).status).toBe(204);
  });
});
