/**
 * How many standard errors wide a bound must be so that it may be looked at any number of times, after every unit
 * too, and is wrong at any time with a probability of at most alpha: asymptotic confidence sequences of Waudby-Smith,
 * Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals
 * of Statistics, 2024. The tables of docs/statistics.md say how often it was wrong when it was tried.
 */

/** When a bound is to hold, and where it is to be tight. */
export interface Tuning {
  /** The probability of being wrong at any time, above 0 and below 1. */
  readonly alpha: number;
  /** The number of units, of both arms together, near which the bound is tightest. */
  readonly tunedForUnits: number;
}

/** Of a larger alpha the tuning would get lost: at one half it is 0, and the bound infinite. */
const LARGEST_TUNING_ALPHA = 0.05;

/** Standard errors of a bound on one side. @param units more than 0, of both arms together */
export function oneSidedWidth(units: number, { alpha, tunedForUnits }: Tuning): number {
  const mixed = units * mixingVariance(alpha, tunedForUnits);
  return Math.sqrt(2 * ((mixed + 1) / mixed) * Math.log(1 + Math.sqrt(mixed + 1) / (2 * alpha)));
}

/**
 * Standard errors to each side of an interval. Whether 0 is outside is the same as in the normal-mixture test of
 * Johari, Koomen, Pekelis and Walsh, "Always valid inference", Operations Research, 2022.
 * @param units more than 0
 */
export function twoSidedWidth(units: number, { alpha, tunedForUnits }: Tuning): number {
  const mixed = units * mixingVariance(alpha / 2, tunedForUnits);
  return Math.sqrt(((mixed + 1) / mixed) * Math.log((mixed + 1) / alpha ** 2));
}

/** The variance of the mixture, in squared standard errors per unit, which makes a side's bound tight near `tunedForUnits`. */
function mixingVariance(alphaOfSide: number, tunedForUnits: number): number {
  const evidence = -2 * Math.log(2 * Math.min(alphaOfSide, LARGEST_TUNING_ALPHA));
  return (evidence + Math.log(1 + evidence)) / tunedForUnits;
}
