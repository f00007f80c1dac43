import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arm, Judged } from './arm.ts';
import { type Comparison, type JudgeSettings, judgeMetric, unitsUntilVerdict } from './judge-metric.ts';

const ofConversions = (units: number, sum: number): Arm => ({ units, sum, sumOfSquares: sum });
const binaryArm = fc.oneof(
  fc.tuple(fc.nat(500), fc.nat(500)).map(([one, other]) => ofConversions(Math.max(one, other), Math.min(one, other))),
  fc
    .tuple(fc.nat(Number.MAX_SAFE_INTEGER), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([units, share]) => ofConversions(units, Math.round(units * share))),
  fc.tuple(fc.nat(300), fc.nat(40)).map(([failures, sum]) => ofConversions(failures + sum, sum)),
);

const armOf = (values: readonly number[]): Arm => ({
  units: values.length,
  sum: values.reduce((sum, value) => sum + value, 0),
  sumOfSquares: values.reduce((sum, value) => sum + value ** 2, 0),
});
const value = fc.oneof(
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.double({ min: -1e160, max: 1e160, noNaN: true }),
  fc.constantFrom(0, 1, 0.1, 1e-200),
);
const numericArm = fc.oneof(
  fc.array(value, { maxLength: 60 }).map(armOf),
  fc
    .tuple(value, fc.nat(1000))
    .map(([alike, units]): Arm => ({ units, sum: alike * units, sumOfSquares: alike ** 2 * units })),
);
/** Arms of many units and of sizes at which bounds are decisive. */
const largeArm = fc
  .tuple(
    fc.integer({ min: 2, max: 100_000 }),
    fc.double({ min: 9, max: 11, noNaN: true }),
    fc.double({ min: 0.5, max: 9, noNaN: true }),
  )
  .map(
    ([units, mean, deviation]): Arm => ({
      units,
      sum: mean * units,
      sumOfSquares: mean ** 2 * units + deviation ** 2 * (units - 1),
    }),
  );

const comparisonOf = (kind: Judged, arm: fc.Arbitrary<Arm>) =>
  fc.record<Comparison>({ target: arm, control: arm, kind: fc.constant(kind), isLowerBetter: fc.boolean() });
const numericComparison = comparisonOf('numeric', largeArm);
const anyComparison = fc.oneof(
  comparisonOf('binary', binaryArm),
  comparisonOf('numeric', numericArm),
  numericComparison,
);
const anySettings = fc.record<JudgeSettings>({
  alpha: fc.double({ min: 1e-6, max: 0.999, noNaN: true }),
  tunedForUnits: fc.integer({ min: 1, max: 1_000_000 }),
  minUnits: fc.nat(500),
  toleratedHarm: fc.constantFrom(0, 0, 0.001, 0.5),
  allowsRareEventTest: fc.boolean(),
});

const runs = { numRuns: 3000 };

