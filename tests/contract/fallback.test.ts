import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate } from '../support/official-sdk.ts';

describe.each(ENGINES)('SDKs of the second protocol on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  it.each(['standard', 'pollingOnly'] as const)(
    'are sent back to the first one in mode %s',
    async (dataSourceOptionsType) => {
      const url = app.slipway.server.server.listening ? app.slipway.server.listeningOrigin : await app.slipway.listen();
      const { body: production } = await app.call({ path: 'projects/default/environments/production' });
      await app.call({
        method: 'POST',
        path: 'flags/default',
        body: { key: 'second', name: 'Second', isFlagOn: true },
      });
      const sdk = await connectSdk(url, production.apiKey, { dataSystem: { dataSource: { dataSourceOptionsType } } });
      expect(await evaluate(sdk, 'second')).toBe(true);
      sdk.close();
    },
  );
});
