import type { RolloutStage, WhenUndecided } from '../rollout/plan.ts';
/**
 * How an audience gets the new variation: all at once, in stages that metrics watch, or in stages by time alone. `''` is
 * what pipelines without configuration say, and means at once.
 */
export type ReleaseStrategy = '' | 'immediate-rollout' | 'monitored-release' | 'progressive-release';

/**
 * How an audience is watched, as the pipeline says or whoever starts the phase. The first four are the official ones;
 * with `stages`, the window and the weight are those of the last stage (docs/wire/release-pipelines.md, "Guardian configuration").
 */
export interface GuardianConfiguration {
  readonly monitoringWindowMilliseconds: number;
  /** As it was sent: 1 to 100 are percent, more are thousandths of a percent. */
  readonly rolloutWeight: number;
  readonly rollbackOnRegression: boolean;
  /** The kind of context whose keys are dealt to the variations. */
  readonly randomizationUnit: string;
  readonly stages?: readonly RolloutStage[] | undefined;
  readonly minSampleSize?: number | undefined;
  readonly whenUndecided?: WhenUndecided | undefined;
  /** Metrics to judge by besides those attached to the flag. */
  readonly metricKeys?: readonly string[] | undefined;
  /** Metrics that are judged and shown, and never act. */
  readonly observedMetricKeys?: readonly string[] | undefined;
}

/** How a phase treats one of its audiences. */
export interface AudienceConfiguration {
  readonly releaseStrategy: ReleaseStrategy;
  readonly requireApproval: boolean;
  readonly notifyMemberIds?: readonly string[] | undefined;
  readonly notifyTeamKeys?: readonly string[] | undefined;
  /** There with the strategies that go in stages. */
  readonly releaseGuardianConfiguration?: GuardianConfiguration | undefined;
}

/**
 * Everyone in one environment, or those in any of some segments of it. The environment is kept by id: a later one under
 * the same key is another.
 */
export interface PipelineAudience {
  readonly name: string;
  readonly environmentId: string;
  readonly segmentKeys?: readonly string[] | undefined;
  readonly configuration: AudienceConfiguration;
}

export const GATE_KINDS = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback'] as const;

/**
 * Something outside that is asked before a phase starts, before traffic grows and before the phase completes, or that may
 * ask for a rollback at any time (the names are Flagger's).
 */
export interface Gate {
  readonly kind: (typeof GATE_KINDS)[number];
  readonly url: string;
  /** Milliseconds to wait for an answer. */
  readonly timeoutMs: number;
}

/** A step of a pipeline; its audiences are released together. */
export interface PipelinePhase {
  readonly id: string;
  readonly name: string;
  /** Milliseconds to wait between the last audience's completion and the phase's; absent means none. */
  readonly bakeTimeMs?: number | undefined;
  /** Begins by itself when the phase before it is complete. */
  readonly startsAutomatically?: true | undefined;
  readonly gates?: readonly Gate[] | undefined;
  readonly audiences: readonly PipelineAudience[];
}

/** A project's template for releasing flags: phases in order. */
export interface Pipeline {
  readonly id: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly phases: readonly PipelinePhase[];
  /** Its phases are ticked off by hand, and flags are left alone. */
  readonly isLegacy?: true | undefined;
  readonly version: number;
  readonly createdAt: number;
}

/** Most pipelines of a project. */
export const MAX_PIPELINES = 20;
