import { once } from 'node:events';
import type { LDClient, LDContext } from '@launchdarkly/node-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { officialClient, type OfficialClient, semantic } from '../support/official-client.ts';
import { connectSdk } from '../support/official-sdk.ts';

describe.each(ENGINES)('segments through the official client and SDK on $name', (engine) => {
  let app: TestApp;
  let client: OfficialClient;
  let sdk: LDClient;

  beforeAll(async () => {
    app = await startApp(engine);
    const url = await app.slipway.listen();
    client = officialClient(url, app.token);
    const { data: environment } = await client.environments.getEnvironment('default', 'test');
    const { data: flag } = await client.flags.postFeatureFlag('default', { key: 'beta', name: 'Beta' });
    await client.segments.postSegment('default', 'test', { key: 'testers', name: 'Testers' });
    await client.segments.postSegment('default', 'test', { key: 'everybody', name: 'Everybody' });
    const instructions = [
      { kind: 'turnFlagOn' },
      { kind: 'updateFallthroughVariationOrRollout', variationId: flag.variations[1]?._id },
      {
        kind: 'addRule',
        variationId: flag.variations[0]?._id,
        clauses: [{ contextKind: 'user', attribute: 'segmentMatch', op: 'segmentMatch', values: ['everybody'] }],
      },
    ];
    const body = { environmentKey: 'test', instructions } as never;
    await client.flags.patchFeatureFlag('default', 'beta', body, undefined, semantic);
    sdk = await connectSdk(url, environment.apiKey);
  });
  afterAll(async () => {
    sdk.close();
    await app.close();
  });

  const patch = (key: string, ...instructions: readonly object[]) =>
    client.segments.patchSegment('default', 'test', key, { instructions } as never, semantic);
  const isIn = (context: object) => sdk.variation('beta', { kind: 'user', ...context } as LDContext, 'absent');
  /** Waits until the SDK serves a value for a context, looking again at each change that it reports. */
  const until = async (context: object, value: boolean) => {
    while ((await isIn(context)) !== value) await once(sdk, 'update');
  };

  it('serves by keys, rules, shares and nested segments, as they change', async () => {
    expect(await isIn({ key: 'kim' })).toBe(false);
    await patch('everybody', {
      kind: 'addRule',
      clauses: [{ contextKind: 'user', op: 'segmentMatch', values: ['testers'] }],
    });
    await patch('testers', { kind: 'addIncludedUsers', values: ['kim'] });
    await until({ key: 'kim' }, true);
    await patch('testers', { kind: 'addIncludedTargets', contextKind: 'org', values: ['acme'] });
    await until({ kind: 'multi', user: { key: 'sam' }, org: { key: 'acme' } }, true);
    const clause = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'] };
    const { data } = await patch('testers', { kind: 'addRule', clauses: [clause] });
    await until({ key: 'pia', plan: 'pro' }, true);
    expect(await isIn({ key: 'pia', plan: 'free' })).toBe(false);
    await patch('testers', { kind: 'addExcludedUsers', values: ['pia'] });
    await until({ key: 'pia', plan: 'pro' }, false);
    await patch('testers', { kind: 'updateRuleRolloutAndContextKind', ruleId: data.rules[0]?._id, weight: 0 });
    await until({ key: 'pro-1', plan: 'pro' }, false);
    await patch('testers', { kind: 'removeIncludedUsers', values: ['kim'] });
    await until({ key: 'kim' }, false);
  });

  it('says by status and code what cannot be', async () => {
    const refused = async (call: Promise<unknown>) => {
      const { response } = await call.then(
        () => ({ response: { status: 200, data: {} } }),
        (error: { response: { status: number; data: { code?: string } } }) => error,
      );
      return [response.status, (response.data as { code?: string }).code];
    };
    expect(await refused(client.segments.deleteSegment('default', 'test', 'everybody'))).toEqual([409, 'conflict']);
    const body = { key: 'testers', name: 'Again' };
    expect(await refused(client.segments.postSegment('default', 'test', body))).toEqual([409, 'key_exists']);
    expect((await client.segments.getSegment('default', 'test', 'everybody')).data._flags).toMatchObject([
      { key: 'beta' },
    ]);
  });
});
