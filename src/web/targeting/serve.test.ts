import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalShares, serveFields, serveWords, setShare, WHOLE } from './serve.ts';

const sum = (weights: Readonly<Record<string, number>>) =>
  Object.values(weights).reduce((total, weight) => total + weight, 0);

describe('shares', () => {
  it('are equal at first, as far as whole percents go', () => {
    expect(equalShares(['a', 'b'])).toEqual({ a: 50_000, b: 50_000 });
    expect(equalShares(['a', 'b', 'c'])).toEqual({ a: 34_000, b: 33_000, c: 33_000 });
  });

  it('keep their ratio when one changes', () => {
    expect(setShare({ a: 50_000, b: 30_000, c: 20_000 }, 'a', 0)).toEqual({ a: 0, b: 60_000, c: 40_000 });
    expect(setShare({ a: WHOLE, b: 0, c: 0 }, 'a', 40_000)).toEqual({ a: 40_000, b: 30_000, c: 30_000 });
    expect(setShare({ a: WHOLE }, 'a', 1)).toEqual({ a: WHOLE });
  });

  it('sum to the whole whatever is asked for, as whole numbers of at least 0, in their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(WHOLE), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.double({ min: -10, max: 200_000, noNaN: true }),
        (parts, position, wanted) => {
          const weights = Object.fromEntries(parts.map((part, index) => [`v${index}`, part]));
          const after = setShare(weights, `v${position % parts.length}`, wanted);
          expect(sum(after)).toBe(WHOLE);
          expect(Object.keys(after)).toEqual(Object.keys(weights));
          expect(Object.values(after).every((weight) => Number.isInteger(weight) && weight >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe('what is served', () => {
  const rollout = { kind: 'rollout', weights: { a: 25_000, b: 75_000, c: 0 }, contextKind: 'org' } as const;

  it('has fields in instructions', () => {
    expect(serveFields({ kind: 'variation', variationId: 'a' })).toEqual({ variationId: 'a' });
    expect(serveFields({ kind: 'variation', variationId: 'a' }, true)).toEqual({ rolloutWeights: { a: WHOLE } });
    expect(serveFields({ ...rollout, bucketBy: 'plan' })).toEqual({
      rolloutWeights: rollout.weights,
      rolloutContextKind: 'org',
      rolloutBucketBy: 'plan',
    });
  });

  it('has words', () => {
    expect(serveWords(rollout, (id) => id.toUpperCase())).toBe('25% A, 75% B');
    expect(serveWords({ kind: 'variation', variationId: 'a' }, (id) => id.toUpperCase())).toBe('A');
  });
});
