import { describe, expect, it } from 'vitest';
import { recommendedDurationMs, unitsToDetect } from './recommended-duration.ts';

const HOUR = 3_600_000;
// A share of 2 % that would become one of 3 %.
const search = { deviation: Math.sqrt(0.02 * 0.98), harm: 0.01, newUnitsPerHour: 1000, share: 0.5 };

describe('unitsToDetect', () => {
  it('grows with the square of the spread, and falls with that of the harm', () => {
    expect(unitsToDetect({ deviation: 1, harm: 1 })).toBeCloseTo(26.4992, 10);
    expect(unitsToDetect({ deviation: 3, harm: 1 })).toBeCloseTo(9 * 26.4992, 10);
    expect(unitsToDetect({ deviation: 1, harm: 0.1 })).toBeCloseTo(2649.92, 10);
  });
});

describe('recommendedDurationMs', () => {
  it('is the time until each arm has the units that are needed', () => {
    expect(unitsToDetect(search)).toBeCloseTo(5193.8432, 4);
    expect(recommendedDurationMs(search)).toBe(Math.round((5193.8432 / 500) * HOUR));
    expect(recommendedDurationMs({ ...search, share: 0.05 })).toBe(Math.round((5193.8432 / 50) * HOUR));
  });

  it('is one hour at least and 14 days at most', () => {
    expect(recommendedDurationMs({ ...search, newUnitsPerHour: 1e9 })).toBe(HOUR);
    expect(recommendedDurationMs({ ...search, deviation: 0 })).toBe(HOUR);
    expect(recommendedDurationMs({ ...search, newUnitsPerHour: 1 })).toBe(14 * 24 * HOUR);
    expect(recommendedDurationMs({ ...search, newUnitsPerHour: 0 })).toBe(14 * 24 * HOUR);
  });

  it('is one day when the traffic is unknown', () => {
    expect(recommendedDurationMs({ ...search, newUnitsPerHour: undefined })).toBe(24 * HOUR);
  });
});
