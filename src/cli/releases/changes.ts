import type { ReleaseRep } from '../../wire/rest/release.ts';
import type { ExplanationRep } from '../../wire/rest/release-steering.ts';

/** What is known of a release at one look. */
export interface Look {
  readonly release: ReleaseRep;
  readonly explanation: ExplanationRep;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Something that has changed between two looks. */
export interface ReleaseChange {
  /** Unix milliseconds: when it happened if the service says so, else when it was seen. */
  readonly at: number;
  readonly kind: 'release' | 'phase' | 'audience' | 'wait';
  readonly phase?: string;
  readonly audience?: string;
  readonly environmentKey?: string;
  readonly status?: string;
  readonly message?: string;
  /** Until when it waits at the most. */
  readonly until?: number;
}

type Phase = ReleaseRep['phases'][number];

/** All that is other than at the look before, in the order of phases; everything at the first look. */
export function changesBetween(before: Look | undefined, now: Look): readonly ReleaseChange[] {
  const phases = now.release.phases.flatMap((phase) => {
    const earlier = before?.release.phases.find(({ _id }) => _id === phase._id);
    return [...audienceChanges(earlier, phase, now.at), ...phaseChange(earlier, phase, now.at)];
  });
  return [...phases, ...pauseChange(before, now), ...endChange(now), ...waitChanges(before, now)];
}

/** How a release stands: `active`, `paused`, `completed`, `canceled` or `rolled-back`. */
export function statusOf({ release, explanation }: Look): string {
  if (release._rolledBackAt !== undefined) return 'rolled-back';
  return explanation.state === 'active' && release._pausedAt !== undefined ? 'paused' : explanation.state;
}

/** Legacy phases are complete or not, and nothing else. */
const phaseStatus = ({ status, complete }: Phase) => status ?? (complete ? 'completed' : 'not-started');

function phaseChange(earlier: Phase | undefined, phase: Phase, at: number): readonly ReleaseChange[] {
  const status = phaseStatus(phase);
  if (earlier && phaseStatus(earlier) === status) return [];
  const known = { active: phase._startedDate, completed: phase._completionDate }[status];
  return [{ at: known ?? at, kind: 'phase', phase: phase._name, status }];
}

function audienceChanges(earlier: Phase | undefined, phase: Phase, at: number): readonly ReleaseChange[] {
  return phase._audiences.flatMap((audience) => {
    const former = earlier?._audiences.find(({ _id }) => _id === audience._id);
    const { status, name, environment, _failure: message } = audience;
    const isSame = former?.status === status && former?._failure === message;
    if (status === undefined || (former && isSame)) return [];
    return [
      {
        at,
        kind: 'audience' as const,
        phase: phase._name,
        audience: name,
        ...(environment && { environmentKey: environment.key }),
        status,
        ...(message !== undefined && { message }),
      },
    ];
  });
}

function pauseChange(before: Look | undefined, now: Look): readonly ReleaseChange[] {
  const pausedAt = now.release._pausedAt;
  if (before?.release._pausedAt === pausedAt) return [];
  const isOver = now.explanation.state !== 'active';
  if (isOver) return [];
  return [{ at: pausedAt ?? now.at, kind: 'release', status: statusOf(now) }];
}

function endChange(now: Look): readonly ReleaseChange[] {
  if (now.explanation.state === 'active') return [];
  const status = statusOf(now);
  const { _rolledBackAt, _canceledAt, phases } = now.release;
  const completedAt = status === 'completed' ? phases.at(-1)?._completionDate : undefined;
  return [{ at: _rolledBackAt ?? _canceledAt ?? completedAt ?? now.at, kind: 'release', status }];
}

/** Waits that were not there before. What goes on by itself within a second is not worth a line. */
function waitChanges(before: Look | undefined, now: Look): readonly ReleaseChange[] {
  const known = new Set(before?.explanation.waits.map(({ kind, message }) => `${kind} ${message}`));
  return now.explanation.waits
    .filter(({ kind, message }) => kind !== 'engine' && !known.has(`${kind} ${message}`))
    .map(({ message, until }) => ({ at: now.at, kind: 'wait', message, ...(until !== undefined && { until }) }));
}
