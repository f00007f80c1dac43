/** What one arm has shown of one metric, one value a unit. */
export interface Arm {
  readonly units: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/**
 * Binary: the value of each unit is 0 or 1. Percentile metrics come in as binary ones: whether the value of a unit is
 * above a quantile that was fixed before (docs/statistics.md).
 */
export type Judged = 'binary' | 'numeric';

/** The share of the sum of squares up to which a spread may be nothing but rounding. */
const ROUNDING = 1e-9;

/** The mean value of a unit, 0 when there are no units. */
export function meanOf({ units, sum }: Arm): number {
  return units > 0 ? sum / units : 0;
}

/**
 * The standard deviation of the values of units: 0 when they are all alike, undefined when there are too few of them,
 * or too large ones. That of binary values takes one conversion and one failure more than there were, so that it is
 * never 0 (docs/statistics.md).
 */
export function deviationOf(arm: Arm, kind: Judged): number | undefined {
  const variance = kind === 'binary' ? binaryVariance(arm) : numericVariance(arm);
  return variance !== undefined && Number.isFinite(variance) ? Math.sqrt(variance) : undefined;
}

function binaryVariance({ units, sum }: Arm): number | undefined {
  if (units < 1) return undefined;
  const share = (sum + 1) / (units + 2);
  return share * (1 - share);
}

function numericVariance({ units, sum, sumOfSquares }: Arm): number | undefined {
  if (units < 2) return undefined;
  const squares = sumOfSquares - (sum / units) * sum;
  return squares > ROUNDING * sumOfSquares ? squares / (units - 1) : 0;
}
