import type { LookCollection, MetricResultRep } from '../../../wire/rest/automated-release.ts';
import type { Static } from 'typebox';

export type Looks = Static<typeof LookCollection>['items'];
type Arm = NonNullable<MetricResultRep['controlResult']>;

/** A moment of a curve with its band. */
export interface ChartPoint {
  /** Unix milliseconds. */
  readonly at: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** What was measured on both sides of a rollout over time, the earliest first. */
export interface Arms {
  readonly target: readonly ChartPoint[];
  readonly control: readonly ChartPoint[];
}

/** The results of a metric at each look that has some. */
export function resultsOf(looks: Looks, metricKey: string) {
  return looks.flatMap(({ at, metrics }) => {
    const result = metrics.find((one) => one.metricKey === metricKey);
    return result ? [{ at, result }] : [];
  });
}

export function armsOf(results: ReturnType<typeof resultsOf>): Arms {
  const curve = (arm: 'treatmentResult' | 'controlResult') =>
    results.flatMap(({ at, result }) => (result[arm] ? [toPoint(at, result[arm])] : []));
  return { target: curve('treatmentResult'), control: curve('controlResult') };
}

function toPoint(at: number, { value, credibleInterval }: Arm): ChartPoint {
  return { at, estimate: value, ...credibleInterval };
}

/** How values of a metric are written: shares of contexts as percent, others with their unit. */
export function valueWords(value: number, metric: { readonly isNumeric: boolean; readonly unit?: string | undefined }) {
  const shown = metric.isNumeric ? value : value * 100;
  const digits = Math.abs(shown) >= 100 ? 0 : Math.abs(shown) >= 1 ? 1 : 2;
  const text = shown.toLocaleString('en', { maximumFractionDigits: digits });
  const unit = metric.isNumeric ? metric.unit : '%';
  return unit ? `${text} ${unit}` : text;
}
