import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logEvidenceOfMismatch, MISMATCH_ALARM, probabilityOfMismatch } from './sample-ratio.ts';
import { logGamma } from './special-functions.ts';

describe('logEvidenceOfMismatch', () => {
  it.each([
    [5200, 4800, 5.614],
    [1030, 970, -0.667],
    [600, 400, 17.099],
    [52_000, 48_000, 76.485],
  ])('is, with %d and %d units, %d', (target, control, evidence) => {
    expect(logEvidenceOfMismatch(target, control)).toBeCloseTo(evidence, 3);
  });

  it('is expected to stay what it is when the next unit comes to either arm alike', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (target, control) => {
        const now = logEvidenceOfMismatch(target, control);
        const next = [logEvidenceOfMismatch(target + 1, control), logEvidenceOfMismatch(target, control + 1)];
        expect(next.reduce((sum, log) => sum + Math.exp(log - now) / 2, 0)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('probabilityOfMismatch', () => {
  it('says nothing below 100 units', () => {
    expect(probabilityOfMismatch(99, 0)).toBe(0);
    expect(probabilityOfMismatch(100, 0)).toBeGreaterThan(MISMATCH_ALARM);
  });

  it('is an alarm when the evidence is 999 times as strong', () => {
    expect(probabilityOfMismatch(600, 400)).toBeGreaterThan(MISMATCH_ALARM);
    expect(probabilityOfMismatch(5200, 4800)).toBeLessThan(MISMATCH_ALARM);
    expect(probabilityOfMismatch(5200, 4800)).toBeCloseTo(Math.exp(5.614) / (1 + Math.exp(5.614)), 5);
  });

  it('is a probability, the same for swapped arms', () => {
    const count = fc.nat(Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(count, count, (target, control) => {
        const probability = probabilityOfMismatch(target, control);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        expect(probabilityOfMismatch(control, target)).toBe(probability);
      }),
    );
  });
});

describe('logGamma', () => {
  it.each([
    [1, 0],
    [0.5, Math.log(Math.PI) / 2],
    [5, Math.log(24)],
    [20, Math.log(121_645_100_408_832_000)],
    [101, 363.73937555556347],
  ])('is, of %d, %d', (x, value) => {
    expect(logGamma(x)).toBeCloseTo(value, 11);
  });
});
