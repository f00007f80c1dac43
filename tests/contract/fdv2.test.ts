import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';

describe.each(ENGINES)('SDKs of the second protocol on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;
  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    sdkKey = (await app.call({ path: 'projects/default/environments/production' })).body.apiKey;
  });
  afterAll(() => app.close());

  const turn = (flagKey: string, kind: 'turnFlagOn' | 'turnFlagOff') =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${flagKey}`,
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions: [{ kind }] },
    });

  it.each(['standard', 'streamingOnly', 'pollingOnly'] as const)('start in mode %s', async (dataSourceOptionsType) => {
    const key = `in-${dataSourceOptionsType}`;
    await app.call({ method: 'POST', path: 'flags/default', body: { key, name: key, isFlagOn: true } });
    const sdk = await connectSdk(url, sdkKey, { dataSystem: { dataSource: { dataSourceOptionsType } } });
    expect(await evaluate(sdk, key)).toBe(true);
    sdk.close();
  });

  it.each(['standard', 'streamingOnly'] as const)('see changes in mode %s', async (dataSourceOptionsType) => {
    const key = `changing-in-${dataSourceOptionsType}`;
    const sdk = await connectSdk(url, sdkKey, { dataSystem: { dataSource: { dataSourceOptionsType } } });
    expect(await evaluate(sdk, key)).toBe('absent');
    await app.call({ method: 'POST', path: 'flags/default', body: { key, name: key } });
    await untilServes(sdk, key, false);
    await turn(key, 'turnFlagOn');
    await untilServes(sdk, key, true);
    await app.call({ method: 'DELETE', path: `flags/default/${key}` });
    await untilServes(sdk, key, 'absent');
    sdk.close();
  });
});
