import type { Advance, Observations, ReleaseEffect } from './events.ts';
import type { PhaseGate, Release, ReleaseAudience, ReleasePhase, Starter } from './release.ts';
import { isOver, NEEDS_ATTENTION, nextAudienceStatus, PHASE_TRANSITIONS } from './transitions.ts';

/**
 * Goes on as far as possible now: readies the phase whose turn it is, begins it where it begins by itself, releases to its
 * audiences, completes what is over, and says when to look again. A paused release stays where it is; only what needs a person is
 * noted.
 */
export function settle(release: Release, seen: Pick<Observations, 'openGates'>, now: number): Advance {
  const phase = release.phases.find(({ status }) => status !== 'completed');
  if (!phase) return { release, effects: [] };
  const at = (changed: ReleasePhase) => (changed === phase ? release : replacePhase(release, changed));
  if (release.pause) return { release: at(attend(phase)), effects: [] };
  const present = attend(completeApplied(beginByItself(reach(phase), release, now)));
  if (present.gate?.kind === 'confirm-rollout') {
    if (!seen.openGates.has(gateKey(present.id, 'confirm-rollout')))
      return askGates(at(present), present, 'confirm-rollout');
    return settle(at({ ...present, gate: undefined }), seen, now);
  }
  const waiting =
    present.status === 'active' ? present.audiences.filter(({ status }) => status === 'ready-to-start') : [];
  if (waiting.length > 0) return { release: at(present), effects: [...waiting.map(releaseTo(present)), wake(now)] };
  const finishAtMs = finishTime(present, now);
  if (finishAtMs === undefined) return { release: at(present), effects: [] };
  if (finishAtMs > now) return { release: at(present), effects: [wake(finishAtMs)] };
  if (PHASE_TRANSITIONS[present.status].finish !== 'completed') return { release: at(present), effects: [] };
  if (hasGate(present, 'confirm-promotion') && !seen.openGates.has(gateKey(present.id, 'confirm-promotion'))) {
    const gate = { kind: 'confirm-promotion', since: now } as const;
    const gated = present.gate ? present : { ...present, gate };
    return askGates(at(gated), gated, 'confirm-promotion');
  }
  return settle(at(complete(present, now)), seen, now);
}

/** What names the gates of a kind of a phase. */
export const gateKey = (phaseId: string, kind: PhaseGate) => `${phaseId} ${kind}`;

/** A phase that has begun: its audiences wait to be released to, behind the gate if it has one. */
export function begin(phase: ReleasePhase, by: Starter | undefined, now: number): ReleasePhase {
  return {
    ...phase,
    status: 'active',
    startedAt: phase.startedAt ?? now,
    startedBy: by,
    gate: hasGate(phase, 'confirm-rollout') ? { kind: 'confirm-rollout', since: now } : undefined,
    audiences: phase.audiences.map((audience) =>
      NEEDS_ATTENTION[audience.status]
        ? { ...audience, status: nextAudienceStatus(audience.status, 'retry'), failure: undefined }
        : audience,
    ),
  };
}

/** A phase with an audience that needs a person is paused, and goes on when none does any more. */
export function attend(phase: ReleasePhase): ReleasePhase {
  const isNeeded = phase.audiences.some(({ status }) => NEEDS_ATTENTION[status]);
  const outcome = PHASE_TRANSITIONS[phase.status][isNeeded ? 'attend' : 'clear'];
  return outcome === 'stay' || outcome === 'refuse' ? phase : { ...phase, status: outcome };
}

export function replacePhase(release: Release, next: ReleasePhase): Release {
  return { ...release, phases: release.phases.map((phase) => (phase.id === next.id ? next : phase)) };
}

const wake = (dueAtMs: number): ReleaseEffect => ({ kind: 'wake', dueAtMs });

const releaseTo =
  (phase: ReleasePhase) =>
  ({ id }: ReleaseAudience): ReleaseEffect => ({ kind: 'releaseToAudience', phaseId: phase.id, audienceId: id });

const hasGate = ({ gates = [] }: ReleasePhase, kind: PhaseGate) => gates.some((gate) => gate.kind === kind);

function askGates(release: Release, phase: ReleasePhase, gate: PhaseGate): Advance {
  return { release, effects: [{ kind: 'askGates', phaseId: phase.id, gate }] };
}

function reach(phase: ReleasePhase): ReleasePhase {
  const outcome = PHASE_TRANSITIONS[phase.status].reach;
  if (outcome === 'stay' || outcome === 'refuse') return phase;
  const audiences = phase.audiences.map((audience) => ({
    ...audience,
    status: nextAudienceStatus(audience.status, 'reach'),
  }));
  return { ...phase, status: outcome, audiences };
}

/** On behalf of who started the phase before, or who put the flag into the pipeline. */
function beginByItself(phase: ReleasePhase, release: Release, now: number): ReleasePhase {
  const isDue = phase.status === 'ready-to-start' && phase.startsAutomatically;
  if (!isDue || phase.audiences.every(({ status }) => isOver(status))) return phase;
  const before = release.phases[release.phases.indexOf(release.phases.find(({ id }) => id === phase.id) ?? phase) - 1];
  return begin(phase, before?.startedBy ?? release.createdBy, now);
}

/** An audience that is served all at once is complete as soon as the flag has been changed for it. */
function completeApplied(phase: ReleasePhase): ReleasePhase {
  const isDone = ({ status, rolloutId }: ReleaseAudience) => status === 'active' && rolloutId === undefined;
  if (!phase.audiences.some(isDone)) return phase;
  const audiences = phase.audiences.map(
    (audience): ReleaseAudience =>
      isDone(audience) ? { ...audience, status: 'completed', completedAt: audience.appliedAt } : audience,
  );
  return { ...phase, audiences };
}

/** When the phase is over: the bake time after its last audience; undefined while an audience has something to do. */
function finishTime(phase: ReleasePhase, now: number): number | undefined {
  if (phase.audiences.some(({ status }) => !isOver(status))) return undefined;
  const ends = phase.audiences.flatMap(({ completedAt }) => (completedAt === undefined ? [] : [completedAt]));
  return ends.length === 0 ? now : Math.max(...ends) + (phase.bakeTimeMs ?? 0);
}

function complete(phase: ReleasePhase, now: number): ReleasePhase {
  return { ...phase, status: 'completed', gate: undefined, startedAt: phase.startedAt ?? now, completedAt: now };
}
