import { describe, expect, it } from 'vitest';
import { FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';

const kind = 'updateFallthroughVariationOrRollout';

describe('updateFallthroughVariationOrRollout', () => {
  it('sets a variation', () => {
    const { config, told } = patched(flagWith({}), [{ kind, variationId: FALSE_ID }]);
    expect(config.fallthrough).toEqual({ variationId: FALSE_ID });
    expect(told).toEqual(['updateFallthrough: Changed the default rule to serve Hidden']);
  });

  it('sets a rollout over all variations, in order, those not mentioned with weight 0', () => {
    const rolloutWeights = { [FALSE_ID]: 100_000 };
    const { config, told } = patched(flagWith({}), [
      { kind, rolloutWeights, rolloutContextKind: 'org', rolloutBucketBy: 'country' },
    ]);
    expect(config.fallthrough).toEqual({
      rollout: {
        contextKind: 'org',
        bucketBy: 'country',
        variations: [
          { variationId: TRUE_ID, weightThousandths: 0 },
          { variationId: FALSE_ID, weightThousandths: 100_000 },
        ],
      },
    });
    expect(told).toEqual(['updateFallthrough: Changed the default rule to serve Hidden to 100 %']);
  });

  it('does nothing when it is so already', () => {
    expect(patched(flagWith({}), [{ kind, variationId: TRUE_ID }]).told).toEqual([]);
  });

  it.each([
    [{ variationId: 'x' }, /variationId: "x" is not a variation of new-cart; expected one of /],
    [{}, 'variationId: expected exactly one of variationId and rolloutWeights'],
    [{ variationId: TRUE_ID, rolloutWeights: {} }, 'variationId: expected exactly one of'],
    [{ rolloutWeights: { [TRUE_ID]: 99_999 } }, 'rolloutWeights: expected weights that sum to 100000, got 99999'],
    [{ rolloutWeights: { [TRUE_ID]: 100_001, [FALSE_ID]: -1 } }, 'a whole number from 0 to 100000, got 100001'],
    [{ rolloutWeights: { x: 100_000 } }, 'rolloutWeights: "x" is not a variation'],
    [
      { rolloutWeights: { [TRUE_ID]: 100_000 }, rolloutContextKind: 'multi' },
      'rolloutContextKind: expected a context kind',
    ],
    [
      { rollout: { variations: [{ variationId: TRUE_ID, weight: 1 }] } },
      'rollout.variations: expected weights that sum',
    ],
  ])('refuses %j', (parameters, message) => {
    expect(() => patched(flagWith({}), [{ kind, ...parameters }])).toThrow(message);
  });
});

describe('updateOffVariation', () => {
  it('sets it, and with null removes it', () => {
    const set = patched(flagWith({}), [{ kind: 'updateOffVariation', variationId: TRUE_ID }]);
    expect(set.config.offVariationId).toBe(TRUE_ID);
    expect(set.told).toEqual(['updateOffVariation: Changed the off variation to true']);
    const removed = patched(set.flag, [{ kind: 'updateOffVariation', variationId: null }]);
    expect(removed.config.offVariationId).toBeUndefined();
    expect(removed.told).toEqual(['updateOffVariation: Removed the off variation']);
  });

  it('refuses a variation of another flag', () => {
    expect(() => patched(flagWith({}), [{ kind: 'updateOffVariation', variationId: 'x' }])).toThrow(
      'instructions[0] (updateOffVariation): variationId: "x" is not a variation',
    );
  });
});
