import type { LDClient } from '@launchdarkly/node-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient, semantic } from '../support/official-client.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';

/** The main job, told once from beginning to end through the official API client and the official SDK. */
describe.each(ENGINES)('a flag goes through a pipeline on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let client: OfficialClient;
  let sdk: LDClient;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    client = officialClient(url, app.token);
  });
  afterAll(async () => {
    sdk?.close();
    await app.close();
  });

  it('creates a boolean flag, reads it and lists it', async () => {
    const created = await client.flags.postFeatureFlag('default', { key: 'new-cart', name: 'New cart', tags: ['web'] });
    expect(created.status).toBe(201);
    const flag = created.data;
    expect(flag).toMatchObject({ key: 'new-cart', kind: 'boolean', _version: 1, tags: ['web'], temporary: true });
    expect(flag.variations.map(({ value }) => value)).toEqual([true, false]);
    expect(Object.keys(flag.environments ?? {})).toEqual(['production', 'test']);

    const read = await client.flags.getFeatureFlag('default', 'new-cart');
    expect(read.status).toBe(200);
    expect(read.data).toEqual(flag);

    const list = await client.flags.getFeatureFlags('default');
    expect(list.status).toBe(200);
    expect(list.data).toMatchObject({ totalCount: 1, items: [{ key: 'new-cart' }] });
    expect(list.data.items[0]).not.toHaveProperty('environments');
  });

  it('turns the flag on in test by semantic patch', async () => {
    const patch = { environmentKey: 'test', comment: 'try it', instructions: [{ kind: 'turnFlagOn' }] };
    const patched = await client.flags.patchFeatureFlag('default', 'new-cart', patch as never, undefined, semantic);
    expect(patched.status).toBe(200);
    expect(patched.data.environments?.['test']).toMatchObject({ on: true, version: 2 });
    expect(patched.data.environments?.['production']).toMatchObject({ on: false, version: 1 });
  });

  it('releases it phase by phase while an SDK watches production', async () => {
    const production = await client.environments.getEnvironment('default', 'production');
    sdk = await connectSdk(url, production.data.apiKey);
    let connections = 0;
    app.slipway.server.server.on('request', (request) => {
      if (request.url === '/all') connections++;
    });
    expect(await evaluate(sdk, 'new-cart')).toBe(false);

    const pipeline = await client.pipelines.postReleasePipeline(
      'default',
      {
        key: 'standard',
        name: 'Standard',
        phases: [
          { name: 'Testing', audiences: [{ environmentKey: 'test', name: 'All of test' }] },
          { name: 'Production', audiences: [{ environmentKey: 'production', name: 'Everyone' }] },
        ],
      },
      beta,
    );
    expect(pipeline.status).toBe(201);
    expect(pipeline.data).toMatchObject({ key: 'standard', isProjectDefault: true, _version: 0 });

    const added = await client.releases.createReleaseForFlag(
      'default',
      'new-cart',
      { releasePipelineKey: 'standard' },
      beta,
    );
    expect(added.status).toBe(200);
    const [testing, everyone] = added.data.phases;
    expect(testing).toMatchObject({ _name: 'Testing', status: 'ready-to-start', started: false, complete: false });
    expect(everyone).toMatchObject({ _name: 'Production', status: 'not-started', started: false, complete: false });

    const start = (phaseId = '') =>
      client.releases.updatePhaseStatus('default', 'new-cart', phaseId, { status: 'active' }, beta);
    const started = await start(testing?._id);
    expect(started.status).toBe(200);
    expect(started.data.phases[0]).toMatchObject({ status: 'active', started: true, complete: false });

    await app.clock.advance(2_000);
    const settled = await client.releases.getReleaseByFlagKey('default', 'new-cart', beta);
    expect(settled.data.phases.map(({ status }) => status)).toEqual(['completed', 'ready-to-start']);
    expect(settled.data.phases[0]?._completedBy?.member).toMatchObject({ role: 'owner', email: 'owner@localhost' });
    expect(await evaluate(sdk, 'new-cart')).toBe(false);

    // The clock stands still: no poll and no safety net can bring the change, only the stream.
    await start(everyone?._id);
    await untilServes(sdk, 'new-cart', true);
    expect(connections).toBe(0);

    await app.clock.advance(2_000);
    const completed = await client.releases.getReleaseByFlagKey('default', 'new-cart', beta);
    expect(completed.data.phases.map(({ complete }) => complete)).toEqual([true, true]);
  });
});
