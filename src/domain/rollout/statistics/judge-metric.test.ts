import { describe, expect, it } from 'vitest';
import type { Arm } from './arm.ts';
import { binaryInterval } from './binary-interval.ts';
import { type Comparison, type JudgeSettings, judgeMetric, unitsUntilVerdict } from './judge-metric.ts';

const settings: JudgeSettings = { alpha: 0.05, tunedForUnits: 5000, minUnits: 100, allowsRareEventTest: false };

const converted = (sum: number, units: number): Arm => ({ units, sum, sumOfSquares: sum });

const measured = (mean: number, deviation: number, units: number): Arm => ({
  units,
  sum: mean * units,
  sumOfSquares: mean ** 2 * units + deviation ** 2 * (units - 1),
});

const errors = (target: Arm, control: Arm): Comparison => ({ target, control, kind: 'binary', isLowerBetter: true });
const latency = (target: Arm, control: Arm): Comparison => ({ target, control, kind: 'numeric', isLowerBetter: true });
const purchases = (target: Arm, control: Arm): Comparison => ({ ...errors(target, control), isLowerBetter: false });

describe('judgeMetric', () => {
  it.each<[string, Comparison, number, 'undecided' | 'harmful']>([
    ['few errors', errors(converted(60, 1000), converted(40, 1000)), -0.00833824, 'undecided'],
    ['twice as many errors', errors(converted(120, 3000), converted(60, 3000)), 0.007719759, 'harmful'],
    ['three times as many errors', errors(converted(45, 1500), converted(15, 1500)), 0.00543375, 'harmful'],
    ['a longer latency', latency(measured(212, 90, 2400), measured(200, 85, 2400)), 4.975381555, 'harmful'],
  ])('says of %s how harmful they are at least', (_, comparison, harmBound, state) => {
    const verdict = judgeMetric(comparison, settings);
    expect(verdict.harmBound).toBeCloseTo(harmBound, 8);
    expect(verdict).toMatchObject({ state, hasEnoughData: true });
  });

  it('says what each arm shows, and by how much they differ', () => {
    const { control, target, difference, relativeDifference } = judgeMetric(
      errors(converted(120, 3000), converted(60, 3000)),
      settings,
    );
    expect(control).toMatchObject({ value: 0.02, units: 3000, conversions: 60 });
    expect(control).toMatchObject(binaryInterval(60, 3000, 0.05));
    expect(target).toMatchObject({ value: 0.04, units: 3000, conversions: 120 });
    // The formula by hand: 3.0366652 standard errors, for 6,000 units.
    expect(difference?.estimate).toBeCloseTo(0.02, 12);
    expect(difference?.lower).toBeCloseTo(0.02 - 3.0366652 * 0.004419229, 6);
    expect(difference?.upper).toBeCloseTo(0.02 + 3.0366652 * 0.004419229, 6);
    expect(relativeDifference?.estimate).toBeCloseTo(1, 12);
    expect(relativeDifference?.lower).toBeCloseTo((difference?.lower ?? 0) / 0.02, 12);
  });

  it('says what numbers each arm shows', () => {
    const { control } = judgeMetric(latency(measured(212, 90, 2400), measured(200, 85, 3000)), settings);
    expect(control).toMatchObject({ units: 3000, conversions: 0 });
    expect(control.value).toBeCloseTo(200, 12);
    // 3,000 of 2,500 units that are the best for one arm are as 6,000 of 5,000.
    expect(control.lower).toBeCloseTo(200 - (3.0366652 * 85) / Math.sqrt(3000), 5);
    expect(control.upper).toBeCloseTo(200 + (3.0366652 * 85) / Math.sqrt(3000), 5);
  });

  it('calls a target safe when it is better, or within the tolerated harm', () => {
    expect(judgeMetric(errors(converted(60, 3000), converted(120, 3000)), settings).state).toBe('safe');
    const alike = errors(converted(60, 3000), converted(60, 3000));
    expect(judgeMetric(alike, settings).state).toBe('undecided');
    expect(judgeMetric(alike, { ...settings, toleratedHarm: 0.02 }).state).toBe('safe');
  });

  it('calls a target harmful only above the tolerated harm', () => {
    const comparison = errors(converted(120, 3000), converted(60, 3000));
    expect(judgeMetric(comparison, { ...settings, toleratedHarm: 0.0077 }).state).toBe('harmful');
    expect(judgeMetric(comparison, { ...settings, toleratedHarm: 0.0078 }).state).toBe('undecided');
  });

  it.each<[string, Comparison]>([
    ['too few units in the target', latency(measured(900, 1, 99), measured(200, 1, 5000))],
    ['too few units in the control', latency(measured(900, 1, 5000), measured(200, 1, 99))],
    ['too few conversions', errors(converted(9, 100), converted(0, 100))],
    ['values that are all alike', latency(measured(2, 0, 1000), measured(1, 0, 1000))],
    ['values that differ by rounding only', latency(measured(0.3, 1e-9, 1000), measured(0.1, 1e-9, 1000))],
    ['no units', errors(converted(0, 0), converted(0, 0))],
  ])('does not judge %s', (_, comparison) => {
    expect(judgeMetric(comparison, settings)).toMatchObject({ state: 'undecided', hasEnoughData: false });
  });

  it('compares nothing when nothing is known of how values differ', () => {
    const verdict = judgeMetric(latency(measured(2, 0, 1000), measured(1, 0, 1000)), settings);
    expect(verdict.target).toEqual({ value: 2, lower: 2, upper: 2, units: 1000, conversions: 0 });
    expect(Object.keys(verdict).toSorted()).toEqual(['control', 'hasEnoughData', 'state', 'target']);
  });

  it('does not know the spread of a single value', () => {
    const verdict = judgeMetric(latency(measured(9, 0, 1), measured(1, 1, 1000)), { ...settings, minUnits: 1 });
    expect(verdict).toMatchObject({ state: 'undecided', hasEnoughData: false });
  });

  it('says nothing relative to a control of 0', () => {
    const verdict = judgeMetric(errors(converted(20, 1000), converted(0, 1000)), settings);
    expect(verdict.difference?.estimate).toBe(0.02);
    expect(verdict).not.toHaveProperty('relativeDifference');
  });
});

