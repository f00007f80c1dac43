import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApplicationsBetaApi, Configuration, RelayProxyConfigurationsApi } from 'launchdarkly-api-typescript';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { beta } from '../support/official-client.ts';
import { connectSdk } from '../support/official-sdk.ts';

describe.each(ENGINES)('the official client on things of the account on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let configuration: Configuration;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    configuration = new Configuration({ basePath: url, apiKey: app.token });
  });
  afterAll(() => app.close());

  it('makes, changes, resets and deletes Relay Proxy configurations', async () => {
    const relays = new RelayProxyConfigurationsApi(configuration);
    const policy = [{ effect: 'allow' as const, resources: ['proj/*:env/*'], actions: ['*'] }];
    const { data: made } = await relays.postRelayAutoConfig({ name: 'Relay', policy });
    const id = made._id;
    const statement = { effect: 'allow', resources: ['proj/*:env/test'], actions: ['*'] };
    const patch = [{ op: 'replace', path: '/policy/0', value: statement }];
    await relays.patchRelayAutoConfig(id, { patch, comment: 'Less' });
    expect((await relays.getRelayProxyConfig(id)).data.policy).toEqual([statement]);
    const { data: reset } = await relays.resetRelayAutoConfig(id);
    expect(reset.fullKey).not.toBe(made.fullKey);
    await relays.deleteRelayAutoConfig(id);
    expect((await relays.getRelayProxyConfigs()).data.items).toEqual([]);
  });

  it('reads and changes applications that the official SDK has told of', async () => {
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    const sdk = await connectSdk(url, apiKey, { application: { id: 'shop', version: '3', name: 'Shop' } });
    sdk.close();
    await app.slipway.sightings.settled();
    const api = new ApplicationsBetaApi(configuration);
    const describeIt = [{ op: 'replace', path: '/description', value: 'Sells' }];
    await api.patchApplication('shop', describeIt, beta);
    const drop = [{ op: 'replace', path: '/supported', value: false }];
    await api.patchApplicationVersion('shop', '3', drop, beta);
    const { data: found } = await api.getApplications('kind equals server', 5, 0, 'name', 'flags', beta);
    expect(found.items).toMatchObject([{ key: 'shop', description: 'Sells', flags: { totalCount: 0 } }]);
    const versions = await api.getApplicationVersions('shop', 'supported equals false', 5, 0, '-creationDate', beta);
    expect(versions.data.items).toMatchObject([{ key: '3', supported: false }]);
    await api.deleteApplicationVersion('shop', '3', beta);
    await api.deleteApplication('shop', beta);
    expect((await app.call({ path: 'applications', headers: BETA })).body.totalCount).toBe(0);
  });
});