/** Every number in a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}

describe('judgeMetric', () => {
  it('gives finite numbers only, each estimate within its interval', () => {
    fc.assert(
      fc.property(anyComparison, anySettings, (comparison, settings) => {
        const verdict = judgeMetric(comparison, settings);
        expect(numbersIn(verdict).filter((number) => !Number.isFinite(number))).toEqual([]);
        const { target, control, difference, relativeDifference } = verdict;
        const within = [
          ...[target, control].map(({ value, lower, upper }) => lower <= value && value <= upper),
          ...[difference, relativeDifference]
            .filter((interval) => interval !== undefined)
            .map(({ estimate, lower, upper }) => lower <= estimate && estimate <= upper),
        ];
        expect(within).not.toContain(false);
      }),
      runs,
    );
  });

  it('says the same when arms are swapped and the other direction is better', () => {
    fc.assert(
      fc.property(anyComparison, anySettings, (comparison, settings) => {
        const swapped = {
          ...comparison,
          target: comparison.control,
          control: comparison.target,
          isLowerBetter: !comparison.isLowerBetter,
        };
        const { state, hasEnoughData, harmBound } = judgeMetric(comparison, settings);
        expect(judgeMetric(swapped, settings)).toMatchObject({
          state,
          hasEnoughData,
          ...(harmBound !== undefined && { harmBound }),
        });
      }),
      runs,
    );
  });

  it('calls the better direction safe exactly where it would call the worse one harmful, ends of bounds aside', () => {
    fc.assert(
      fc.property(numericComparison, anySettings, (comparison, settings) => {
        const strict = { ...settings, toleratedHarm: 0 };
        const opposite = { ...comparison, isLowerBetter: !comparison.isLowerBetter };
        expect(judgeMetric(opposite, strict).state === 'safe').toBe(
          judgeMetric(comparison, strict).state === 'harmful',
        );
      }),
      runs,
    );
  });

  it('says the same of numbers in another unit', () => {
    const exponents = fc.integer({ min: -60, max: 60 });
    fc.assert(
      fc.property(numericComparison, anySettings, exponents, (comparison, settings, exponent) => {
        // Powers of two, so that nothing is rounded.
        const scale = 2 ** exponent;
        const scaled = ({ units, sum, sumOfSquares }: Arm) => ({
          units,
          sum: sum * scale,
          sumOfSquares: sumOfSquares * scale ** 2,
        });
        const plain = judgeMetric(comparison, settings);
        const other = judgeMetric(
          { ...comparison, target: scaled(comparison.target), control: scaled(comparison.control) },
          { ...settings, toleratedHarm: (settings.toleratedHarm ?? 0) * scale },
        );
        expect(other.state).toBe(plain.state);
        expect((other.harmBound ?? 0) / scale / (plain.harmBound ?? 1)).toBeCloseTo(1, 9);
        expect(other.relativeDifference?.estimate).toBeCloseTo(plain.relativeDifference?.estimate ?? 0, 12);
      }),
      runs,
    );
  });

  it('stays harmful with a larger alpha', () => {
    const alpha = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(anyComparison, anySettings, alpha, (comparison, settings, alpha) => {
        const strict = judgeMetric(comparison, { ...settings, alpha: Math.min(alpha, settings.alpha) });
        const lax = judgeMetric(comparison, { ...settings, alpha: Math.max(alpha, settings.alpha) });
        expect(strict.state !== 'harmful' || lax.state === 'harmful').toBe(true);
      }),
      runs,
    );
  });

  it('has an interval of the difference that shows harm only where it is judged so, with all of alpha', () => {
    fc.assert(
      fc.property(numericComparison, anySettings, (comparison, settings) => {
        const verdict = judgeMetric(comparison, { ...settings, toleratedHarm: 0 });
        const { lower, upper } = verdict.difference ?? { lower: 0, upper: 0 };
        const showsHarm = comparison.isLowerBetter ? lower > 0 : upper < 0;
        const isToBeHarmful = showsHarm && verdict.hasEnoughData && settings.alpha <= 0.05;
        expect(!isToBeHarmful || verdict.state === 'harmful').toBe(true);
      }),
      runs,
    );
  });
});

describe('unitsUntilVerdict', () => {
  const after = ({ units, sum, sumOfSquares }: Arm, further: number): Arm => {
    const mean = sum / units;
    const variance = (sumOfSquares - mean * sum) / (units - 1);
    const all = units + further;
    return { units: all, sum: mean * all, sumOfSquares: mean ** 2 * all + variance * (all - 1) };
  };
  const judgedAfter = (comparison: Comparison, settings: JudgeSettings, further: number) =>
    judgeMetric(
      { ...comparison, target: after(comparison.target, further), control: after(comparison.control, further) },
      settings,
    ).state;

  it('is the first number after which the same means and spreads are judged', () => {
    fc.assert(
      fc.property(numericComparison, anySettings, (comparison, settings) => {
        const further = unitsUntilVerdict(comparison, settings);
        fc.pre(further !== undefined && further > 0 && further < 1e9);
        // Sums of squares are rounded: what is on the border is looked at a little beside it.
        expect(judgedAfter(comparison, settings, Math.ceil(further * 1.0001))).not.toBe('undecided');
        expect(judgedAfter(comparison, settings, Math.floor((further - 1) * 0.9999))).toBe('undecided');
      }),
      runs,
    );
  });

  it('is a whole number from 0 on, or unknown, whatever the counts', () => {
    fc.assert(
      fc.property(anyComparison, anySettings, (comparison, settings) => {
        const further = unitsUntilVerdict(comparison, settings) ?? 0;
        expect(Number.isInteger(further) && further >= 0).toBe(true);
        expect(further === 0 || judgeMetric(comparison, settings).state === 'undecided').toBe(true);
      }),
      runs,
    );
  });
});
