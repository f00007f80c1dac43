import { init, integrations, type LDClient, type LDContext } from '@launchdarkly/node-server-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORLDS } from '../support/random-worlds.ts';
import { evaluateWorld } from '../support/worlds.ts';

/** 12,000 worlds with 4.5 contexts each, on average, are 54,000 evaluations; `EVALUATION_RUNS=100000` looks longer. */
const RUNS = Number(process.env['EVALUATION_RUNS'] ?? 12_000);

describe('evaluation', () => {
  const data = new integrations.TestData();
  let sdk: LDClient;
  beforeAll(async () => {
    const silent = () => {};
    sdk = init('sdk-key', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    });
    await sdk.waitForInitialization({ timeout: 10 });
  });
  afterAll(() => sdk.close());

  it('agrees with the official SDK on value, variation and reason', { timeout: 600_000 }, async () => {
    let evaluations = 0;
    await fc.assert(
      fc.asyncProperty(WORLDS, async (world) => {
        const { contexts, one, two, ...flags } = world;
        for (const other of Object.values(flags)) await data.usePreconfiguredFlag(structuredClone(other));
        for (const other of [one, two]) await data.usePreconfiguredSegment(structuredClone(other));
        for (const [index, ours] of evaluateWorld(world).entries()) {
          const official = await sdk.variationDetail('flag', contexts[index] as LDContext, null);
          evaluations++;
          expect(ours).toEqual({
            value: official.value,
            variationIndex: official.variationIndex ?? null,
            reason: official.reason,
          });
        }
      }),
      { numRuns: RUNS },
    );
    expect(evaluations).toBeGreaterThan(RUNS * 4);
  });
});
