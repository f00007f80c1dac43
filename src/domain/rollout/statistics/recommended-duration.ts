const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHORTEST = HOUR;
const LONGEST = 14 * DAY;
/** What is recommended when nobody knows how many units will come. */
const OF_UNKNOWN_TRAFFIC = DAY;

/** About how many standard errors the bound of a confidence sequence is wide, near the units that it is tuned for. */
const WIDTH = 2.8;
/** The 80 % quantile of the normal distribution: harm is to be found in four of five rollouts. */
const POWER = 0.84;

/** What is to be found out, and how fast units come. */
export interface Search {
  /** The standard deviation of the values of units. */
  readonly deviation: number;
  /** The smallest harm that is to be found, more than 0, in the unit of the values. */
  readonly harm: number;
  /** How many units come that were never seen before; undefined when unknown. */
  readonly newUnitsPerHour: number | undefined;
  /** The share of them that each arm gets, from 0 to 1. */
  readonly share: number;
}

/** How many units each arm needs until the harm is found in four of five rollouts (docs/statistics.md, "How long"). */
export function unitsToDetect({ deviation, harm }: Pick<Search, 'deviation' | 'harm'>): number {
  return 2 * ((WIDTH + POWER) * (deviation / harm)) ** 2;
}

/** How long a rollout should be watched, in milliseconds: from one hour to 14 days, one day when the traffic is unknown. */
export function recommendedDurationMs(search: Search): number {
  if (search.newUnitsPerHour === undefined) return OF_UNKNOWN_TRAFFIC;
  const hours = unitsToDetect(search) / (search.newUnitsPerHour * search.share);
  return Math.round(Math.min(Math.max(hours * HOUR, SHORTEST), LONGEST));
}
