import { describe, expect, it, vi } from 'vitest';
import type { Arm, Judged } from './arm.ts';
import { type Comparison, type JudgeSettings, judgeMetric, type Verdict } from './judge-metric.ts';
import { MISMATCH_ALARM, probabilityOfMismatch } from './sample-ratio.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Units that come to each arm between two looks. */
const BETWEEN_LOOKS = 50;

const settings: JudgeSettings = { alpha: 0.05, tunedForUnits: 5000, minUnits: 100, allowsRareEventTest: true };

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An arm that fills up, look by look. */
type Filling = { -readonly [Field in keyof Arm]: Arm[Field] };
/** Adds the units that come between two looks. */
type Traffic = (arm: Filling, random: () => number) => void;

/** Units that convert with a probability. */
function conversions(probability: number): Traffic {
  const cumulative: number[] = [];
  let term = (1 - probability) ** BETWEEN_LOOKS;
  for (let count = 0, sum = 0; count < BETWEEN_LOOKS; count += 1) {
    sum += term;
    cumulative.push(sum);
    term *= ((BETWEEN_LOOKS - count) / (count + 1)) * (probability / (1 - probability));
  }
  return (arm, random) => {
    const drawn = random();
    const above = cumulative.findIndex((share) => drawn < share);
    const converted = above === -1 ? BETWEEN_LOOKS : above;
    arm.units += BETWEEN_LOOKS;
    arm.sum += converted;
    arm.sumOfSquares += converted;
  };
}

/** Units whose values have a heavy tail: log-normal, multiplied. */
function heavyTailed(sigma: number, factor = 1): Traffic {
  return (arm, random) => {
    for (let unit = 0; unit < BETWEEN_LOOKS; unit += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - random()));
      const angle = 2 * Math.PI * random();
      const one = factor * Math.exp(sigma * radius * Math.cos(angle));
      const other = factor * Math.exp(sigma * radius * Math.sin(angle));
      arm.sum += one + other;
      arm.sumOfSquares += one * one + other * other;
    }
    arm.units += BETWEEN_LOOKS;
  };
}

interface Trial {
  readonly kind: Judged;
  readonly target: Traffic;
  readonly control: Traffic;
}
type Alarm = (comparison: Comparison) => boolean;

const finds =
  (state: Verdict['state'], toleratedHarm = 0): Alarm =>
  (comparison) =>
    judgeMetric(comparison, { ...settings, toleratedHarm }).state === state;

/** The ordinary test at 5 %, made again at every look: what one must not do. */
const repeatedOrdinary: Alarm = ({ target, control }) => {
  const variance = ({ units, sum, sumOfSquares }: Arm) => (sumOfSquares - sum ** 2 / units) / (units - 1) / units;
  const harm = target.sum / target.units - control.sum / control.units;
  return target.units >= 100 && harm > 1.6449 * Math.sqrt(variance(target) + variance(control));
};

interface Size {
  readonly rollouts: number;
  /** How many units come to each arm, in all. */
  readonly units: number;
}

/** For each of many rollouts, how many units were in each arm at the first alarm; infinitely many without one. */
function unitsAtAlarm({ kind, ...traffic }: Trial, alarm: Alarm, { rollouts, units }: Size): number[] {
  const random = randomNumbers(20_240_501);
  return Array.from({ length: rollouts }, () => {
    const target: Filling = { units: 0, sum: 0, sumOfSquares: 0 };
    const control: Filling = { units: 0, sum: 0, sumOfSquares: 0 };
    while (target.units < units) {
      traffic.target(target, random);
      traffic.control(control, random);
      if (alarm({ target, control, kind, isLowerBetter: true })) return target.units;
    }
    return Infinity;
  });
}

const shareOfAlarms = (units: readonly number[]) => units.filter(Number.isFinite).length / units.length;
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((one, other) => one - other)[Math.floor(share * values.length)] ?? Infinity;

const binary = (target: number, control = target): Trial => ({
  kind: 'binary',
  target: conversions(target),
  control: conversions(control),
});
const numeric = (sigma: number, factor = 1): Trial => ({
  kind: 'numeric',
  target: heavyTailed(sigma, factor),
  control: heavyTailed(sigma),
});

