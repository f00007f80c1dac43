import { describe, expect, it } from 'vitest';
import { aProject } from '../../../../tests/support/builders/a-project.ts';
import { anEnvironment } from '../../../../tests/support/builders/an-environment.ts';
import { aFlag } from '../../../../tests/support/builders/a-flag.ts';
import { patched } from '../../../../tests/support/builders/patched.ts';
import { testContext } from '../../../../tests/support/builders/test-context.ts';
import { createFlag } from '../create-flag.ts';
import type { MigrationSettings } from '../flag.ts';

const migration = (settings: MigrationSettings) =>
  createFlag(
    { key: 'store', name: 'Store', purpose: 'migration', migrationSettings: settings },
    { project: aProject(), environments: [anEnvironment({ key: 'test', id: 'test-id' })], firstVersions: new Map() },
    testContext(),
  );
const SIX = { stageCount: 6, contextKind: 'account' } as const;
const clause = { contextKind: 'account', attribute: 'key', op: 'in', values: ['a'] };

describe('a migration flag', () => {
  it.each([
    [{ stageCount: 2 }, ['off', 'complete'], 'user'],
    [{ stageCount: 4 }, ['off', 'shadow', 'live', 'complete'], 'user'],
    [SIX, ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete'], 'account'],
  ] as const)('of %j has its stages and begins in the first', (settings, stages, contextKind) => {
    const flag = migration(settings);
    expect(flag.variations.map(({ value }) => value)).toEqual(stages);
    expect(flag.clientSideAvailability).toEqual({ usingEnvironmentId: false, usingMobileKey: false });
    const weights = flag.variations.map(({ id }, i) => ({ variationId: id, weightThousandths: i === 0 ? 100_000 : 0 }));
    expect(flag.environments['test']).toMatchObject({
      fallthrough: { rollout: { contextKind, variations: weights } },
      offVariationId: flag.variations[0]?.id,
    });
  });

  it('sets how often reads are compared', () => {
    const instruction = { kind: 'updateFlagConfigMigrationSettings', checkRatio: 10 };
    const { config, told } = patched(migration({ stageCount: 2 }), [instruction]);
    expect(config.checkRatio).toBe(10);
    expect(told).toEqual(['updateFlagConfigMigrationSettings: Changed consistency checks to one in 10 reads']);
    expect(() => patched(aFlag(), [instruction])).toThrow('checkRatio: flag new-cart is no migration flag');
    expect(() => patched(migration({ stageCount: 2 }), [{ ...instruction, checkRatio: -1 }])).toThrow(
      'checkRatio: expected a whole number of at least 0, got -1',
    );
  });

  it('moves cohorts by rollouts', () => {
    const flag = migration(SIX);
    const rolloutWeights = { [flag.variations[1]?.id as string]: 100_000 };
    const serve = { rolloutWeights, rolloutContextKind: 'account' };
    const { config } = patched(flag, [
      { kind: 'addRule', clauses: [clause], ...serve },
      { kind: 'updateFallthroughVariationOrRollout', ...serve },
    ]);
    expect(config.rules).toHaveLength(1);
  });

  const [off] = migration(SIX).variations.map(({ id }) => id);
  const weights = { [off as string]: 100_000 };
  it.each([
    [
      'a variation for a cohort',
      { kind: 'addRule', clauses: [clause], variationId: off },
      'rules[0]: expected a rollout over the stages',
    ],
    [
      'a variation for the default cohort',
      { kind: 'updateFallthroughVariationOrRollout', variationId: off },
      'fallthrough: expected a rollout over the stages',
    ],
    [
      'targets',
      { kind: 'addTargets', values: ['a'], variationId: off },
      'targets: a migration flag has no individual targets',
    ],
    [
      'another off variation',
      { kind: 'updateOffVariation', variationId: null },
      'offVariation: expected the stage off',
    ],
    [
      'a rollout of another kind',
      { kind: 'updateFallthroughVariationOrRollout', rolloutWeights: weights },
      'rules: expected clauses and rollouts of the context kind "account" only, got "user"',
    ],
    [
      'segments',
      {
        kind: 'addRule',
        clauses: [{ op: 'segmentMatch', values: ['s'] }],
        rolloutWeights: weights,
        rolloutContextKind: 'account',
      },
      'rules: a migration flag with 6 stages matches no segments',
    ],
    ['permanence', { kind: 'makeFlagPermanent' }, 'temporary: a migration flag is temporary'],
    [
      'more stages',
      { kind: 'addVariation', value: 'x' },
      'value: expected no change of the values, which are fixed for a migration flag',
    ],
  ])('refuses %s', (_, instruction, message) => {
    expect(() => patched(migration(SIX), [instruction])).toThrow(message);
  });

  it.each([
    [{ stageCount: 6 }, 'migrationSettings.contextKind: expected a context kind, needed with 6 stages, got nothing'],
    [
      { stageCount: 4, contextKind: 'user' },
      'migrationSettings.contextKind: expected nothing with fewer than 6 stages, got "user"',
    ],
    [{ stageCount: 3 }, 'migrationSettings.stageCount: expected 2, 4 or 6, got 3'],
  ])('is not made of %j', (settings, message) => {
    expect(() => migration(settings as never)).toThrow(message);
  });
});
