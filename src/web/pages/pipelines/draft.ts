import type { AudienceConfiguration, PipelineRep } from '../../../wire/rest/release-pipeline.ts';

type PhaseRep = PipelineRep['phases'][number];
type AudienceRep = PhaseRep['audiences'][number];
type Guardian = NonNullable<AudienceConfiguration['releaseGuardianConfiguration']>;

export type Strategy = 'immediate-rollout' | 'monitored-release' | 'progressive-release';

export interface DraftStage {
  /** Percent of the traffic. */
  readonly percent: number;
  /** Milliseconds. */
  readonly durationMillis: number;
}

/** How an audience gets the variation, as it is edited. */
export interface DraftSettings {
  readonly strategy: Strategy;
  readonly requireApproval: boolean;
  readonly notifyMemberIds: readonly string[];
  readonly notifyTeamKeys: readonly string[];
  readonly stages: readonly DraftStage[];
  readonly randomizationUnit: string;
  readonly rollbackOnRegression: boolean;
  /** 0 when it is left to the service. */
  readonly minSampleSize: number;
  readonly whenUndecided: string;
  readonly metricKeys: readonly string[];
  readonly observedMetricKeys: readonly string[];
}

export interface DraftAudience {
  /** Of the page alone. */
  readonly id: string;
  readonly name: string;
  /** Undefined when the environment has been deleted. */
  readonly environmentKey: string | undefined;
  /** Empty for everyone. */
  readonly segmentKeys: readonly string[];
  readonly settings: DraftSettings;
  /** As it is stored: what is not changed is sent as it came. */
  readonly stored?: AudienceConfiguration;
}

export interface DraftGate {
  /** Of the page alone. */
  readonly id: string;
  readonly kind: string;
  readonly url: string;
  readonly timeoutMillis: number;
}

export interface DraftPhase {
  /** The one of the stored phase, or one of the page alone. */
  readonly id: string;
  readonly isNew: boolean;
  readonly name: string;
  /** Milliseconds. */
  readonly bakeTimeMs: number;
  /** Whether the stored phase has a bake time, be it 0. */
  readonly hasBakeTime: boolean;
  readonly startsAutomatically: boolean;
  readonly gates: readonly DraftGate[];
  readonly audiences: readonly DraftAudience[];
}

