import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES, type TestStore } from '../support/engines.ts';
import { beta, officialClient, semantic } from '../support/official-client.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';
import { startProcess } from '../support/process.ts';

const shared = ENGINES.filter(({ name }) => name === 'postgres');

describe.each(shared)('two Slipways on one $name', (engine) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await engine.create();
  });
  afterAll(() => store.drop());

  it('brings a release made through one process to an SDK on the other', async () => {
    const token = `api-${randomUUID()}`;
    const settings = { DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token };
    const [one, other] = await Promise.all([startProcess(settings), startProcess(settings)]);
    const client = officialClient(one.url, token);
    const { data: production } = await client.environments.getEnvironment('default', 'production');
    const sdk = await connectSdk(other.url, production.apiKey);

    await client.flags.postFeatureFlag('default', { key: 'shared', name: 'Shared' });
    await untilServes(sdk, 'shared', false);
    const phases = [{ name: 'Production', audiences: [{ environmentKey: 'production', name: 'all' }] }];
    await client.pipelines.postReleasePipeline('default', { key: 'one', name: 'One', phases }, beta);
    const release = await client.releases.createReleaseForFlag(
      'default',
      'shared',
      { releasePipelineKey: 'one' },
      beta,
    );
    const phaseId = release.data.phases[0]?._id ?? '';
    await client.releases.updatePhaseStatus('default', 'shared', phaseId, { status: 'active' }, beta);
    await untilServes(sdk, 'shared', true);

    sdk.close();
    expect(await Promise.all([one.stop('SIGTERM'), other.stop('SIGTERM')])).toEqual([0, 0]);
  });

  it('needs no polling for it: the notification alone brings the change', async () => {
    const here = { name: engine.name, create: async () => ({ url: store.url, drop: async () => undefined }) };
    const [one, other]: TestApp[] = [await startApp(here), await startApp(here)];
    if (!one || !other) throw new Error('unreachable');
    const secret = `api-${randomUUID()}`;
    const key = `f-${secret.slice(-8)}`;
    const { database } = one.slipway;
    const { sdk_key: sdkKey } = await database.db
      .selectFrom('environments')
      .select('sdk_key')
      .where('key', '=', 'production')
      .executeTakeFirstOrThrow();
    const sdk = await connectSdk(await other.slipway.listen(), sdkKey);
    expect(await evaluate(sdk, key)).toBe('absent');
    const token = await one.addToken('writer');
    const client = officialClient(await one.slipway.listen(), token);
    await client.flags.postFeatureFlag('default', { key, name: key });
    await untilServes(sdk, key, false);
    const patch = { environmentKey: 'production', instructions: [{ kind: 'turnFlagOn' }] };
    await client.flags.patchFeatureFlag('default', key, patch as never, undefined, semantic);
    await untilServes(sdk, key, true);
    sdk.close();
    await one.close();
    await other.close();
  });

  it('leads releases to their end together, and does nothing twice', async () => {
    const here = { name: engine.name, create: async () => ({ url: store.url, drop: async () => undefined }) };
    const [one, other]: TestApp[] = [await startApp(here), await startApp(here)];
    if (!one || !other) throw new Error('unreachable');
    const token = await one.addToken('writer');
    const call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
      one.call({ method, path, token, headers: BETA, ...(body !== undefined && { body }) });
    const phases = ['test', 'production'].map((environmentKey) => ({
      name: environmentKey,
      configuration: { startAutomatically: true, bakeTimeDurationMs: 60_000 },
      audiences: [{ environmentKey, name: 'all' }],
    }));
    await call('POST', 'projects/default/release-pipelines', { key: 'auto', name: 'Auto', phases });
    const keys = Array.from({ length: 30 }, (_, index) => `auto-${index}`);
    for (const key of keys) {
      await call('POST', 'flags/default', { key, name: key });
      await call('PUT', `projects/default/flags/${key}/release`, { releasePipelineKey: 'auto' });
    }
    for (let step = 0; step < 8; step++) await Promise.all([one.clock.advance(30_000), other.clock.advance(30_000)]);
    for (const key of keys) {
      const { phases } = (await call('GET', `flags/default/${key}/release`)).body;
      const { environments } = (await call('GET', `flags/default/${key}`)).body;
      const { items } = (await call('GET', `auditlog?spec=proj/default:env/*:flag/${key}&limit=20`)).body;
      const turnedOn = items.filter(({ description }: { description: string }) =>
        description.includes('Turned the flag on'),
      );
      expect({ key, states: phases.map(({ status }: { status: string }) => status) }).toEqual({
        key,
        states: ['completed', 'completed'],
      });
      expect([environments.test.version, environments.production.version, turnedOn.length]).toEqual([2, 2, 2]);
    }
    await one.close();
    await other.close();
  });
});
