import { type Flag, variationIndex } from '../../domain/flag/flag.ts';
import type { Evidence } from '../../domain/rollout/advance-run.ts';
import type { MetricEvidence } from '../../domain/rollout/judge-run.ts';
import type { RolloutRun, RunMetric } from '../../domain/rollout/run.ts';
import type { Comparison } from '../../domain/rollout/statistics/judge-metric.ts';
import { armStatistics, countUnits, quantileOf, type ValueRule } from '../../store/arm-statistics.ts';
import type { Db } from '../../store/database.ts';

/** A quantile is fixed once so many units of the original have values. */
const QUANTILE_UNITS = 1_000;

const NOTHING = { units: 0, sum: 0, sumOfSquares: 0 };

type Measured = Pick<Evidence, 'units' | 'metrics'>;

/** What SDKs have told of the contexts of a guarded rollout (docs/statistics.md). */
export async function measureRun(db: Db, run: RolloutRun, flag: Flag): Promise<Measured> {
  if (run.plan.kind === 'progressive') return { units: run.units, metrics: new Map() };
  const arms = {
    target: variationIndex(flag, run.plan.targetVariationId),
    control: variationIndex(flag, run.plan.originalVariationId),
  };
  const { byVariation, multiple } = await countUnits(db, run.id);
  const metrics = new Map<string, MetricEvidence>();
  for (const metric of run.metrics) {
    if (!metric.definition.prometheus) metrics.set(metric.key, await measureMetric(db, run, metric, arms));
  }
  return {
    units: { target: byVariation.get(arms.target) ?? 0, control: byVariation.get(arms.control) ?? 0, multiple },
    metrics,
  };
}

async function measureMetric(
  db: Db,
  run: RolloutRun,
  metric: RunMetric,
  arms: { readonly target: number; readonly control: number },
): Promise<MetricEvidence> {
  const rule = valueRule(metric);
  const since = metric.judgedSince ?? 0;
  const byVariation = await armStatistics(db, run.id, rule, since);
  const comparison: Comparison = {
    target: byVariation.get(arms.target) ?? NOTHING,
    control: byVariation.get(arms.control) ?? NOTHING,
    kind: rule.measure === 'occurrence' || rule.above !== undefined ? 'binary' : 'numeric',
    isLowerBetter: metric.definition.successCriteria === 'LowerThanBaseline',
  };
  const { analysisType, percentileValue } = metric.definition;
  if (analysisType !== 'percentile' || percentileValue === undefined || metric.quantile !== undefined) {
    return { kind: 'measured', comparison };
  }
  const of = { variation: arms.control, share: percentileValue / 100, least: QUANTILE_UNITS };
  return { kind: 'measured', comparison, quantile: await quantileOf(db, run.id, rule, of) };
}

/** How the events of a metric become one value of each unit (docs/wire/metrics.md). */
function valueRule({ definition, quantile }: RunMetric): ValueRule {
  const { eventKey = '', isNumeric, unitAggregationType, eventDefault } = definition;
  const rule = { eventKey, missing: eventDefault.disabled ? null : (0 as const), above: quantile };
  if (isNumeric) return { ...rule, measure: unitAggregationType };
  return { ...rule, measure: unitAggregationType === 'sum' ? 'count' : 'occurrence' };
}
