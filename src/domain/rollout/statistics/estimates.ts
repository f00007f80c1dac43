import { type Arm, deviationOf, type Judged, meanOf } from './arm.ts';
import { type Tuning, twoSidedWidth } from './confidence-sequence.ts';

/** The mean of an arm, with an interval that holds at every look; with too little known it is the mean alone. */
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

/** An arm has half of the units that the tuning is for. */
export function armEstimate(arm: Arm, kind: Judged, { alpha, tunedForUnits }: Tuning): ArmEstimate {
  const value = meanOf(arm);
  const deviation = deviationOf(arm, kind);
  const tuning = { alpha, tunedForUnits: tunedForUnits / 2 };
  const width = deviation ? (deviation / Math.sqrt(arm.units)) * twoSidedWidth(arm.units, tuning) : 0;
  const isBinary = kind === 'binary';
  return {
    value,
    lower: isBinary ? Math.max(0, value - width) : value - width,
    upper: isBinary ? Math.min(1, value + width) : value + width,
    units: arm.units,
    conversions: isBinary ? arm.sum : 0,
  };
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
