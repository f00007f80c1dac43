import { randomUUID } from 'node:crypto';
import type { FeatureFlag } from 'launchdarkly-api-typescript';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient, semantic } from '../support/official-client.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';
import { startProcess } from '../support/process.ts';

const WRITERS = 8;
const ACKNOWLEDGED_BEFORE_KILL = 120;

describe.each(ENGINES)('kill -9 on $name', (engine) => {
  it('keeps everything that was acknowledged, and the SDK comes back by itself', async () => {
    const store = await engine.create();
    const token = `api-${randomUUID()}`;
    const settings = { DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token };
    const first = await startProcess(settings);
    const { port } = new URL(first.url);
    const before = officialClient(first.url, token);
    const { data: production } = await before.environments.getEnvironment('default', 'production');
    const sdk = await connectSdk(first.url, production.apiKey, { streamInitialReconnectDelay: 0.1 });

    const acknowledged = await writeUntilKilled(before, () => first.stop('SIGKILL'));
    expect(acknowledged.size).toBeGreaterThan(ACKNOWLEDGED_BEFORE_KILL / 2);

    const second = await startProcess({ ...settings, PORT: port });
    const after = officialClient(second.url, token);
    for (const [flagKey, version] of acknowledged) {
      const { data: flag } = await after.flags.getFeatureFlag('default', flagKey);
      expect(flag.environments?.['production']?.version).toBeGreaterThanOrEqual(version);
      await untilServes(sdk, flagKey, flag.environments?.['production']?.on);
    }
    await deliveredIsStored(second.url, production.apiKey, after);

    await after.flags.postFeatureFlag('default', { key: 'after-the-kill', name: 'After' });
    await untilServes(sdk, 'after-the-kill', false);
    sdk.close();
    expect(await second.stop('SIGTERM')).toBe(0);
    await store.drop();
  });

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

/**
 * Creates flags and turns them on from several sides at once, and has the server killed in the middle of it.
 * @returns the last acknowledged production version of each flag
 */
async function writeUntilKilled(
  client: OfficialClient,
  kill: () => Promise<unknown>,
): Promise<ReadonlyMap<string, number>> {
  const acknowledged = new Map<string, number>();
  let answers = 0;
  let killed: Promise<unknown> | undefined;
  const acknowledge = ({ data: flag }: { data: FeatureFlag }) => {
    acknowledged.set(flag.key, flag.environments?.['production']?.version ?? 0);
    answers++;
    if (answers === ACKNOWLEDGED_BEFORE_KILL) killed = kill();
  };
  const writer = async (name: string) => {
    for (let count = 0; ; count++) {
      const key = `${name}-${count}`;
      acknowledge(await client.flags.postFeatureFlag('default', { key, name: key }));
      const patch = { environmentKey: 'production', instructions: [{ kind: 'turnFlagOn' }] };
      acknowledge(await client.flags.patchFeatureFlag('default', key, patch as never, undefined, semantic));
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, index) => writer(`writer-${index}`));
  const ends = await Promise.allSettled(writers);
  expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: WRITERS }, () => 'rejected'));
  await killed;
  return acknowledged;
}

/** What SDKs get is what the API says, flag by flag and version by version: both were stored, or neither. */
async function deliveredIsStored(url: string, sdkKey: string, client: OfficialClient): Promise<void> {
  const answer = await fetch(`${url}/sdk/latest-all`, { headers: { authorization: sdkKey } });
  const delivered = (await answer.json()) as { flags: Record<string, { version: number; on: boolean }> };
  const { data } = await client.flags.getFeatureFlags('default', 'production', undefined, 1000);
  const stored = data.items.map(({ key, environments }) => {
    const config = environments?.['production'];
    return [key, { version: config?.version, on: config?.on }];
  });
  const sent = Object.entries(delivered.flags).map(([key, { version, on }]) => [key, { version, on }]);
  expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(stored));
}
