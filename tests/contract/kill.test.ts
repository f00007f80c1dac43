import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { killTrial } from '../../chaos/kill/trial.ts';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient } from '../support/official-client.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';
import { startProcess } from '../support/process.ts';

/** The long run of the same trial is `npm run chaos -- kill`. */
const KILLS = 2;

describe.each(ENGINES)('kill -9 on $name', (engine) => {
  it('loses nothing that was acknowledged and does nothing twice', async () => {
    const store = await engine.create();
    const processes = engine.name === 'postgres' ? 2 : 1;
    const result = await killTrial({ databaseUrl: store.url, processes, kills: KILLS, progress: () => undefined });
    expect(result.problems).toEqual([]);
    // Each kind of load has been there.
    for (const count of [result.writes, result.batches, result.timers, result.compared])
      expect(count).toBeGreaterThan(0);
    await store.drop();
  }, 120_000);

  it('continues a release that was killed between two phases', async () => {
    const store = await engine.create();
    const token = `api-${randomUUID()}`;
    const settings = { DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token };
    const first = await startProcess(settings);
    const before = officialClient(first.url, token);
    await before.flags.postFeatureFlag('default', { key: 'moving', name: 'Moving' });
    await before.pipelines.postReleasePipeline('default', PIPELINE, beta);
    const release = await before.releases.createReleaseForFlag('default', 'moving', { releasePipelineKey: 'p' }, beta);
    const [testing, everyone] = release.data.phases;
    await before.releases.updatePhaseStatus('default', 'moving', testing?._id ?? '', { status: 'active' }, beta);
    await first.stop('SIGKILL');

    const second = await startProcess(settings);
    const after = officialClient(second.url, token);
    const { data: production } = await after.environments.getEnvironment('default', 'production');
    const sdk = await connectSdk(second.url, production.apiKey);
    expect(await evaluate(sdk, 'moving')).toBe(false);
    const started = await after.releases.updatePhaseStatus(
      'default',
      'moving',
      everyone?._id ?? '',
      { status: 'active' },
      beta,
    );
    expect(started.data.phases[0]).toMatchObject({ complete: true });
    await untilServes(sdk, 'moving', true);
    sdk.close();
    await second.stop('SIGTERM');
    await store.drop();
  });
});

const PIPELINE = {
  key: 'p',
  name: 'P',
  phases: [
    { name: 'Testing', audiences: [{ environmentKey: 'test', name: 'all' }] },
    { name: 'Production', audiences: [{ environmentKey: 'production', name: 'all' }] },
  ],
};
