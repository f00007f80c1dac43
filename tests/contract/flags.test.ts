import { LDMigrationStage } from '@launchdarkly/node-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { officialClient, type OfficialClient, semantic } from '../support/official-client.ts';
import { connectSdk } from '../support/official-sdk.ts';

describe.each(ENGINES)('the flags API through the official client on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let client: OfficialClient;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    client = officialClient(url, app.token);
  });
  afterAll(() => app.close());

  const sdkKey = async () => (await client.environments.getEnvironment('default', 'test')).data.apiKey;

  it('makes an SDK serve by prerequisites, targets, rules and rollouts as they are asked for', async () => {
    const { flags } = client;
    const base = (await flags.postFeatureFlag('default', { key: 'base', name: 'Base' })).data;
    const on = { patch: [{ op: 'replace', path: '/environments/test/on', value: true }] };
    await flags.patchFeatureFlag('default', 'base', on);
    const theme = (
      await flags.postFeatureFlag('default', {
        key: 'theme',
        name: 'Theme',
        variations: [{ value: 'plain' }, { value: 'fancy' }, { value: { deep: [1] } }],
        defaults: { onVariation: 0, offVariation: 0 },
        initialPrerequisites: [{ key: 'base', variationId: base.variations[0]?._id as string }],
      })
    ).data;
    const [plain, fancy, deep] = theme.variations.map(({ _id }) => _id);
    await flags.patchFeatureFlag(
      'default',
      'theme',
      {
        comment: 'begin',
        environmentKey: 'test',
        instructions: [
          { kind: 'turnFlagOn' },
          { kind: 'addTargets', contextKind: 'device', values: ['kiosk'], variationId: deep },
          {
            kind: 'addRule',
            clauses: [{ contextKind: 'user', attribute: 'email', op: 'endsWith', values: ['@x'] }],
            variationId: fancy,
          },
          {
            kind: 'addRule',
            clauses: [{ contextKind: 'user', attribute: 'key', op: 'in', values: ['off'] }],
            variationId: fancy,
            disabled: true,
          },
        ],
      } as never,
      undefined,
      semantic,
    );
    const sdk = await connectSdk(url, await sdkKey());
    const serves = (context: object) => sdk.variation('theme', context as never, 'absent');
    const user = (key: string, email = '') => ({ kind: 'user', key, email });
    expect(await serves(user('a'))).toBe('plain');
    expect(await serves(user('a', 'a@x'))).toBe('fancy');
    expect(await serves(user('off'))).toBe('plain');
    expect(await serves({ kind: 'device', key: 'kiosk' })).toEqual({ deep: [1] });
    const until = async (context: object, value: unknown) => {
      while (JSON.stringify(await serves(context)) !== JSON.stringify(value)) {
        await new Promise((resolve) => sdk.once('update', resolve));
      }
    };
    await flags.patchFeatureFlag('default', 'theme', {
      patch: [{ op: 'add', path: '/variations/0', value: { value: 'first' } }],
    });
    await until({ kind: 'device', key: 'kiosk' }, { deep: [1] });
    await flags.patchFeatureFlag('default', 'theme', {
      patch: [{ op: 'replace', path: '/environments/test/fallthrough', value: { variation: 0 } }],
    });
    await until(user('a'), 'first');
    await flags.patchFeatureFlag('default', 'base', {
      patch: [{ op: 'replace', path: '/environments/test/on', value: false }],
    });
    await until(user('a'), 'plain');
    expect(plain).toBe((await flags.getFeatureFlag('default', 'theme')).data.variations[1]?._id);
    sdk.close();
  });

  it('leads a migration through its stages, and warns of what is unsafe', async () => {
    const { flags } = client;
    const body = {
      key: 'store',
      name: 'Store',
      purpose: 'migration' as const,
      migrationSettings: { stageCount: 6, contextKind: 'account' },
    };
    const { data } = await flags.postFeatureFlag('default', body);
    const stage = (name: string) => data.variations.find(({ value }) => value === name)?._id as string;
    const cohort = (name: string) => ({
      kind: 'addRule',
      ref: 'pilots',
      clauses: [{ contextKind: 'account', attribute: 'key', op: 'in', values: ['pilot'] }],
      rolloutContextKind: 'account',
      rolloutWeights: { [stage(name)]: 100_000 },
    });
    const issues = async (instruction: object) => {
      const answer = await flags.postMigrationSafetyIssues('default', 'store', 'test', {
        instructions: [instruction],
      });
      return { status: answer.status, issues: answer.data };
    };
    expect(await issues(cohort('live'))).toMatchObject({
      status: 200,
      issues: [{ causingRuleId: 'pilots', affectedRuleIds: ['fallthrough'], oldSystemAffected: false }],
    });
    expect((await issues(cohort('dualwrite'))).status).toBe(204);
    const instructions = [
      { kind: 'turnFlagOn' },
      cohort('dualwrite'),
      { kind: 'updateFlagConfigMigrationSettings', checkRatio: 5 },
    ];
    await flags.patchFeatureFlag(
      'default',
      'store',
      { environmentKey: 'test', instructions } as never,
      undefined,
      semantic,
    );
    const expanded = (await flags.getFeatureFlag('default', 'store', 'test', 'migrationSettings')).data;
    expect(expanded).toMatchObject({
      _purpose: 'migration',
      migrationSettings: { stageCount: 6, contextKind: 'account' },
      environments: { test: { migrationSettings: { checkRatio: 5 } } },
    });
    expect((await flags.getFeatureFlag('default', 'store')).data).not.toHaveProperty('migrationSettings');
    const sdk = await connectSdk(url, await sdkKey());
    const stageOf = async (key: string) =>
      (await sdk.migrationVariation('store', { kind: 'account', key }, LDMigrationStage.Complete)).value;
    expect([await stageOf('pilot'), await stageOf('other')]).toEqual(['dualwrite', 'off']);
    sdk.close();
  });

  it('ends targets, follows dependencies and deletes', async () => {
    const { flags } = client;
    const { data } = await flags.postFeatureFlag('default', { key: 'timed', name: 'Timed' });
    const variationId = data.variations[0]?._id as string;
    const add = [{ kind: 'addTargets', values: ['kim'], variationId }];
    await flags.patchFeatureFlag(
      'default',
      'timed',
      { environmentKey: 'test', instructions: add } as never,
      undefined,
      semantic,
    );
    const value = app.clock.now() + 60_000;
    const instructions = [{ kind: 'addExpiringTarget', value, variationId, contextKey: 'kim', contextKind: 'user' }];
    const patched = (await flags.patchExpiringTargets('default', 'test', 'timed', { instructions })).data;
    expect(patched).toMatchObject({ successfulInstructions: 1, items: [{ contextKey: 'kim', expirationDate: value }] });
    expect((await flags.getExpiringUserTargets('default', 'test', 'timed')).data.items).toMatchObject([
      { userKey: 'kim' },
    ]);
    await app.clock.advance(61_000);
    while ((await flags.getExpiringContextTargets('default', 'test', 'timed')).data.items.length > 0)
      await app.clock.advance(500);
    expect((await flags.getFeatureFlag('default', 'timed', 'test')).data.environments?.['test']?.targets).toEqual([]);
    const copied = await flags.copyFeatureFlag('default', 'timed', {
      source: { key: 'test' },
      target: { key: 'production' },
    });
    expect(copied.status).toBe(201);
    expect((await flags.deleteFeatureFlag('default', 'timed')).status).toBe(204);
  });
});
