import { type Arm, deviationOf, type Judged, meanOf } from './arm.ts';
import { oneSidedWidth, type Tuning, twoSidedWidth } from './confidence-sequence.ts';
import { type ArmEstimate, armEstimate, type Estimate, estimateWithin, relativeTo } from './estimates.ts';
import { firstNumber } from './first-number.ts';
import { isHarmByRareEvents } from './rare-events.ts';

/** Both arms of a rollout, as one metric shows them. */
export interface Comparison {
  readonly target: Arm;
  readonly control: Arm;
  readonly kind: Judged;
  readonly isLowerBetter: boolean;
}

export interface JudgeSettings {
  /** The probability, above 0 and below 1, that this metric raises a false alarm at any time: its part of the whole. */
  readonly alpha: number;
  /** The number of units, of both arms together, near which harm is found best. */
  readonly tunedForUnits: number;
  /** How many units each arm needs before anything is said. */
  readonly minUnits: number;
  /** How much worse the target may be, in the unit of the values; 0 when absent. */
  readonly toleratedHarm?: number;
  /** Whether units come to both arms alike: the layout is 1:1, and nothing speaks against it. */
  readonly allowsRareEventTest: boolean;
}

/** What a comparison says about the target. */
export interface Verdict {
  readonly state: 'safe' | 'harmful' | 'undecided';
  /** Enough units in both arms, enough conversions of a binary metric, and values that differ. */
  readonly hasEnoughData: boolean;
  readonly control: ArmEstimate;
  readonly target: ArmEstimate;
  /** Target minus control; absent when nothing is known of how values differ. */
  readonly difference?: Estimate;
  /** The difference as a share of the size of control's value; absent when that is 0. */
  readonly relativeDifference?: Estimate;
  /** The target is at least so much worse, in the unit of the values: harmful above the tolerated harm. */
  readonly harmBound?: number;
}

/** How many units of both arms together must have converted before the normal approximation is used. */
const MIN_CONVERSIONS = 10;
/** More units than these never come. */
const MOST_UNITS = 1e12;

/**
 * Says whether the target does more harm than is tolerated. It may be asked again and again, at any time: the alpha
 * holds for all answers of a rollout together (docs/statistics.md, docs/wire/guarded-rollouts.md).
 */
export function judgeMetric(comparison: Comparison, settings: JudgeSettings): Verdict {
  const { target, control, kind } = comparison;
  const compared = compare(comparison);
  const bounds = compared && boundsOf(compared, compared, tuningOf(comparison, settings));
  const hasEnoughData = compared !== undefined && missingUnits(comparison, settings) === 0;
  return {
    state: stateOf(comparison, settings, hasEnoughData ? bounds : undefined),
    hasEnoughData,
    control: armEstimate(control, kind, settings),
    target: armEstimate(target, kind, settings),
    ...(compared && differences(compared, control, settings)),
    ...(bounds && { harmBound: bounds.lower }),
  };
}

/**
 * How many more units each arm needs, by estimate, until a verdict: 0 when there is one, and undefined when nothing
 * is known of how values differ, when nothing converts, or when the harm is so near to the tolerated one that no
 * traffic would tell. It takes the present harm and spread for the real ones.
 */
export function unitsUntilVerdict(comparison: Comparison, settings: JudgeSettings): number | undefined {
  if (judgeMetric(comparison, settings).state !== 'undecided') return 0;
  const compared = compare(comparison);
  const missing = missingUnits(comparison, settings);
  if (!compared || missing > MOST_UNITS) return undefined;
  const tuning = tuningOf(comparison, settings);
  return firstNumber(missing, MOST_UNITS, (further) => {
    const bounds = boundsOf(compared, spread(comparison, compared.deviations, further), tuning);
    return decide(bounds, settings.toleratedHarm) !== 'undecided';
  });
}

interface Deviations {
  readonly target: number;
  readonly control: number;
}

