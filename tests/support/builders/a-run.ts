import type { RolloutPlan } from '../../../src/domain/rollout/plan.ts';
import { type MetricDefinition, type RolloutRun, startRun } from '../../../src/domain/rollout/run.ts';

/** A guarded plan of two stages of one hour, 10 % and 50 %, judged by `errors`, which does not act by itself. */
export function aPlan(changes: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    id: 'run-1',
    kind: 'guarded',
    originalVariationId: 'old',
    targetVariationId: 'new',
    seed: 1,
    stages: [
      { allocation: 10_000, durationMillis: 3_600_000 },
      { allocation: 50_000, durationMillis: 3_600_000 },
    ],
    extensionMillis: 1_800_000,
    whenUndecided: 'revert',
    metrics: [{ key: 'errors', rollsBack: false }],
    minSampleSize: 100,
    ...changes,
  };
}

export function aMetricDefinition(changes: Partial<MetricDefinition> = {}): MetricDefinition {
  return {
    name: 'Errors',
    isNumeric: false,
    eventKey: 'error',
    successCriteria: 'LowerThanBaseline',
    unitAggregationType: 'average',
    analysisType: 'mean',
    eventDefault: { disabled: false, value: 0 },
    ...changes,
  };
}

/** A run that begins at 0. */
export function aRun(
  plan: Partial<RolloutPlan> = {},
  definitions: Readonly<Record<string, MetricDefinition>> = {},
): RolloutRun {
  const whole = aPlan(plan);
  const known = whole.metrics.map(({ key }) => [key, definitions[key] ?? aMetricDefinition({ name: key })] as const);
  return startRun(
    {
      projectId: 'project',
      flagId: 'flag',
      environmentId: 'environment',
      ruleId: undefined,
      contextKind: 'user',
      releaseId: undefined,
      plan: whole,
    },
    new Map(known),
    0,
  );
}
