import type { EvaluationUsage } from '../../../wire/rest/evaluation-usage.ts';
import { variationLabel } from '../../ui/variation.tsx';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type SliceLength = 'minute' | 'hour' | 'day';

interface Range {
  readonly value: string;
  readonly label: string;
  readonly spanMs: number;
  /** How long the slices of the answer are (docs/wire/usage.md). */
  readonly slice: SliceLength;
}

/** What can be looked at. */
export const RANGES: readonly Range[] = [
  { value: 'hour', label: 'Hour', spanMs: HOUR_MS, slice: 'minute' },
  { value: 'day', label: 'Day', spanMs: DAY_MS, slice: 'hour' },
  { value: 'week', label: 'Week', spanMs: 7 * DAY_MS, slice: 'day' },
  { value: 'month', label: 'Month', spanMs: 30 * DAY_MS, slice: 'day' },
];

/** When a range begins, the same for a whole minute, so that it is not asked for again and again. @param now Unix milliseconds */
export function beginOf({ spanMs }: Range, now: number): number {
  return now - (now % MINUTE_MS) - spanMs;
}

/** What was served in one slice of time. */
export interface Slice {
  /** Unix milliseconds; when it begins. */
  readonly at: number;
  /** One for each of what can be served, in its order. */
  readonly counts: readonly number[];
  readonly total: number;
}

export interface Served {
  readonly label: string;
  /** Position of the variation; undefined for the default of the code. */
  readonly position: number | undefined;
  readonly total: number;
}

export interface Usage {
  readonly served: readonly Served[];
  readonly slices: readonly Slice[];
  readonly total: number;
}

/** The counts of evaluations as they are drawn. */
export function toUsage({ metadata, series }: Pick<EvaluationUsage, 'metadata' | 'series'>): Usage {
  const slices = series.map((slice) => {
    const counts = metadata.map((_, index) => slice[index] ?? 0);
    return { at: slice['time'] ?? 0, counts, total: sum(counts) };
  });
  const served = metadata.map(({ variation, name, value }, index) => ({
    label: variation === undefined ? 'The default of the code' : variationLabel({ name, value }),
    position: variation,
    total: sum(slices.map(({ counts }) => counts[index] ?? 0)),
  }));
  return { served, slices, total: sum(served.map(({ total }) => total)) };
}

/** The least of 1, 2, 5, 10, 20 and so on that nothing exceeds: where the axis ends. */
export function roundUp(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((end) => end >= highest) ?? highest;
}

/** How much of everything, in words. */
export function shareWords(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 0.1) return 'below 0.1%';
  return `${Number(percent.toFixed(1))}%`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