// The tables of docs/statistics.md are what is measured here.
describe('of 2,000 rollouts of 10,000 units in each arm, looked at after every 50', () => {
  const size = { rollouts: 2000, units: 10_000 };
  const shareOf = (trial: Trial, alarm: Alarm) => shareOfAlarms(unitsAtAlarm(trial, alarm, size));

  it.each<[string, Trial]>([
    ['0.05 % convert', binary(0.0005)],
    ['0.2 % convert', binary(0.002)],
    ['2 % convert', binary(0.02)],
    ['20 % convert', binary(0.2)],
    ['99.8 % convert', binary(0.998)],
    ['values have a heavy tail', numeric(1)],
    ['values have a very heavy tail', numeric(2)],
  ])(
    'judgeMetric calls one in twenty harmful at most when arms are alike and %s',
    (_, trial) => {
      expect(shareOf(trial, finds('harmful'))).toBeLessThanOrEqual(0.05);
    },
    30_000,
  );

  it('judgeMetric is as seldom wrong in either direction when the harm is just the tolerated one', () => {
    const trial = binary(0.03, 0.02);
    expect(shareOf(trial, finds('safe', 0.01))).toBeLessThanOrEqual(0.05);
    expect(shareOf(trial, finds('harmful', 0.01))).toBeLessThanOrEqual(0.05);
  });

  it.each<[string, Trial, control: number, difference: number]>([
    ['0.2 % become 0.4 %', binary(0.004, 0.002), 0.002, 0.002],
    ['2 % become 3 %', binary(0.03, 0.02), 0.02, 0.01],
    ['a heavy-tailed mean grows by 20 %', numeric(1, 1.2), Math.exp(0.5), 0.2 * Math.exp(0.5)],
  ])(
    'intervals ever miss what is true in one of twenty at most when %s',
    (_, trial, control, difference) => {
      const verdictOf = (comparison: Comparison) => judgeMetric(comparison, settings);
      const misses = (truth: number, interval = { lower: -Infinity, upper: Infinity }) =>
        truth < interval.lower || truth > interval.upper;
      const few = { ...size, rollouts: 500 };
      const missesControl = unitsAtAlarm(trial, (comparison) => misses(control, verdictOf(comparison).control), few);
      const missesDifference = unitsAtAlarm(
        trial,
        (comparison) => misses(difference, verdictOf(comparison).difference),
        few,
      );
      expect(shareOfAlarms(missesControl)).toBeLessThanOrEqual(0.05);
      expect(shareOfAlarms(missesDifference)).toBeLessThanOrEqual(0.05);
    },
    30_000,
  );

  it('an ordinary test calls many harmful: the simulation can tell', () => {
    expect(shareOf(binary(0.02), repeatedOrdinary)).toBeGreaterThan(0.2);
  });
});

describe('units in each arm until a verdict, of 1,000 rollouts', () => {
  const measure = (trial: Trial, alarm: Alarm) => {
    const units = unitsAtAlarm(trial, alarm, { rollouts: 1000, units: 20_000 });
    return { median: quantile(units, 0.5), ninetieth: quantile(units, 0.9) };
  };

  it.each<[string, Trial, median: number, ninetieth: number]>([
    ['0.05 % become 0.5 %', binary(0.005, 0.0005), 2300, 4500],
    ['0.2 % become 0.4 %', binary(0.004, 0.002), 14_000, Infinity],
    ['0.5 % become 1 %', binary(0.01, 0.005), 5200, 11_500],
    ['2 % become 3 %', binary(0.03, 0.02), 4100, 9700],
    ['2 % become 4 %', binary(0.04, 0.02), 1450, 2900],
    ['10 % become 12 %', binary(0.12, 0.1), 4300, 9800],
    ['20 % become 22 %', binary(0.22, 0.2), 7300, 15_500],
    ['20 % become 30 %', binary(0.3, 0.2), 550, 900],
    ['a heavy-tailed mean grows by 10 %', numeric(1, 1.1), 2800, 6300],
    ['a heavy-tailed mean grows by 20 %', numeric(1, 1.2), 950, 1900],
    ['a heavy-tailed mean grows by 50 %', numeric(1, 1.5), 350, 550],
    ['a very heavy-tailed mean grows by 50 %', numeric(2, 1.5), 2400, 7000],
  ])('are few enough when %s', (_, trial, median, ninetieth) => {
    const measured = measure(trial, finds('harmful'));
    expect(measured.median).toBeLessThanOrEqual(median);
    expect(measured.ninetieth).toBeLessThanOrEqual(ninetieth);
  });

  it.each<[string, Trial, toleratedHarm: number, median: number, ninetieth: number]>([
    ['2 % convert and may become 3 %', binary(0.02), 0.01, 3000, 6500],
    ['20 % convert and may become 22 %', binary(0.2), 0.02, 5600, 13_700],
  ])('are few enough when nothing changes, %s', (_, trial, toleratedHarm, median, ninetieth) => {
    const measured = measure(trial, finds('safe', toleratedHarm));
    expect(measured.median).toBeLessThanOrEqual(median);
    expect(measured.ninetieth).toBeLessThanOrEqual(ninetieth);
  });
});

describe('probabilityOfMismatch, looked at after every 50 units of both arms together', () => {
  /** All units, of which those of the target are the ones that "convert". */
  const split = (targetShare: number): Trial => ({
    kind: 'binary',
    target: conversions(targetShare),
    control: () => undefined,
  });
  const isMismatch: Alarm = ({ target: { units, sum } }) => probabilityOfMismatch(sum, units - sum) >= MISMATCH_ALARM;

  it('raises a false alarm in two of 1,000 rollouts at most', () => {
    const units = unitsAtAlarm(split(0.5), isMismatch, { rollouts: 10_000, units: 20_000 });
    expect(shareOfAlarms(units)).toBeLessThanOrEqual(0.002);
  });

  it.each<[percent: number, median: number, ninetieth: number]>([
    [55, 2000, 3700],
    [52, 13_000, 21_000],
  ])('finds in time that %d of 100 units are in the target', (percent, median, ninetieth) => {
    const units = unitsAtAlarm(split(percent / 100), isMismatch, { rollouts: 500, units: 40_000 });
    expect(quantile(units, 0.5)).toBeLessThanOrEqual(median);
    expect(quantile(units, 0.9)).toBeLessThanOrEqual(ninetieth);
  });
});
