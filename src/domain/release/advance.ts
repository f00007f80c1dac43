import { InvalidRequest, NotFound } from '../errors.ts';
import { show } from '../json.ts';
import { type Release, type ReleaseAudience, type ReleasePhase, type Starter, releaseState } from './release.ts';
import { PHASE_TRANSITIONS } from './transitions.ts';

/** What can happen to a release. */
export type ReleaseEvent =
  | { readonly kind: 'created' }
  | { readonly kind: 'phaseStarted'; readonly phaseId: string; readonly by: Starter }
  /** Time has passed: complete what can be completed. */
  | { readonly kind: 'timePassed' }
  | { readonly kind: 'environmentDeleted'; readonly environmentId: string }
  /** The flag was archived, or moved to another pipeline. */
  | { readonly kind: 'canceled' };

/** What the world has to do because of an event; carried out in the transaction that stores the release. */
export type ReleaseEffect =
  /** Serve the release variation to the audience. */
  | { readonly kind: 'releaseToAudience'; readonly phase: ReleasePhase; readonly audience: ReleaseAudience }
  /** Send `timePassed` at that time. */
  | { readonly kind: 'wake'; readonly dueAtMs: number };

/** The release after an event. `release` is the very same object when nothing has changed. */
export interface Advance {
  readonly release: Release;
  readonly effects: readonly ReleaseEffect[];
}

/**
 * The whole life of a release: SPEC.md has the drawing, the table and the invariants. Pure; every timed step is
 * computed from stored times, so it may be repeated at any moment and after any restart.
 * @throws NotFound for an unknown phase, InvalidRequest for a start that is not possible
 */
export function advance(release: Release, event: ReleaseEvent, now: number): Advance {
  if (releaseState(release) === 'canceled') return refuseOrIgnore(release, event);
  const next = step(release, event, now);
  if (next.release === release) return next;
  return { ...next, release: { ...next.release, version: event.kind === 'created' ? 0 : release.version + 1 } };
}

function step(release: Release, event: ReleaseEvent, now: number): Advance {
  switch (event.kind) {
    case 'created':
      return settle(release, now);
    case 'phaseStarted':
      return startPhase(release, event.phaseId, event.by, now);
    case 'timePassed':
      return settle(release, now);
    case 'environmentDeleted':
      return settle(skipAudiences(release, event.environmentId), now);
    case 'canceled':
      return releaseState(release) === 'completed'
        ? withoutEffects(release)
        : withoutEffects({ ...release, canceledAt: now });
  }
}

const withoutEffects = (release: Release): Advance => ({ release, effects: [] });

function refuseOrIgnore(release: Release, event: ReleaseEvent): Advance {
  if (event.kind === 'phaseStarted') {
    throw new InvalidRequest('This release was canceled; create a new release of the flag to start its phases');
  }
  return withoutEffects(release);
}

/** Starts a phase: its audiences get the release variation in this very step. */
function startPhase(release: Release, phaseId: string, by: Starter, now: number): Advance {
  const phase = release.phases.find(({ id }) => id === phaseId);
  if (!phase) throw new NotFound('release phase', phaseId);
  const outcome = PHASE_TRANSITIONS[phase.status].start;
  if (outcome === 'stay') return withoutEffects(release);
  if (outcome === 'refuse') throw refusal(phase);
  const waiting = phase.audiences.filter(({ status }) => status === 'ready-to-start');
  const started: ReleasePhase = {
    ...phase,
    status: outcome,
    startedAt: now,
    startedBy: by,
    audiences: phase.audiences.map((audience) =>
      waiting.includes(audience) ? { ...audience, status: 'active', appliedAt: now } : audience,
    ),
  };
  return {
    release: replacePhase(release, started),
    effects: [
      ...waiting.map((audience): ReleaseEffect => ({ kind: 'releaseToAudience', phase: started, audience })),
      { kind: 'wake', dueAtMs: now },
    ],
  };
}

/** The first of the two texts is read by tools (docs/wire/releases.md, "Start a phase"). */
function refusal(phase: ReleasePhase): InvalidRequest {
  return phase.status === 'not-started'
    ? new InvalidRequest(
        `Phase must have status ReadyToStart to be started; ${show(phase.name)} waits for an earlier phase`,
      )
    : new InvalidRequest(`Phase ${show(phase.name)} is complete and cannot be started again`);
}

/** Completes phases as far as time allows, and readies the one behind the last completed. */
function settle(release: Release, now: number): Advance {
  const phase = release.phases.find(({ status }) => status !== 'completed');
  if (!phase) return withoutEffects(release);
  const reached = reach(phase);
  const settled = completeAudiences(reached);
  const finishAtMs = finishTime(settled, now);
  if (finishAtMs !== undefined && finishAtMs <= now && PHASE_TRANSITIONS[settled.status].finish === 'completed') {
    return settle(
      replacePhase(release, { ...settled, status: 'completed', startedAt: settled.startedAt ?? now, completedAt: now }),
      now,
    );
  }
  return {
    release: settled === phase ? release : replacePhase(release, settled),
    effects: finishAtMs === undefined ? [] : [{ kind: 'wake', dueAtMs: finishAtMs }],
  };
}

function reach(phase: ReleasePhase): ReleasePhase {
  const outcome = PHASE_TRANSITIONS[phase.status].reach;
  if (outcome === 'stay' || outcome === 'refuse') return phase;
  return { ...phase, status: outcome, audiences: mapStatus(phase.audiences, 'not-started', 'ready-to-start') };
}

/** An immediate audience is complete as soon as the flag has been changed for it. */
function completeAudiences(phase: ReleasePhase): ReleasePhase {
  const audiences = mapStatus(phase.audiences, 'active', 'completed');
  return audiences === phase.audiences ? phase : { ...phase, audiences };
}

/** When the phase is over: the bake time after its last audience; undefined while an audience has something to do. */
function finishTime(phase: ReleasePhase, now: number): number | undefined {
  if (phase.audiences.some(({ status }) => status !== 'completed' && status !== 'skipped')) return undefined;
  const applied = phase.audiences.flatMap(({ appliedAt }) => (appliedAt === undefined ? [] : [appliedAt]));
  return applied.length === 0 ? now : Math.max(...applied) + (phase.bakeTimeMs ?? 0);
}

function skipAudiences(release: Release, environmentId: string): Release {
  const isGone = (audience: ReleaseAudience) =>
    audience.environmentId === environmentId && audience.status !== 'completed' && audience.status !== 'skipped';
  if (!release.phases.some((phase) => phase.audiences.some(isGone))) return release;
  const skip = (audience: ReleaseAudience): ReleaseAudience =>
    isGone(audience) ? { ...audience, status: 'skipped' } : audience;
  return { ...release, phases: release.phases.map((phase) => ({ ...phase, audiences: phase.audiences.map(skip) })) };
}

function mapStatus(
  audiences: readonly ReleaseAudience[],
  from: ReleaseAudience['status'],
  to: ReleaseAudience['status'],
): readonly ReleaseAudience[] {
  if (!audiences.some(({ status }) => status === from)) return audiences;
  return audiences.map((audience) => (audience.status === from ? { ...audience, status: to } : audience));
}

function replacePhase(release: Release, next: ReleasePhase): Release {
  return { ...release, phases: release.phases.map((phase) => (phase.id === next.id ? next : phase)) };
}
