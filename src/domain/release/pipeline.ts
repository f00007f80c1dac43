import type { Environment } from '../environment.ts';
import { InvalidRequest } from '../errors.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';

/**
 * How an audience gets the new variation: all at once, in stages that metrics watch, or in stages by time alone. `''` is
 * what pipelines without configuration say, and means at once.
 */
export type ReleaseStrategy = '' | 'immediate-rollout' | 'monitored-release' | 'progressive-release';

/** A share of the traffic in thousandths of a percent, and how long it lasts in milliseconds. */
export interface RolloutStage {
  readonly allocation: number;
  readonly durationMillis: number;
}

/** What becomes of a guarded rollout that has not seen enough when its time and the extension are over. */
export type WhenUndecided = 'revert' | 'hold' | 'proceed';

/**
 * How an audience is watched, as the pipeline says or whoever starts the phase. The first four are the official ones;
 * with `stages`, the window and the weight are those of the last stage (docs/wire/releases.md, "Guarded").
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

/** A new pipeline as asked for. */
export interface NewPipeline {
  readonly key: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly phases: readonly NewPhase[];
  readonly isLegacy?: boolean | undefined;
}

interface NewPhase {
  readonly name: string;
  readonly configuration?: { readonly bakeTimeDurationMs?: number | undefined } | undefined;
  readonly audiences: readonly NewAudience[];
}

interface NewAudience {
  readonly name: string;
  readonly environmentKey: string;
  readonly segmentKeys?: readonly string[] | undefined;
  readonly configuration?: NewAudienceConfiguration | undefined;
}

interface NewAudienceConfiguration {
  readonly releaseStrategy: string;
  readonly requireApproval: boolean;
}

export const MAX_PIPELINES = 20;
const MAX_PHASES = 10;
const MAX_BAKE_TIME_MS = 30 * 24 * 60 * 60 * 1000;
const IMMEDIATE_SPELLINGS = ['immediate-rollout', 'immediateRollout', 'immediate'];

/**
 * Makes a pipeline from a request (docs/wire/releases.md, "Create a pipeline").
 * @throws InvalidRequest naming the bad field
 */
export function createPipeline(
  request: NewPipeline,
  scope: { projectId: string; environments: readonly Environment[] },
  context: DecisionContext,
): Pipeline {
  if (request.isLegacy) {
    throw new InvalidRequest('isLegacy: pipelines that are only ticked off by hand are not available; expected false');
  }
  if (request.phases.length < 1 || request.phases.length > MAX_PHASES) {
    throw new InvalidRequest(`phases: expected 1 to ${MAX_PHASES} phases, got ${request.phases.length}`);
  }
  return {
    id: context.ids.objectId(),
    projectId: scope.projectId,
    key: requireKey('key', request.key),
    name: requireName('name', request.name),
    description: request.description ?? '',
    tags: requireTags('tags', request.tags ?? []),
    phases: request.phases.map((phase, index) => ({
      id: context.ids.uuid(),
      ...requirePhase(phase, `phases[${index}]`, scope.environments),
    })),
    version: 0,
    createdAt: context.now,
  };
}

function requirePhase(phase: NewPhase, at: string, environments: readonly Environment[]): Omit<PipelinePhase, 'id'> {
  if (phase.audiences.length === 0)
    throw new InvalidRequest(`${at}.audiences: expected at least one audience, got none`);
  const audiences = phase.audiences.map((audience, index) =>
    requireAudience(audience, `${at}.audiences[${index}]`, environments),
  );
  const repeated = audiences.findIndex((audience, index) =>
    audiences.slice(0, index).some((earlier) => earlier.environmentId === audience.environmentId),
  );
  if (repeated >= 0) {
    throw new InvalidRequest(
      `${at}.audiences[${repeated}].environmentKey: ${show(phase.audiences[repeated]?.environmentKey)} already has an audience of everyone in this phase`,
    );
  }
  return {
    name: requireName(`${at}.name`, phase.name),
    bakeTimeMs: requireBakeTime(phase.configuration?.bakeTimeDurationMs, at),
    audiences,
  };
}

function requireBakeTime(bakeTimeMs: number | undefined, at: string): number | undefined {
  if (bakeTimeMs !== undefined && (!Number.isInteger(bakeTimeMs) || bakeTimeMs < 0 || bakeTimeMs > MAX_BAKE_TIME_MS)) {
    throw new InvalidRequest(
      `${at}.configuration.bakeTimeDurationMs: expected whole milliseconds from 0 to ${MAX_BAKE_TIME_MS}, got ${show(bakeTimeMs)}`,
    );
  }
  return bakeTimeMs;
}

function requireAudience(audience: NewAudience, at: string, environments: readonly Environment[]): PipelineAudience {
  const environment = environments.find(({ key }) => key === audience.environmentKey);
  if (!environment) {
    throw new InvalidRequest(
      `${at}.environmentKey: ${show(audience.environmentKey)} is not an environment of this project; expected one of ${environments.map(({ key }) => key).join(', ')}`,
    );
  }
  const [segmentKey] = audience.segmentKeys ?? [];
  if (segmentKey !== undefined) {
    throw new InvalidRequest(`${at}.segmentKeys[0]: ${show(segmentKey)} is not a segment of ${environment.key}`);
  }
  return {
    name: requireName(`${at}.name`, audience.name),
    environmentId: environment.id,
    configuration: requireConfiguration(audience.configuration, `${at}.configuration`),
  };
}

function requireConfiguration(configuration: NewAudienceConfiguration | undefined, at: string): AudienceConfiguration {
  if (!configuration) return { releaseStrategy: '', requireApproval: false };
  const { releaseStrategy, requireApproval } = configuration;
  if (releaseStrategy !== '' && !IMMEDIATE_SPELLINGS.includes(releaseStrategy)) {
    throw new InvalidRequest(
      `${at}.releaseStrategy: ${show(releaseStrategy)} is not available; expected "immediate-rollout"`,
    );
  }
  if (requireApproval) {
    throw new InvalidRequest(`${at}.requireApproval: approvals are not available; expected false, got true`);
  }
  return { releaseStrategy: releaseStrategy === '' ? '' : 'immediate-rollout', requireApproval };
}
