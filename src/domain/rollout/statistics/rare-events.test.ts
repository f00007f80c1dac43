import { describe, expect, it } from 'vitest';
import { evidenceOfHarm, isHarmByRareEvents } from './rare-events.ts';

describe('evidenceOfHarm', () => {
  it.each([
    [7, 7, 31.875, 3],
    [15, 20, 6.35552, 5],
    [28, 40, 9.54493, 5],
    [0, 0, 1, 12],
  ])('is, with %d of %d conversions on the worse side, %d', (worse, conversions, evidence, digits) => {
    expect(evidenceOfHarm(worse, conversions)).toBeCloseTo(evidence, digits);
  });

  it('is expected to stay what it is when the next conversion is on either side alike', () => {
    for (let conversions = 0; conversions < 60; conversions += 1) {
      for (let worse = 0; worse <= conversions; worse += 1) {
        const next = (evidenceOfHarm(worse + 1, conversions + 1) + evidenceOfHarm(worse, conversions + 1)) / 2;
        expect(next / evidenceOfHarm(worse, conversions)).toBeCloseTo(1, 12);
      }
    }
  });
});

describe('isHarmByRareEvents', () => {
  it.each([
    [0.05, 7],
    [0.025, 8],
    [0.01, 9],
  ])('alarms, at an alpha of %d, when %d of as many conversions are on the worse side', (alpha, conversions) => {
    expect(isHarmByRareEvents(conversions, conversions, alpha)).toBe(true);
    expect(isHarmByRareEvents(conversions - 1, conversions - 1, alpha)).toBe(false);
  });

  it('has nothing to say of 50 conversions and more', () => {
    expect(isHarmByRareEvents(49, 49, 0.05)).toBe(true);
    expect(isHarmByRareEvents(50, 50, 0.05)).toBe(false);
  });
});
