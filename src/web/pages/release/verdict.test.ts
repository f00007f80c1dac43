import { describe, expect, it } from 'vitest';
import type { AutomatedReleaseRep, MetricResultRep } from '../../../wire/rest/automated-release.ts';
import { differenceOf, type MetricState, mismatchWords, signed, verdictWords } from './verdict.ts';

const metric: MetricState = {
  metricKey: 'errors',
  name: 'Errors at the checkout',
  minSampleSize: 1,
  autoRollback: true,
  differenceEstimateType: 'absolute',
  status: 'ok',
};
const arm = (exposures: number) => ({
  conversions: 1,
  exposures,
  units: exposures,
  value: 0.1,
  credibleInterval: { lower: 0, upper: 1 },
});
const result: MetricResultRep = {
  metricKey: 'errors',
  controlResult: arm(1240),
  treatmentResult: arm(1240),
  difference: { estimate: 0.0002, lower: -0.0004, upper: 0.0008 },
  relativeDifference: { estimate: 0.002, lower: -0.004, upper: 0.008 },
  probabilityOfMismatch: 0,
};

describe('the verdict in one sentence', () => {
  it('says what was found, of how many, and within which bounds', () => {
    expect(verdictWords(metric, result)).toBe(
      'Errors at the checkout: no harm seen; 1,240 contexts each; difference +0.2 % (−0.4 % … +0.8 %)',
    );
  });

  it('says both sides where they differ, and the plain difference where there is no share', () => {
    const { relativeDifference: _, ...plain } = { ...result, controlResult: arm(1000) };
    expect(verdictWords({ ...metric, status: 'regressed' }, plain)).toBe(
      'Errors at the checkout: got worse; 1,240 contexts with the new variation, 1,000 without; difference +0.0002 (−0.0004 … +0.0008)',
    );
    expect(differenceOf(plain)?.isShare).toBe(false);
  });

  it('says that nothing is known', () => {
    expect(verdictWords({ ...metric, status: 'not_enough_data' }, undefined)).toBe(
      'Errors at the checkout: not enough contexts yet',
    );
  });

  it.each([
    [0, true, '0 %'],
    [0.25, true, '+25 %'],
    [-0.0123, true, '−1.2 %'],
    [12.34, false, '+12.3'],
    [-1234.5, false, '−1,235'],
  ])('writes %d as it is read', (value, isShare, words) => {
    expect(signed(value, isShare)).toBe(words);
  });

  it('warns of sides that are filled unequally only when that is all but certain', () => {
    const rollout = { units: { target: 900, control: 1100, multiple: 0 } } as AutomatedReleaseRep;
    expect(mismatchWords({ ...rollout, probabilityOfMismatch: 0.98 })).toBeUndefined();
    expect(mismatchWords({ ...rollout, probabilityOfMismatch: 0.995 })).toContain('900 contexts');
  });
});
