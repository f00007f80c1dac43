import type { Environment } from '../../domain/environment.ts';
import { type RolloutRun, RUN_CLASSES, type RunEvent } from '../../domain/rollout/run.ts';
import type { ArmEstimate } from '../../domain/rollout/statistics/estimates.ts';
import type { Verdict } from '../../domain/rollout/statistics/judge-metric.ts';
import type { FlagHead } from '../../store/flags.ts';
import type {
  AutomatedReleaseRep,
  DependentMeasuredRollout,
  MeasuredRolloutRep,
  MetricResultRep,
} from '../../wire/rest/automated-release.ts';
import type { Link } from '../../wire/rest/common.ts';
import { apiLink } from '../links.ts';

/** Makes a link from the segments of a path; the same resources stand below two roots. */
export type LinkTo = (...segments: readonly string[]) => Link;

/** What representations of rollouts show beside them. */
export interface RolloutView {
  readonly projectKey: string;
  readonly flag: Pick<FlagHead, 'key' | 'name'>;
  readonly environment: Pick<Environment, 'key' | 'name'>;
}

export function toAutomatedReleaseRep(run: RolloutRun, view: RolloutView, linkTo: LinkTo): AutomatedReleaseRep {
  const { plan, endedAt, units } = run;
  const isGuarded = plan.kind === 'guarded';
  return {
    id: run.id,
    flagKey: view.flag.key,
    kind: plan.kind,
    environmentId: run.environmentId,
    environmentKey: view.environment.key,
    originalVariationId: plan.originalVariationId,
    targetVariationId: plan.targetVariationId,
    randomizationUnit: run.contextKind,
    ruleIdOrFallthrough: run.ruleId ?? 'fallthrough',
    createdAt: run.createdAt,
    startedAtMillis: run.stages[0]?.startedAt ?? run.createdAt,
    ...(endedAt !== undefined && { endedAtMillis: endedAt }),
    status: run.status,
    latestStageIndex: run.stageIndex,
    ...(isGuarded && { extensionDurationMillis: plan.extensionMillis, whenUndecided: plan.whenUndecided }),
    stages: plan.stages.map((stage, stageIndex) => toStage(stage, run.stages[stageIndex], stageIndex)),
    events: run.events.map(toEvent),
    metricConfigurations: run.metrics.map((metric) => ({
      metricKey: metric.key,
      name: metric.definition.name,
      minSampleSize: plan.minSampleSize,
      autoRollback: metric.rollsBack,
      ...(metric.isObserved && { observed: true }),
      differenceEstimateType: 'absolute',
      status: metric.status,
      ...(metric.verdict && { verdict: metric.verdict.state }),
      ...(metric.expectedVerdictAt !== undefined && { expectedVerdictAt: metric.expectedVerdictAt }),
      ...(metric.report && { reported: { ...metric.report } }),
    })),
    ...(isGuarded && { units: { ...units }, probabilityOfMismatch: run.probabilityOfMismatch }),
    _links: {
      self: linkTo('projects', view.projectKey, 'environments', view.environment.key, 'automated-releases', run.id),
      parent: linkTo('projects', view.projectKey, 'flags', view.flag.key, 'automated-releases'),
    },
  };
}

function toEvent({ metricKey, message, ...event }: RunEvent): AutomatedReleaseRep['events'][number] {
  return { ...event, ...(metricKey !== undefined && { metricKey }), ...(message !== undefined && { message }) };
}

function toStage(
  { allocation, durationMillis }: RolloutRun['plan']['stages'][number],
  stage: RolloutRun['stages'][number] | undefined,
  stageIndex: number,
): AutomatedReleaseRep['stages'][number] {
  return {
    stageIndex,
    allocation,
    durationMillis,
    ...(stage?.startedAt !== undefined && { startedAtMillis: stage.startedAt }),
    safeRollForward: stage?.safeRollForward === true,
    extended: stage?.isExtended === true,
  };
}

/** What a look has found of a metric. */
export function toMetricResultRep(
  metricKey: string,
  verdict: Verdict | undefined,
  { units, probabilityOfMismatch }: Pick<RolloutRun, 'units' | 'probabilityOfMismatch'>,
): MetricResultRep {
  return {
    metricKey,
    ...(verdict && {
      controlResult: toArm(verdict.control, units.control),
      treatmentResult: toArm(verdict.target, units.target),
      ...(verdict.difference && { difference: { ...verdict.difference } }),
      ...(verdict.relativeDifference && { relativeDifference: { ...verdict.relativeDifference } }),
    }),
    probabilityOfMismatch,
  };
}

function toArm({ conversions, units, value, lower, upper }: ArmEstimate, exposures: number) {
  return { conversions, exposures, units, value, credibleInterval: { lower, upper } };
}

/** A rollout as metrics show it: the classes of statuses are their words. */
export function toDependentRollout(run: RolloutRun, view: RolloutView): DependentMeasuredRollout {
  const { projectKey, flag, environment } = view;
  return {
    _id: run.id,
    flagKey: flag.key,
    flagName: flag.name,
    environmentKey: environment.key,
    environmentName: environment.name,
    status: RUN_CLASSES[run.status],
    creationDate: run.createdAt,
    _links: {
      self: apiLink(
        'projects',
        projectKey,
        'flags',
        flag.key,
        'environments',
        environment.key,
        'measured-rollouts',
        run.id,
      ),
    },
  };
}

export function toMeasuredRolloutRep(run: RolloutRun, view: RolloutView): MeasuredRolloutRep {
  return {
    ...toDependentRollout(run, view),
    design: {
      metrics: run.metrics.map(({ key, definition: { name, isNumeric } }) => ({ key, name, isNumeric })),
    },
  };
}
