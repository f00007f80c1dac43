/** From this many conversions on, the normal approximation is as quick. */
const NO_LONGER_RARE = 50;

/**
 * How much more the conversions speak for harm than for no difference, when each converting unit is as likely to be in
 * either of two equal arms unless one does harm: the mean likelihood over all probabilities above one half.
 * At any time it is 1/alpha or more with a probability of at most alpha when there is no difference (Ville's
 * inequality; compare Lindon, Sanden and Shirikian, "Rapid regression detection in software deployments through
 * sequential testing", KDD 2022). Exact, whatever the number of conversions.
 *
 * With k of n conversions on the worse side it is the sum of C(n+1, j) for j from 0 to k, divided by (n+1)·C(n, k).
 * @param worse how many of the conversions are in the arm that they speak against
 */
export function evidenceOfHarm(worse: number, conversions: number): number {
  let quotient = (conversions + 1) / (conversions + 1 - worse);
  let sum = 0;
  for (let chosen = worse; chosen >= 0; chosen -= 1) {
    sum += quotient;
    quotient *= chosen / (conversions + 2 - chosen);
  }
  return sum / (conversions + 1);
}

/** Whether conversions that are still rare speak for harm (docs/statistics.md, "Rare events"). */
export function isHarmByRareEvents(worse: number, conversions: number, alpha: number): boolean {
  return conversions < NO_LONGER_RARE && evidenceOfHarm(worse, conversions) >= 1 / alpha;
}