/** A pipeline as somebody edits it. */
export interface PipelineDraft {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly phases: readonly DraftPhase[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Weights up to this one are percent on the wire, more are thousandths of a percent. */
const MAX_PERCENT = 100;

const PLAIN: DraftSettings = {
  strategy: 'immediate-rollout',
  requireApproval: false,
  notifyMemberIds: [],
  notifyTeamKeys: [],
  stages: [],
  randomizationUnit: 'user',
  rollbackOnRegression: true,
  minSampleSize: 0,
  whenUndecided: '',
  metricKeys: [],
  observedMetricKeys: [],
};

/** The stages that a strategy begins with; a guarded one compares two halves of the same size at last. */
const FIRST_STAGES: Readonly<Record<Strategy, readonly DraftStage[]>> = {
  'immediate-rollout': [],
  'monitored-release': [
    { percent: 5, durationMillis: HOUR_MS },
    { percent: 25, durationMillis: 6 * HOUR_MS },
    { percent: 50, durationMillis: DAY_MS },
  ],
  'progressive-release': [
    { percent: 10, durationMillis: HOUR_MS },
    { percent: 50, durationMillis: HOUR_MS },
    { percent: 100, durationMillis: HOUR_MS },
  ],
};

/** Ids of things that are not stored yet. */
export type NewId = () => string;

/** An audience of everyone in an environment, at once. */
export function newAudience(newId: NewId, environmentKey: string | undefined): DraftAudience {
  return { id: newId(), name: 'Everyone', environmentKey, segmentKeys: [], settings: PLAIN };
}

export function newPhase(newId: NewId, name: string, environmentKey: string | undefined): DraftPhase {
  const audiences = [newAudience(newId, environmentKey)];
  const none = { bakeTimeMs: 0, hasBakeTime: false, startsAutomatically: false, gates: [] };
  return { id: newId(), isNew: true, name, ...none, audiences };
}

/** A strategy of another kind begins with stages of its own. */
export function withStrategy(settings: DraftSettings, strategy: Strategy): DraftSettings {
  return strategy === settings.strategy ? settings : { ...settings, strategy, stages: FIRST_STAGES[strategy] };
}

export function toDraft(pipeline: PipelineRep, newId: NewId): PipelineDraft {
  const { name, description, tags, phases } = pipeline;
  return { name, description, tags, phases: phases.map((phase) => toDraftPhase(phase, newId)) };
}

function toDraftPhase({ id, name, configuration, audiences }: PhaseRep, newId: NewId): DraftPhase {
  return {
    id,
    isNew: false,
    name,
    bakeTimeMs: configuration.bakeTimeDurationMs ?? 0,
    hasBakeTime: configuration.bakeTimeDurationMs !== undefined,
    startsAutomatically: configuration.startAutomatically ?? false,
    gates: (configuration.gates ?? []).map((gate) => ({ id: newId(), ...gate })),
    audiences: audiences.map((audience) => toDraftAudience(audience, newId)),
  };
}

function toDraftAudience(audience: AudienceRep, newId: NewId): DraftAudience {
  return {
    id: newId(),
    name: audience.name,
    environmentKey: audience.environment?.key,
    segmentKeys: audience.segmentKeys ?? [],
    settings: toSettings(audience.configuration),
    stored: audience.configuration,
  };
}

function toSettings(configuration: AudienceConfiguration): DraftSettings {
  const { releaseStrategy, requireApproval, notifyMemberIds, notifyTeamKeys } = configuration;
  const guardian = configuration.releaseGuardianConfiguration;
  return {
    ...PLAIN,
    strategy: releaseStrategy === '' ? 'immediate-rollout' : (releaseStrategy as Strategy),
    requireApproval,
    notifyMemberIds: notifyMemberIds ?? [],
    notifyTeamKeys: notifyTeamKeys ?? [],
    ...(guardian && {
      stages: stagesOf(guardian),
      randomizationUnit: guardian.randomizationUnit,
      rollbackOnRegression: guardian.rollbackOnRegression,
      minSampleSize: guardian.minSampleSize ?? 0,
      whenUndecided: guardian.whenUndecided ?? '',
      metricKeys: guardian.metricKeys ?? [],
      observedMetricKeys: guardian.observedMetricKeys ?? [],
    }),
  };
}

/** The stages of a rollout; one that names none has a single one. */
export function stagesOf(
  guardian: Pick<Guardian, 'stages' | 'rolloutWeight' | 'monitoringWindowMilliseconds'>,
): readonly DraftStage[] {
  const { stages, rolloutWeight, monitoringWindowMilliseconds: durationMillis } = guardian;
  if (stages)
    return stages.map((stage) => ({ percent: stage.allocation / 1000, durationMillis: stage.durationMillis }));
  return [{ percent: rolloutWeight <= MAX_PERCENT ? rolloutWeight : rolloutWeight / 1000, durationMillis }];
}

/** The phases of a draft as requests have them; stored ones with their `id`. */
export function toPhases({ phases }: Pick<PipelineDraft, 'phases'>): readonly object[] {
  return phases.map(({ id, isNew, name, bakeTimeMs, hasBakeTime, startsAutomatically, gates, audiences }) => ({
    ...(!isNew && { id }),
    name,
    configuration: {
      ...((hasBakeTime || bakeTimeMs > 0) && { bakeTimeDurationMs: bakeTimeMs }),
      ...(startsAutomatically && { startAutomatically: true }),
      ...(gates.length > 0 && { gates: gates.map(({ id: _id, ...gate }) => gate) }),
    },
    audiences: audiences.map(({ name: audienceName, environmentKey, segmentKeys, settings, stored }) => ({
      name: audienceName,
      ...(environmentKey !== undefined && { environmentKey }),
      ...(segmentKeys.length > 0 && { segmentKeys }),
      configuration: stored && isSame(toSettings(stored), settings) ? stored : toConfiguration(settings),
    })),
  }));
}

function toConfiguration(settings: DraftSettings): object {
  const { strategy, requireApproval, notifyMemberIds, notifyTeamKeys } = settings;
  return {
    releaseStrategy: strategy,
    requireApproval,
    ...(notifyMemberIds.length > 0 && { notifyMemberIds }),
    ...(notifyTeamKeys.length > 0 && { notifyTeamKeys }),
    ...(strategy !== 'immediate-rollout' && { releaseGuardianConfiguration: toGuardian(settings) }),
  };
}

function toGuardian(settings: DraftSettings): object {
  const { strategy, stages, randomizationUnit, rollbackOnRegression, minSampleSize, whenUndecided } = settings;
  const { metricKeys, observedMetricKeys } = settings;
  return {
    randomizationUnit,
    stages: stages.map(({ percent, durationMillis }) => ({ allocation: Math.round(percent * 1000), durationMillis })),
    ...(strategy === 'monitored-release' && {
      rollbackOnRegression,
      ...(minSampleSize > 0 && { minSampleSize }),
      ...(whenUndecided !== '' && { whenUndecided }),
      ...(metricKeys.length > 0 && { metricKeys }),
      ...(observedMetricKeys.length > 0 && { observedMetricKeys }),
    }),
  };
}

/** The JSON patch that leads from what is stored to a draft; empty when nothing has changed. */
export function toPatch(stored: PipelineDraft, draft: PipelineDraft): readonly object[] {
  const values = (of: PipelineDraft) => ({
    name: of.name.trim(),
    description: of.description,
    tags: of.tags,
    phases: toPhases(of),
  });
  const before = values(stored);
  return Object.entries(values(draft)).flatMap(([name, value]) =>
    isSame(before[name as keyof typeof before], value) ? [] : [{ op: 'replace', path: `/${name}`, value }],
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
