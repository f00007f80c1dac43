import { logGamma } from './special-functions.ts';

const CLOSE_ENOUGH = 1e-12;
/** Newton's method needs about ten steps; where numbers are too large to be exact, it would never end. */
const MOST_STEPS = 50;

/**
 * The probabilities of a conversion that have not been refuted: outside are those that make what was seen less likely,
 * by 1/alpha or more, than all probabilities do on the average (weighted by Jeffreys' prior). By Ville's inequality
 * the interval misses the true one at any time with a probability of at most alpha; it is exact, however rare
 * conversions are (Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical
 * Statistics, 1970).
 */
export function binaryInterval(conversions: number, units: number, alpha: number): { lower: number; upper: number } {
  if (units < 1) return { lower: 0, upper: 1 };
  const failures = units - conversions;
  const logMean = logGamma(conversions + 0.5) + logGamma(failures + 0.5) - logGamma(units + 1) - Math.log(Math.PI);
  const best = timesLog(conversions, conversions / units) + timesLog(failures, failures / units);
  const least = best - Math.max(0, best - logMean) + Math.log(alpha);
  return {
    lower: Math.min(leastProbability(conversions, units, least), conversions / units),
    upper: Math.max(1 - leastProbability(failures, units, least), conversions / units),
  };
}

/**
 * The smallest probability of which the log-likelihood is not below the least one. Newton's method on the log-odds, from
 * below: since the log-likelihood is concave, no step goes too far.
 */
function leastProbability(conversions: number, units: number, least: number): number {
  if (conversions === 0) return 0;
  let logOdds = least / conversions;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const missing = least - (conversions * logOdds - units * Math.log1p(Math.exp(logOdds)));
    const step = missing / (conversions - units * probabilityOf(logOdds));
    if (!(step > CLOSE_ENOUGH)) break;
    logOdds += step;
  }
  return probabilityOf(logOdds);
}

function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function timesLog(count: number, share: number): number {
  return count > 0 ? count * Math.log(share) : 0;
}