/** How sure a difference of means is. */
interface Spread {
  readonly standardError: number;
  /** Of both arms together. */
  readonly units: number;
}

interface Compared extends Spread {
  readonly difference: number;
  readonly harm: number;
  readonly deviations: Deviations;
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Undefined when nothing is known of how values differ. */
function compare(comparison: Comparison): Compared | undefined {
  const deviations = deviationsOf(comparison);
  if (!deviations) return undefined;
  const difference = meanOf(comparison.target) - meanOf(comparison.control);
  const harm = comparison.isLowerBetter ? difference : -difference;
  return { difference, harm, deviations, ...spread(comparison, deviations, 0) };
}

/** One arm may have values that are all alike if those of the other differ. */
function deviationsOf({ target, control, kind }: Comparison): Deviations | undefined {
  const ofTarget = deviationOf(target, kind);
  const ofControl = deviationOf(control, kind);
  if (ofTarget === undefined || ofControl === undefined) return undefined;
  return ofTarget + ofControl > 0 ? { target: ofTarget, control: ofControl } : undefined;
}

function spread({ target, control }: Comparison, deviations: Deviations, further: number): Spread {
  const ofTarget = deviations.target / Math.sqrt(target.units + further);
  const ofControl = deviations.control / Math.sqrt(control.units + further);
  return { standardError: Math.hypot(ofTarget, ofControl), units: target.units + control.units + 2 * further };
}

function boundsOf({ harm }: Compared, { standardError, units }: Spread, tuning: Tuning): Bounds {
  const width = standardError * oneSidedWidth(units, tuning);
  return { lower: harm - width, upper: harm + width };
}

/** Half of alpha is left to the test of rare events where that is made. */
function tuningOf(comparison: Comparison, settings: JudgeSettings): Tuning {
  const alpha = testsRareEvents(comparison, settings) ? settings.alpha / 2 : settings.alpha;
  return { alpha, tunedForUnits: settings.tunedForUnits };
}

function testsRareEvents({ kind }: Comparison, { allowsRareEventTest, toleratedHarm = 0 }: JudgeSettings): boolean {
  return kind === 'binary' && allowsRareEventTest && toleratedHarm === 0;
}

function stateOf(comparison: Comparison, settings: JudgeSettings, bounds: Bounds | undefined): Verdict['state'] {
  if (testsRareEvents(comparison, settings)) {
    const worse = comparison.isLowerBetter ? comparison.target : comparison.control;
    if (isHarmByRareEvents(worse.sum, conversionsOf(comparison), settings.alpha / 2)) return 'harmful';
  }
  return bounds ? decide(bounds, settings.toleratedHarm) : 'undecided';
}

function decide({ lower, upper }: Bounds, toleratedHarm = 0): Verdict['state'] {
  if (lower > toleratedHarm) return 'harmful';
  return upper <= toleratedHarm ? 'safe' : 'undecided';
}

/** How many more units each arm needs before anything is said: infinitely many when nothing converts. */
function missingUnits(comparison: Comparison, { minUnits }: JudgeSettings): number {
  const { target, control } = comparison;
  return Math.max(0, minUnits - Math.min(target.units, control.units), unitsUntilConversions(comparison));
}

function unitsUntilConversions(comparison: Comparison): number {
  const missing = MIN_CONVERSIONS - conversionsOf(comparison);
  if (comparison.kind === 'numeric' || missing <= 0) return 0;
  return Math.ceil(missing / (meanOf(comparison.target) + meanOf(comparison.control)));
}

function conversionsOf({ target, control }: Comparison): number {
  return target.sum + control.sum;
}

function differences(
  compared: Compared,
  control: Arm,
  tuning: Tuning,
): Pick<Verdict, 'difference' | 'relativeDifference'> {
  const { standardError, units } = compared;
  const difference = estimateWithin(compared.difference, standardError * twoSidedWidth(units, tuning));
  const relativeDifference = relativeTo(meanOf(control), difference);
  return { difference, ...(relativeDifference && { relativeDifference }) };
}
