import type { LDClient } from '@launchdarkly/node-server-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient, semantic } from '../support/official-client.ts';
import { connectSdk } from '../support/official-sdk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const USERS = 600;

/**
 * A flag goes through three phases by the official API client, with the official SDK attached to every environment and
 * telling what happens to its users: a segment, an approval, and a guarded rollout.
 */
describe.each(ENGINES)('a guarded release on $name', (engine) => {
  let app: TestApp;
  let client: OfficialClient;
  let url: string;
  let test: LDClient;
  let production: LDClient;
  let count = 0;
  let flagKey: string;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    client = officialClient(url, app.token);
    const keyOf = async (key: string) => (await client.environments.getEnvironment('default', key)).data.apiKey;
    test = await connectSdk(url, await keyOf('test'));
    production = await connectSdk(url, await keyOf('production'));
    await client.segments.postSegment('default', 'test', { key: 'beta', name: 'Beta' });
    const included = { kind: 'addIncludedTargets', contextKind: 'user', values: ['pioneer'] };
    await client.segments.patchSegment('default', 'test', 'beta', { instructions: [included] } as never, semantic);
    await client.metrics.postMetric('default', {
      key: 'checkout-error',
      name: 'Errors at the checkout',
      kind: 'custom',
      eventKey: 'checkout-error',
      isNumeric: false,
      successCriteria: 'LowerThanBaseline',
      randomizationUnits: ['user'],
    });
    await client.pipelines.postReleasePipeline('default', PIPELINE, beta);
  });
  afterAll(async () => {
    test?.close();
    production?.close();
    await app?.close();
  });
  beforeEach(async () => {
    flagKey = `checkout-${count++}`;
    await client.flags.postFeatureFlag('default', { key: flagKey, name: flagKey });
    await client.releases.createReleaseForFlag('default', flagKey, { releasePipelineKey: 'careful' }, beta);
  });

  const PIPELINE = {
    key: 'careful',
    name: 'Careful',
    phases: [
      { name: 'Pioneers', audiences: [{ environmentKey: 'test', name: 'Beta users', segmentKeys: ['beta'] }] },
      {
        name: 'Test',
        audiences: [
          {
            environmentKey: 'test',
            name: 'All of test',
            configuration: { releaseStrategy: 'immediate-rollout', requireApproval: true },
          },
        ],
      },
      {
        name: 'Production',
        audiences: [
          {
            environmentKey: 'production',
            name: 'Everyone',
            configuration: {
              releaseStrategy: 'monitored-release',
              requireApproval: false,
              releaseGuardianConfiguration: {
                monitoringWindowMilliseconds: HOUR,
                rolloutWeight: 50_000,
                rollbackOnRegression: true,
                randomizationUnit: 'user',
                metricKeys: ['checkout-error'],
              },
            },
          },
        ],
      },
    ],
  } as never;

  const release = async () => (await client.releases.getReleaseByFlagKey('default', flagKey, beta)).data;
  const statuses = async () => (await release()).phases.map(({ status }) => status);
  const start = async (index: number) => {
    const phaseId = (await release()).phases[index]?._id ?? '';
    return client.releases.updatePhaseStatus('default', flagKey, phaseId, { status: 'active' }, beta);
  };
  const serves = (sdk: LDClient, key: string) => sdk.variation(flagKey, { kind: 'user', key }, 'absent');

  /** Waits until an SDK serves a user a value; it has been told by its stream alone, as the clock stands still. */
  async function until(sdk: LDClient, key: string, value: unknown): Promise<void> {
    await expect.poll(() => serves(sdk, key), { timeout: 5_000 }).toBe(value);
  }

  /** Leads the flag to its last phase. */
  async function toProduction(): Promise<void> {
    await start(0);
    await until(test, 'pioneer', true);
    expect(await serves(test, 'somebody')).toBe(false);
    await app.clock.advance(2_000);
    await start(1);
    const place = ['default', flagKey, 'test'] as const;
    const [request] = (await client.approvals.getApprovalsForFlag(...place)).data.items;
    const id = request?._id ?? '';
    const reviewer = officialClient(url, await app.addToken('admin'));
    await reviewer.approvals.postApprovalRequestReview(id, { kind: 'approve' });
    expect(await serves(test, 'somebody')).toBe(false);
    await client.approvals.postApprovalRequestApply(id, {});
    await until(test, 'somebody', true);
    await app.clock.advance(2_000);
    expect(await statuses()).toEqual(['completed', 'completed', 'ready-to-start']);
    await start(2);
    const reason = async () => (await production.variationDetail(flagKey, { kind: 'user', key: 'x' }, 'absent')).reason;
    await expect.poll(reason, { timeout: 5_000 }).toMatchObject({ inExperiment: true });
  }

  /** Lets users come to production; what each is served decides whether it meets an error. */
  async function visit(hasError: (isNew: boolean, index: number) => boolean): Promise<void> {
    for (let index = 0; index < USERS; index++) {
      const user = { kind: 'user', key: `user-${index}` };
      const isNew = (await production.variation(flagKey, user, 'absent')) === true;
      if (hasError(isNew, index)) production.track('checkout-error', user);
    }
    await production.flush();
  }

  it('completes by itself when nothing speaks against it', async () => {
    await toProduction();
    await visit((_, index) => index % 50 === 0);
    await app.clock.advance(10 * MINUTE);
    expect(await release()).toMatchObject({
      phases: [{}, {}, { status: 'active', _audiences: [{ status: 'active' }] }],
    });
    await app.clock.advance(HOUR);
    await app.clock.advance(2_000);
    expect(await statuses()).toEqual(['completed', 'completed', 'completed']);
    for (const key of ['user-1', 'user-2', 'user-3', 'user-4']) await until(production, key, true);
  });

  it('rolls back when a metric gets worse, and the SDK serves the old value again', async () => {
    await toProduction();
    await visit((isNew, index) => isNew && index % 4 === 0);
    const [fortunate] = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) => [`user-${index}`, await serves(production, `user-${index}`)] as const,
      ),
    ).then((all) => all.filter(([, value]) => value === true).map(([key]) => key));
    expect(fortunate).toBeDefined();
    await app.clock.advance(5 * MINUTE);
    await until(production, fortunate ?? '', false);
    expect((await release()).phases[2]).toMatchObject({
      status: 'paused',
      complete: false,
      _audiences: [{ status: 'rolled-back' }],
    });
    const { data } = await client.flags.getFeatureFlag('default', flagKey);
    expect(data.environments?.['production']).toMatchObject({ on: true, fallthrough: { variation: 1 } });
  });
});
