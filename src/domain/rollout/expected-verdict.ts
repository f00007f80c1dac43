import type { Comparison, JudgeSettings } from './statistics/judge-metric.ts';
import { unitsUntilVerdict } from './statistics/judge-metric.ts';

/**
 * When a metric will probably have a verdict, if contexts go on coming as they have since it is judged, and what is seen
 * now is true (docs/statistics.md). Nothing when that cannot be told, or there is a verdict already.
 * @param since when judging began, Unix milliseconds
 */
export function expectVerdict(
  comparison: Comparison,
  settings: JudgeSettings,
  since: number,
  now: number,
): number | undefined {
  const seen = Math.min(comparison.target.units, comparison.control.units);
  const further = unitsUntilVerdict(comparison, settings);
  if (!further || seen === 0 || now <= since) return undefined;
  return now + Math.ceil((further * (now - since)) / seen);
}
