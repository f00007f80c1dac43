import type { Metric } from '../metric.ts';
import type { PlannedMetric, RolloutPlan } from './plan.ts';
import type { Verdict } from './statistics/judge-metric.ts';

/** Where a rollout stands, in the words of the wire; SPEC.md has the drawing. */
export const RUN_STATUSES = [
  'in_progress',
  'waiting',
  'monitoring_regressed',
  'monitoring_stopped',
  'srm_stopped',
  'completed',
  'manually_completed',
  'reverted',
  'manually_reverted',
  'archived',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What statuses come to: it goes on, it needs a person, or how it ended. */
export type RunClass = 'monitoring' | 'regressed' | 'completed' | 'rolledBack' | 'archived';

export const RUN_CLASSES: Readonly<Record<RunStatus, RunClass>> = {
  in_progress: 'monitoring',
  waiting: 'monitoring',
  monitoring_regressed: 'regressed',
  monitoring_stopped: 'regressed',
  srm_stopped: 'regressed',
  completed: 'completed',
  manually_completed: 'completed',
  reverted: 'rolledBack',
  manually_reverted: 'rolledBack',
  archived: 'archived',
};

/** Something that happened to a rollout, in the words of the wire. */
export interface RunEvent {
  readonly kind:
    | 'stage_started'
    | 'safe_roll_forward'
    | 'regression_detected'
    | 'regression_dismissed'
    | 'srm_detected'
    | 'minimum_monitoring_window_expired'
    | 'monitoring_window_expired'
    | 'rolled_out'
    | 'completed'
    | 'reverted'
    | 'manually_reverted'
    | 'manually_rolled_out'
    | 'archived';
  readonly stageIndex: number;
  readonly metricKey?: string | undefined;
  readonly message?: string | undefined;
  readonly createdAt: number;
}

/** How a metric is measured, as it was when the rollout began: later changes of the metric are for later rollouts. */
export type MetricDefinition = Pick<
  Metric,
  | 'name'
  | 'isNumeric'
  | 'unit'
  | 'eventKey'
  | 'successCriteria'
  | 'unitAggregationType'
  | 'eventDefault'
  | 'analysisType'
  | 'percentileValue'
  | 'prometheus'
>;

export type MetricStatus = 'ok' | 'regressed' | 'regression_dismissed' | 'not_enough_data' | 'source_down';

/** How another system finds a metric to be, and why. */
export interface MetricReport {
  readonly state: 'fine' | 'harmful' | 'down';
  readonly message: string;
}

/** A metric of a rollout, and what has come of it. */
export interface RunMetric extends PlannedMetric {
  readonly definition: MetricDefinition;
  readonly status: MetricStatus;
  /** Contexts that came before do not count any more; Unix milliseconds. */
  readonly judgedSince?: number | undefined;
  /** Of percentile metrics: the quantile of the original, which values are compared with from then on. */
  readonly quantile?: number | undefined;
  readonly verdict?: Verdict | undefined;
  /** When there will probably be a verdict, while there is none; Unix milliseconds. */
  readonly expectedVerdictAt?: number | undefined;
  /** What another system said last, of metrics that it measures. */
  readonly report?: MetricReport | undefined;
}

export interface RunStage {
  readonly startedAt?: number | undefined;
  /** Enough contexts have come, and nothing speaks against going on. */
  readonly safeRollForward?: true | undefined;
  /** Its own time is over, so that it is in its extension. */
  readonly isExtended?: true | undefined;
  /** A person has dismissed all that spoke against it when its time was over: it needs no more contexts to go on. */
  readonly isCleared?: true | undefined;
}

/** How many contexts were measured: on each side, and on both, which counts for nothing. */
export interface MeasuredUnits {
  readonly target: number;
  readonly control: number;
  readonly multiple: number;
}

/** A plan on its way, in one rule of a flag in one environment. */
export interface RolloutRun {
  /** The id of the plan. */
  readonly id: string;
  readonly projectId: string;
  readonly flagId: string;
  readonly environmentId: string;
  /** Absent for the default rule. */
  readonly ruleId?: string | undefined;
  readonly contextKind: string;
  readonly plan: RolloutPlan;
  /** The release that has begun it, if one has. */
  readonly releaseId?: string | undefined;
  readonly status: RunStatus;
  readonly stageIndex: number;
  readonly stages: readonly RunStage[];
  readonly metrics: readonly RunMetric[];
  readonly units: MeasuredUnits;
  readonly probabilityOfMismatch: number;
  readonly events: readonly RunEvent[];
  readonly createdAt: number;
  readonly endedAt?: number | undefined;
  readonly version: number;
}

/** Whether it still serves by shares: it goes on, or has stopped and waits for a person. */
export function isOpenRun({ status }: Pick<RolloutRun, 'status'>): boolean {
  const kind = RUN_CLASSES[status];
  return kind === 'monitoring' || kind === 'regressed';
}

/** Whether somebody looks at it: it is open and its time is not over. */
export function isWatched(run: Pick<RolloutRun, 'status'>): boolean {
  return isOpenRun(run) && run.status !== 'monitoring_stopped' && run.status !== 'srm_stopped';
}

/** Begins to carry a plan out: its first stage is being served. */
export function startRun(
  start: Pick<RolloutRun, 'projectId' | 'flagId' | 'environmentId' | 'ruleId' | 'contextKind' | 'plan' | 'releaseId'>,
  definitions: ReadonlyMap<string, MetricDefinition>,
  now: number,
): RolloutRun {
  const { plan } = start;
  return {
    ...start,
    id: plan.id,
    status: 'in_progress',
    stageIndex: 0,
    stages: plan.stages.map((_, index) => (index === 0 ? { startedAt: now } : {})),
    metrics: plan.metrics.flatMap((metric) => {
      const definition = definitions.get(metric.key);
      return definition ? [{ ...metric, definition, status: 'not_enough_data' }] : [];
    }),
    units: { target: 0, control: 0, multiple: 0 },
    probabilityOfMismatch: 0,
    events: [{ kind: 'stage_started', stageIndex: 0, createdAt: now }],
    createdAt: now,
    version: 0,
  };
}

/** The metrics that have a say; the others are only shown. */
export function acting({ metrics }: RolloutRun): readonly RunMetric[] {
  return metrics.filter(({ isObserved }) => !isObserved);
}

/** Metrics with a say that have regressed, and nobody has dismissed it. */
export function regressed(run: RolloutRun): readonly RunMetric[] {
  return acting(run).filter(({ status }) => status === 'regressed');
}

/** Notes that something happened in the present stage. */
export function withEvent(
  run: RolloutRun,
  event: Pick<RunEvent, 'kind' | 'metricKey' | 'message'>,
  now: number,
): RolloutRun {
  return { ...run, events: [...run.events, { ...event, stageIndex: run.stageIndex, createdAt: now }] };
}
