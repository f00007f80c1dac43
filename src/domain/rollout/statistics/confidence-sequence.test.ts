import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneSidedWidth, twoSidedWidth } from './confidence-sequence.ts';

const tuning = { alpha: 0.05, tunedForUnits: 5000 };
const units = fc.double({ min: 1, max: 1e15, noNaN: true });
const tunedForUnits = fc.integer({ min: 1, max: 10_000_000 });
const alpha = fc.double({ min: 1e-9, max: 0.999, noNaN: true });

describe('oneSidedWidth', () => {
  it.each([
    [200, 4.976],
    [500, 3.679],
    [1000, 3.152],
    [2000, 2.886],
    [5000, 2.779],
    [10_000, 2.801],
    [50_000, 2.989],
    [200_000, 3.193],
  ])('is, at %d units, %d', (at, width) => {
    expect(oneSidedWidth(at, tuning)).toBeCloseTo(width, 3);
  });

  it.each([
    [2000, 2.886013961],
    [3000, 2.81277652],
    [4800, 2.77989325],
    [6000, 2.778819932],
  ])('is, at %d units, %d to nine digits', (at, width) => {
    expect(oneSidedWidth(at, tuning)).toBeCloseTo(width, 9);
  });
});

describe('both widths', () => {
  it.each([
    ['one side', oneSidedWidth],
    ['two sides', twoSidedWidth],
  ])('of %s are finite and smaller for a larger alpha', (_, width) => {
    fc.assert(
      fc.property(units, tunedForUnits, alpha, alpha, (at, tunedForUnits, one, other) => {
        const strict = width(at, { alpha: Math.min(one, other), tunedForUnits });
        const lax = width(at, { alpha: Math.max(one, other), tunedForUnits });
        expect(strict).toBeLessThan(Infinity);
        expect(lax).toBeGreaterThan(0);
        expect(lax).toBeLessThanOrEqual(strict * (1 + 1e-12));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['one side', oneSidedWidth],
    ['two sides', twoSidedWidth],
  ])('of %s make a bound that gets tighter with every unit', (_, width) => {
    fc.assert(
      fc.property(units, tunedForUnits, alpha, (at, tunedForUnits, alpha) => {
        const boundAt = (count: number) => width(count, { alpha, tunedForUnits }) / Math.sqrt(count);
        expect(boundAt(at * 1.01)).toBeLessThan(boundAt(at));
      }),
    );
  });

  it('are nearly the least possible, in proportion, at the units that they are tuned for', () => {
    const boundFor = (tunedForUnits: number) => oneSidedWidth(5000, { alpha: 0.05, tunedForUnits });
    expect(boundFor(5000)).toBeLessThan(boundFor(500));
    expect(boundFor(5000)).toBeLessThan(boundFor(50_000));
  });
});

describe('twoSidedWidth', () => {
  it('excludes 0 just when the normal-mixture test rejects', () => {
    const variances = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10_000_000 }),
        variances,
        fc.double({ min: 0.9, max: 1.1 }),
        (at, variance, factor) => {
          fc.pre(Math.abs(factor - 1) > 1e-6);
          const width = twoSidedWidth(at, tuning);
          const difference = factor * width * Math.sqrt(variance);
          const mixing = ((-2 * Math.log(0.05) + Math.log(1 - 2 * Math.log(0.05))) / 5000) * at * variance;
          const likelihoodRatio =
            Math.sqrt(variance / (variance + mixing)) *
            Math.exp((mixing * difference ** 2) / (2 * variance * (variance + mixing)));
          expect(likelihoodRatio >= 1 / 0.05).toBe(factor > 1);
        },
      ),
    );
  });
});
