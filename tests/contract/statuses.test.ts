import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { officialClient } from '../support/official-client.ts';
import { connectSdk, evaluate } from '../support/official-sdk.ts';

describe.each(ENGINES)('statuses from the official SDK on $name', (engine) => {
  let app: TestApp;
  let url: string;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  afterAll(() => app.close());

  it('tell the official client that code evaluates a flag, since when, with what, and in which application', async () => {
    const { flags, environments } = officialClient(url, app.token);
    await flags.postFeatureFlag('default', { key: 'seen', name: 'Seen' });
    expect((await flags.getFeatureFlagStatus('default', 'test', 'seen')).data.name).toBe('new');
    const { apiKey } = (await environments.getEnvironment('default', 'test')).data;
    const sdk = await connectSdk(url, apiKey, { application: { id: 'shop', version: '1.2' } });
    await evaluate(sdk, 'seen');
    await evaluate(sdk, 'unknown');
    await sdk.flush();
    sdk.close();
    const lastRequested = new Date(app.clock.now()).toISOString();
    const { data } = await flags.getFeatureFlagStatus('default', 'test', 'seen');
    expect(data).toMatchObject({ name: 'active', lastRequested, default: 'absent' });
    const across = await flags.getFeatureFlagStatusAcrossEnvironments('default', 'seen');
    expect(across.data.environments).toMatchObject({ test: { name: 'active' }, production: { name: 'new' } });
    const listed = await flags.getFeatureFlags(
      'default',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'applicationEvaluated:shop,contextKindsEvaluated:user',
    );
    expect(listed.data.items.map(({ key }) => key)).toEqual(['seen']);
    expect((await flags.getFeatureFlagStatuses('default', 'test')).data.items).toHaveLength(1);
  });
});
