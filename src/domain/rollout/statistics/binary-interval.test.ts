import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryInterval } from './binary-interval.ts';

describe('binaryInterval', () => {
  it('knows nothing before the first unit', () => {
    expect(binaryInterval(0, 0, 0.05)).toEqual({ lower: 0, upper: 1 });
  });

  it('is what can be worked out by hand when nothing converts, and when everything does', () => {
    // The mean likelihood of n failures is C(2n, n) / 4^n.
    const upper = 1 - (0.05 * (184_756 / 4 ** 10)) ** (1 / 10);
    expect(binaryInterval(0, 10, 0.05).lower).toBe(0);
    expect(binaryInterval(0, 10, 0.05).upper).toBeCloseTo(upper, 10);
    expect(binaryInterval(10, 10, 0.05).lower).toBeCloseTo(1 - upper, 10);
    expect(binaryInterval(10, 10, 0.05).upper).toBe(1);
  });

  it('ends where the mean likelihood is 1/alpha times as large', () => {
    // Of 2 of 5, the mean of p²(1−p)³ by Jeffreys' prior is (1/2·3/2)·(1/2·3/2·5/2) / 5!.
    const mean = (0.75 * 1.875) / 120;
    const { lower, upper } = binaryInterval(2, 5, 0.05);
    for (const end of [lower, upper]) expect(mean / (end ** 2 * (1 - end) ** 3)).toBeCloseTo(20, 8);
    expect(lower).toBeLessThan(0.4);
    expect(upper).toBeGreaterThan(0.4);
  });

  it('is turned round with conversions and failures, gets wider with certainty, and is within 0 and 1', () => {
    const alphas = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), alphas, (conversions, failures, alpha) => {
        const units = conversions + failures;
        const { lower, upper } = binaryInterval(conversions, units, alpha);
        const turned = binaryInterval(failures, units, alpha);
        const surer = binaryInterval(conversions, units, alpha / 2);
        expect(turned.lower).toBeCloseTo(1 - upper, 9);
        expect(turned.upper).toBeCloseTo(1 - lower, 9);
        expect(0 <= surer.lower && surer.lower <= lower && upper <= surer.upper && surer.upper <= 1).toBe(true);
      }),
    );
  });
});
