import { logGamma } from './special-functions.ts';

/** From this probability on, the arms are taken to be filled unequally: false at any time with 0.1 % at most. */
export const MISMATCH_ALARM = 0.999;

/** Below this number of units nothing is said. */
const MIN_UNITS = 100;
/** How strongly unequal arms are expected to be near one half: as after this many units in each. */
const PRIOR_UNITS = 50;

/**
 * The probability, from 0 to 1, that units do not come to both arms alike, when as much spoke for it as against it
 * before; 0 below 100 units. The sequential test of Lindon and Malek, "Anytime-valid inference for multinomial count
 * data", NeurIPS 2022 (docs/statistics.md, "Unequal arms").
 */
export function probabilityOfMismatch(targetUnits: number, controlUnits: number): number {
  if (targetUnits + controlUnits < MIN_UNITS) return 0;
  return 1 / (1 + Math.exp(-logEvidenceOfMismatch(targetUnits, controlUnits)));
}

/** The logarithm of how much more the counts speak for unequal arms than for equal ones. */
export function logEvidenceOfMismatch(targetUnits: number, controlUnits: number): number {
  const units = targetUnits + controlUnits;
  const evidence = [targetUnits, controlUnits].map(
    (count) => logGamma(PRIOR_UNITS + count) - logGamma(PRIOR_UNITS) + count * Math.LN2,
  );
  return logGamma(2 * PRIOR_UNITS) - logGamma(2 * PRIOR_UNITS + units) + evidence.reduce((sum, part) => sum + part, 0);
}
