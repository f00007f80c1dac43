import { describe, expect, it } from 'vitest';
import { armsOf, resultsOf, valueWords } from './arms.ts';

const arm = (value: number) => ({
  conversions: 4,
  exposures: 10,
  units: 10,
  value,
  credibleInterval: { lower: value - 0.1, upper: value + 0.1 },
});
const look = (at: number, more: object = {}) => ({
  at,
  stageIndex: 0,
  units: { target: 10, control: 10, multiple: 0 },
  metrics: [{ metricKey: 'errors', probabilityOfMismatch: 0, ...more }],
});

describe('both sides of a metric', () => {
  it('are curves with bands, of the looks that have found something', () => {
    const looks = [look(1), look(2, { controlResult: arm(0.5), treatmentResult: arm(0.7) })];
    expect(armsOf(resultsOf(looks, 'errors'))).toEqual({
      target: [{ at: 2, estimate: 0.7, lower: 0.7 - 0.1, upper: 0.7 + 0.1 }],
      control: [{ at: 2, estimate: 0.5, lower: 0.4, upper: 0.6 }],
    });
    expect(resultsOf(looks, 'other')).toEqual([]);
  });

  it.each([
    [0.0412, { isNumeric: false }, '4.1 %'],
    [0.0004, { isNumeric: false }, '0.04 %'],
    [66.25, { isNumeric: true, unit: 'EUR' }, '66.3 EUR'],
    [1234.5, { isNumeric: true }, '1,235'],
  ])('write %d as it is meant', (value, metric, words) => {
    expect(valueWords(value, metric)).toBe(words);
  });
});
