/** Upper ends of the classes that times of delivery are counted in, in milliseconds; one more class is beyond the last. */
const LIMITS_MS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000] as const;

/** Changes of an environment whose figures are kept. */
export const KEPT_CHANGES = 50;

/** How long a process counts after it has told of its streams, in milliseconds. */
export const BELIEVED_MS = 30_000;

/** How many deliveries took how long: by class, the fastest first. */
export type LatencyCounts = readonly number[];

/** Nothing counted yet. */
export function noLatencies(): LatencyCounts {
  return Array.from({ length: LIMITS_MS.length + 1 }, () => 0);
}

/** The counts with one delivery more, that took so many milliseconds. */
export function withLatency(counts: LatencyCounts, ms: number): LatencyCounts {
  const limit = LIMITS_MS.findIndex((limit) => ms <= limit);
  return counts.with(limit < 0 ? LIMITS_MS.length : limit, (counts.at(limit) ?? 0) + 1);
}

/** The counts of two processes together. */
export function addLatencies(left: LatencyCounts, right: LatencyCounts): LatencyCounts {
  return left.map((count, index) => count + (right[index] ?? 0));
}

/** How many deliveries were counted. */
export function countLatencies(counts: LatencyCounts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Within how many milliseconds a share of the deliveries was done: the upper end of the class that the last of them is in.
 * @param share above 0, 1 at the most
 * @returns null when it took longer than the last class, or nothing was delivered
 */
export function latencyWithin(counts: LatencyCounts, share: number): number | null {
  const wanted = countLatencies(counts) * share;
  if (wanted === 0) return null;
  let sum = 0;
  const index = counts.findIndex((count) => (sum += count) >= wanted);
  return LIMITS_MS[index] ?? null;
}
