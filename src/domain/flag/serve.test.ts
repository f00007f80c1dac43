import { describe, expect, it } from 'vitest';
import { aFlag, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { parseServe } from './serve.ts';

const serve = (parameters: object) => parseServe(new Fields(parameters, 'instructions[0] (addRule): '))(aFlag());
const all = (weightThousandths: number) => ({ [TRUE_ID]: weightThousandths });

describe('parseServe', () => {
  it('serves a variation', () => {
    expect(serve({ variationId: FALSE_ID })).toEqual({ variationId: FALSE_ID });
  });

  it('serves a rollout over all variations in their order, those not mentioned with weight 0', () => {
    const half = { [FALSE_ID]: 40_000, [TRUE_ID]: 60_000 };
    expect(serve({ rolloutWeights: half, rolloutBucketBy: 'plan', rolloutContextKind: 'organization' })).toEqual({
      rollout: {
        contextKind: 'organization',
        bucketBy: 'plan',
        variations: [
          { variationId: TRUE_ID, weightThousandths: 60_000 },
          { variationId: FALSE_ID, weightThousandths: 40_000 },
        ],
      },
    });
    expect(serve({ rolloutWeights: { [FALSE_ID]: 100_000 } })).toEqual({
      rollout: {
        contextKind: 'user',
        variations: [
          { variationId: TRUE_ID, weightThousandths: 0 },
          { variationId: FALSE_ID, weightThousandths: 100_000 },
        ],
      },
    });
  });

  const ONE = 'variationId: expected exactly one of variationId and rolloutWeights';
  const KNOWN = `expected one of ${TRUE_ID}, ${FALSE_ID}`;
  it.each([
    { name: 'both a variation and weights', bad: { variationId: TRUE_ID, rolloutWeights: all(100_000) }, problem: ONE },
    { name: 'neither', bad: {}, problem: ONE },
    { name: 'neither, written as null', bad: { variationId: null, rolloutWeights: null }, problem: ONE },
    {
      name: 'an unknown variation',
      bad: { variationId: 'x' },
      problem: `variationId: "x" is not a variation of new-cart; ${KNOWN}`,
    },
    {
      name: 'weights of an unknown variation',
      bad: { rolloutWeights: { x: 100_000 } },
      problem: `rolloutWeights: "x" is not a variation of new-cart; ${KNOWN}`,
    },
    {
      name: 'weights that do not reach 100000',
      bad: { rolloutWeights: all(99_999) },
      problem: 'rolloutWeights: expected weights that sum to 100000, got 99999',
    },
    {
      name: 'weights that exceed 100000 together',
      bad: { rolloutWeights: { [TRUE_ID]: 60_000, [FALSE_ID]: 60_000 } },
      problem: 'rolloutWeights: expected weights that sum to 100000, got 120000',
    },
    {
      name: 'no weights',
      bad: { rolloutWeights: {} },
      problem: 'rolloutWeights: expected weights that sum to 100000, got 0',
    },
    {
      name: 'a negative weight although the sum is right',
      bad: { rolloutWeights: { [FALSE_ID]: 100_001, [TRUE_ID]: -1 } },
      problem: `rolloutWeights.${FALSE_ID}: expected a whole number from 0 to 100000, got 100001`,
    },
    {
      name: 'a weight below 0',
      bad: { rolloutWeights: { [TRUE_ID]: -1, [FALSE_ID]: 100_001 } },
      problem: `rolloutWeights.${TRUE_ID}: expected a whole number from 0 to 100000, got -1`,
    },
    {
      name: 'a weight that is no whole number',
      bad: { rolloutWeights: all(0.5) },
      problem: `rolloutWeights.${TRUE_ID}: expected a whole number, got 0.5`,
    },
    {
      name: 'a weight in words',
      bad: { rolloutWeights: { [TRUE_ID]: 'all' } },
      problem: `rolloutWeights.${TRUE_ID}: expected a whole number, got "all"`,
    },
    {
      name: 'weights that are no object',
      bad: { rolloutWeights: 7 },
      problem: 'rolloutWeights: expected an object, got 7',
    },
    {
      name: 'an attribute of another type',
      bad: { rolloutWeights: all(100_000), rolloutBucketBy: 7 },
      problem: 'rolloutBucketBy: expected a string, got 7',
    },
  ])('refuses $name', ({ bad, problem }) => {
    expect(() => serve(bad)).toThrow(new InvalidRequest(`instructions[0] (addRule): ${problem}`));
  });
});
