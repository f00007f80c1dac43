import { type Arm, deviationOf, type Judged, meanOf } from './arm.ts';
import { binaryInterval } from './binary-interval.ts';
import { type Tuning, twoSidedWidth } from './confidence-sequence.ts';

/**
 * The mean of an arm, with an interval that holds at every look. Of numbers whose spread is not known, it is the mean
 * alone.
 */
export interface ArmEstimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly units: number;
  /** Units whose value is 1; 0 of numeric metrics, which have no conversions. */
  readonly conversions: number;
}

/** Something estimated, with an interval that holds at every look. */
export interface Estimate {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

export function armEstimate(arm: Arm, kind: Judged, tuning: Tuning): ArmEstimate {
  const { units, sum } = arm;
  const value = meanOf(arm);
  if (kind === 'binary') return { value, ...binaryInterval(sum, units, tuning.alpha), units, conversions: sum };
  const width = numericWidth(arm, tuning);
  return { value, lower: value - width, upper: value + width, units, conversions: 0 };
}

/** An arm has half of the units that the tuning is for. */
function numericWidth(arm: Arm, { alpha, tunedForUnits }: Tuning): number {
  const deviation = deviationOf(arm, 'numeric');
  if (!deviation) return 0;
  const standardError = deviation / Math.sqrt(arm.units);
  return standardError * twoSidedWidth(arm.units, { alpha, tunedForUnits: tunedForUnits / 2 });
}

/** @param width how far the interval reaches to each side */
export function estimateWithin(estimate: number, width: number): Estimate {
  return { estimate, lower: estimate - width, upper: estimate + width };
}

/** As a share of the size of a value, which is taken as known; undefined when that is 0, or too near to it. */
export function relativeTo(value: number, { estimate, lower, upper }: Estimate): Estimate | undefined {
  const size = Math.abs(value);
  const relative = { estimate: estimate / size, lower: lower / size, upper: upper / size };
  return Object.values(relative).every((bound) => Number.isFinite(bound)) ? relative : undefined;
}
