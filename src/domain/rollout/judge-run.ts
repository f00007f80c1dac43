import { expectVerdict } from './expected-verdict.ts';
import { acting, type MetricReport, regressed, type RolloutRun, type RunMetric, withEvent } from './run.ts';
import { type Comparison, judgeMetric, type JudgeSettings } from './statistics/judge-metric.ts';

/** What a look at the world has found of a metric. */
export type MetricEvidence =
  /** What contexts did; `quantile` is there when it can be fixed now. */
  | { readonly kind: 'measured'; readonly comparison: Comparison; readonly quantile?: number | undefined }
  /** What another system says of it. */
  | ({ readonly kind: 'reported' } & MetricReport);

const ALPHA = 0.05;
const TUNED_FOR_UNITS = 5_000;

/** Judges each metric that acts or is shown, and notes regressions that are new. */
export function judgeRun(run: RolloutRun, evidence: ReadonlyMap<string, MetricEvidence>, now: number): RolloutRun {
  const alpha = ALPHA / Math.max(1, acting(run).length);
  const judged = run.metrics.map((metric) => judge(run, metric, evidence.get(metric.key), settings(run, alpha), now));
  const known = new Set(regressed(run).map(({ key }) => key));
  const after = { ...run, metrics: judged };
  return regressed(after)
    .filter(({ key }) => !known.has(key))
    .reduce<RolloutRun>(
      (noted, { key }) => withEvent(noted, { kind: 'regression_detected', metricKey: key }, now),
      after,
    );
}

function settings({ plan }: RolloutRun, alpha: number): JudgeSettings {
  return { alpha, tunedForUnits: TUNED_FOR_UNITS, minUnits: plan.minSampleSize, allowsRareEventTest: true };
}

function judge(
  run: RolloutRun,
  metric: RunMetric,
  evidence: MetricEvidence | undefined,
  how: JudgeSettings,
  now: number,
): RunMetric {
  if (!evidence) return metric;
  const isSettled = metric.status === 'regressed' || metric.status === 'regression_dismissed';
  const withStatus = (status: RunMetric['status']) => (isSettled ? metric : { ...metric, status });
  if (evidence.kind === 'reported') {
    const { state, message } = evidence;
    const status = ({ fine: 'ok', harmful: 'regressed', down: 'source_down' } as const)[state];
    return { ...withStatus(status), report: { state, message } };
  }
  if (metric.definition.analysisType === 'percentile' && metric.quantile === undefined) {
    return evidence.quantile === undefined ? metric : { ...metric, quantile: evidence.quantile, judgedSince: now };
  }
  const verdict = judgeMetric(evidence.comparison, how);
  const status = verdict.state === 'harmful' ? 'regressed' : verdict.hasEnoughData ? 'ok' : 'not_enough_data';
  const since = metric.judgedSince ?? run.createdAt;
  return { ...withStatus(status), verdict, expectedVerdictAt: expectVerdict(evidence.comparison, how, since, now) };
}
