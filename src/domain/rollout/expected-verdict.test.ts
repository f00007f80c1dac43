import { describe, expect, it } from 'vitest';
import { expectVerdict } from './expected-verdict.ts';
import { judgeMetric, unitsUntilVerdict } from './statistics/judge-metric.ts';

const settings = { alpha: 0.05, tunedForUnits: 5_000, minUnits: 100, allowsRareEventTest: false };
const arm = (units: number, conversions: number) => ({ units, sum: conversions, sumOfSquares: conversions });
const errors = (target: ReturnType<typeof arm>, control: ReturnType<typeof arm>) => ({
  target,
  control,
  kind: 'binary' as const,
  isLowerBetter: true,
});

describe('the expected verdict', () => {
  const open = errors(arm(1_000, 60), arm(1_000, 40));

  it('comes when as many contexts more have come as the test will need', () => {
    expect(judgeMetric(open, settings).state).toBe('undecided');
    const further = unitsUntilVerdict(open, settings) ?? 0;
    expect(further).toBeGreaterThan(0);
    expect(expectVerdict(open, settings, 1_000, 3_000)).toBe(3_000 + Math.ceil(further * 2));
  });

  it('is not told of when there is one, when nobody has come, or when nothing differs', () => {
    expect(expectVerdict(errors(arm(3_000, 120), arm(3_000, 60)), settings, 0, 1_000)).toBeUndefined();
    expect(expectVerdict(errors(arm(0, 0), arm(0, 0)), settings, 0, 1_000)).toBeUndefined();
    expect(expectVerdict(errors(arm(500, 0), arm(500, 0)), settings, 0, 1_000)).toBeUndefined();
    expect(expectVerdict(open, settings, 1_000, 1_000)).toBeUndefined();
  });
});
