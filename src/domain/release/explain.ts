import type { RolloutRun } from '../rollout/run.ts';
import { stageEnd } from '../rollout/advance-run.ts';
import { type AudienceStatus, type Release, type ReleaseAudience, type ReleasePhase, releaseState } from './release.ts';
import { isOver } from './transitions.ts';

/** What a release can wait for. */
export type WaitKind = 'start' | 'retry' | 'approval' | 'decision' | 'rollout' | 'bake' | 'gate' | 'resume' | 'engine';

/** Something that a release waits for, who can bring it about, and until when it goes on by itself. */
export interface Wait {
  readonly kind: WaitKind;
  readonly phaseId?: string;
  readonly audienceId?: string;
  /** One sentence for people. */
  readonly message: string;
  /** The action that whoever ends the wait needs, in these environments; absent when only time or others outside do. */
  readonly action?: string;
  readonly environmentIds: readonly string[];
  /** People who were asked by name. */
  readonly memberIds: readonly string[];
  readonly teamKeys: readonly string[];
  /** When it goes on by itself at the latest, if nothing speaks against it; Unix milliseconds. */
  readonly until?: number;
  /** How much of the traffic a rollout serves the new variation, in thousandths of a percent. */
  readonly allocation?: number;
}

/** What is known besides the release. */
export interface ExplainContext {
  readonly runs: ReadonlyMap<string, RolloutRun>;
}

/**
 * What a release waits for. An active release always waits for something: the answer is made from its state alone, and
 * every state has one (docs/wire/releases.md, "Explain").
 */
export function explain(release: Release, context: ExplainContext): readonly Wait[] {
  if (releaseState(release) !== 'active') return [];
  const phase = release.phases.find(({ status }) => status !== 'completed');
  if (!phase) return [];
  if (release.isLegacy)
    return [
      {
        ...waitOf('decision', phase, `Phase "${phase.name}" has to be marked complete`),
        action: 'updateReleasePhaseCompleted',
      },
    ];
  const held: readonly Wait[] = release.pause
    ? [
        {
          ...waitOf('resume', phase, 'The release is paused'),
          action: START,
          memberIds: release.pause.by.kind === 'member' ? [release.pause.by.id] : [],
        },
      ]
    : [];
  return [...held, ...phaseWaits(phase, context)];
}

const START = 'updateReleasePhaseStatus';

function phaseWaits(phase: ReleasePhase, context: ExplainContext): readonly Wait[] {
  switch (phase.status) {
    case 'not-started':
      return [waitOf('engine', phase, `Phase "${phase.name}" is about to become ready`)];
    case 'ready-to-start':
      return [{ ...waitOf('start', phase, `Somebody has to start phase "${phase.name}"`), action: START }];
    case 'completed':
      return [];
    case 'active':
    case 'paused':
      return activeWaits(phase, context);
  }
}

function activeWaits(phase: ReleasePhase, context: ExplainContext): readonly Wait[] {
  if (phase.gate) {
    const urls = (phase.gates ?? []).filter(({ kind }) => kind === phase.gate?.kind).map(({ url }) => url);
    const what = phase.gate.kind === 'confirm-rollout' ? 'begin' : 'complete';
    return [waitOf('gate', phase, `${urls.join(', ')} has to agree before phase "${phase.name}" may ${what}`)];
  }
  const waits = phase.audiences.flatMap((audience) => {
    const wait = AUDIENCE_WAITS[audience.status](audience, phase, context);
    return wait ? [wait] : [];
  });
  if (waits.length > 0 || phase.audiences.some(({ status }) => !isOver(status))) return waits;
  const ends = phase.audiences.flatMap(({ completedAt }) => completedAt ?? []);
  const until = ends.length === 0 ? undefined : Math.max(...ends) + (phase.bakeTimeMs ?? 0);
  const wait = waitOf('bake', phase, `Phase "${phase.name}" completes when its bake time is over`);
  return [{ ...wait, ...(until !== undefined && { until }) }];
}

type ExplainAudience = (audience: ReleaseAudience, phase: ReleasePhase, context: ExplainContext) => Wait | undefined;

const retry =
  (what: string): ExplainAudience =>
  (audience, phase) => {
    const reason = audience.failure === undefined ? '' : `: ${audience.failure}`;
    const message = `"${audience.name}" ${what}${reason}; start phase "${phase.name}" again to retry, or cancel the release`;
    return { ...audienceWait('retry', audience, phase, message), action: START };
  };

/** A total function: a status that is not explained does not compile. */
const AUDIENCE_WAITS: Readonly<Record<AudienceStatus, ExplainAudience>> = {
  'not-started': (audience, phase) => audienceWait('engine', audience, phase, `"${audience.name}" is about to begin`),
  'ready-to-start': (audience, phase) =>
    audienceWait('engine', audience, phase, `"${audience.name}" is about to be released to`),
  'waiting-for-approval': (audience, phase) => ({
    ...audienceWait('approval', audience, phase, `The change for "${audience.name}" has to be approved and applied`),
    action: 'reviewApprovalRequest',
    memberIds: audience.configuration.notifyMemberIds ?? [],
    teamKeys: audience.configuration.notifyTeamKeys ?? [],
  }),
  'approval-declined': retry('was not approved'),
  active: (audience, phase, context) => {
    const run = audience.rolloutId === undefined ? undefined : context.runs.get(audience.rolloutId);
    if (!run) return audienceWait('engine', audience, phase, `"${audience.name}" has been released to`);
    const { allocation = 0 } = run.plan.stages[run.stageIndex] ?? {};
    const message = `The ${run.plan.kind} rollout for "${audience.name}" is at ${allocation / 1000} %, stage ${run.stageIndex + 1} of ${run.plan.stages.length}`;
    return { ...audienceWait('rollout', audience, phase, message), until: stageEnd(run), allocation };
  },
  regressed: (audience, phase, context) => {
    const run = audience.rolloutId === undefined ? undefined : context.runs.get(audience.rolloutId);
    const names =
      run?.metrics.filter(({ status }) => status === 'regressed').map(({ definition }) => definition.name) ?? [];
    const message = `${names.join(', ') || 'A metric'} got worse for "${audience.name}": dismiss it, or stop the rollout`;
    return { ...audienceWait('decision', audience, phase, message), action: 'stopMeasuredRolloutOnFlagFallthrough' };
  },
  'rolled-back': retry('was rolled back'),
  paused: retry('is not watched any more'),
  failed: retry('could not be released to'),
  completed: () => undefined,
  skipped: () => undefined,
};

function waitOf(kind: WaitKind, phase: ReleasePhase, message: string): Wait {
  const environmentIds = [...new Set(phase.audiences.map(({ environmentId }) => environmentId))];
  return { kind, phaseId: phase.id, message, environmentIds, memberIds: [], teamKeys: [] };
}

function audienceWait(
  kind: WaitKind,
  { id, environmentId }: ReleaseAudience,
  phase: ReleasePhase,
  message: string,
): Wait {
  return {
    kind,
    phaseId: phase.id,
    audienceId: id,
    message,
    environmentIds: [environmentId],
    memberIds: [],
    teamKeys: [],
  };
}
