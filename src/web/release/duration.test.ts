import { describe, expect, it } from 'vitest';
import { durationWords, unitOf } from './duration.ts';

describe('lengths of time', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [1000, '1 s'],
    [90_000, '1 min 30 s'],
    [3_600_000, '1 h'],
    [3_660_000, '1 h 1 min'],
    [86_400_000 + 61_000, '1 d'],
    [90 * 86_400_000, '90 d'],
  ])('says %d milliseconds as %s', (millis, words) => {
    expect(durationWords(millis)).toBe(words);
  });

  it.each([
    [0, 'minutes'],
    [90_000, 'seconds'],
    [5_400_000, 'minutes'],
    [7_200_000, 'hours'],
    [86_400_000, 'days'],
  ])('measures %d milliseconds in %s', (millis, unit) => {
    expect(unitOf(millis)).toBe(unit);
  });
});