describe('the test of rare events in judgeMetric', () => {
  const both = { ...settings, allowsRareEventTest: true };
  const eightErrors = errors(converted(8, 50), converted(0, 50));

  it('finds harm before there is enough data for the other test, with half of alpha', () => {
    expect(judgeMetric(eightErrors, both)).toMatchObject({ state: 'harmful', hasEnoughData: false });
    expect(judgeMetric(errors(converted(7, 50), converted(0, 50)), both).state).toBe('undecided');
  });

  it('counts the conversions of the control where more is better', () => {
    expect(judgeMetric(purchases(converted(0, 50), converted(8, 50)), both).state).toBe('harmful');
    expect(judgeMetric(purchases(converted(8, 50), converted(0, 50)), both).state).toBe('undecided');
  });

  it('is not made of unequal arms, with a tolerated harm, or of numbers', () => {
    expect(judgeMetric(eightErrors, settings).state).toBe('undecided');
    expect(judgeMetric(eightErrors, { ...both, toleratedHarm: 0.01 }).state).toBe('undecided');
    expect(judgeMetric({ ...eightErrors, kind: 'numeric' }, both).state).toBe('undecided');
  });

  it('leaves half of alpha to the other test', () => {
    const comparison = errors(converted(120, 3000), converted(60, 3000));
    const halved = judgeMetric(comparison, { ...settings, alpha: 0.025 });
    expect(judgeMetric(comparison, both).harmBound).toBe(halved.harmBound);
    expect(judgeMetric(comparison, { ...both, toleratedHarm: 1e-9 }).harmBound).toBeCloseTo(0.007719759, 8);
  });
});

describe('unitsUntilVerdict', () => {
  it('is 0 when there is a verdict', () => {
    expect(unitsUntilVerdict(errors(converted(120, 3000), converted(60, 3000)), settings)).toBe(0);
  });

  it('is the number of units from which on the present harm would be found', () => {
    const comparison = latency(measured(204, 85, 1000), measured(200, 85, 1000));
    const further = unitsUntilVerdict(comparison, settings) ?? 0;
    const stateAfter = (units: number) =>
      judgeMetric(latency(measured(204, 85, 1000 + units), measured(200, 85, 1000 + units)), settings).state;
    expect(further).toBeGreaterThan(1000);
    expect([stateAfter(further - 1), stateAfter(further)]).toEqual(['undecided', 'harmful']);
  });

  it('waits for units and conversions', () => {
    expect(unitsUntilVerdict(latency(measured(900, 1, 40), measured(200, 1, 70)), settings)).toBe(60);
    expect(unitsUntilVerdict(errors(converted(4, 400), converted(1, 400)), settings)).toBeGreaterThan(400);
  });

  it.each<[string, Comparison]>([
    ['there are no units', errors(converted(0, 0), converted(0, 0))],
    ['nothing converts', errors(converted(0, 1000), converted(0, 1000))],
    ['all values are alike', latency(measured(2, 0, 1000), measured(1, 0, 1000))],
    ['both arms are the same', errors(converted(50, 1000), converted(50, 1000))],
  ])('is unknown when %s', (_, comparison) => {
    expect(unitsUntilVerdict(comparison, settings)).toBeUndefined();
  });
});
