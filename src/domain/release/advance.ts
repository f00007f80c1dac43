import { InvalidRequest, NotFound } from '../errors.ts';
import { show } from '../json.ts';
import {
  type Advance,
  type ApprovalOutcome,
  NOTHING_OBSERVED,
  type Observations,
  type ReleaseEffect,
  type ReleaseEvent,
} from './events.ts';
import { type Release, type ReleaseAudience, type ReleasePhase, releaseState } from './release.ts';
import { attend, begin, replacePhase, settle } from './settle.ts';
import { withStartSettings } from './start-settings.ts';
import { isOver, nextAudienceStatus, PHASE_TRANSITIONS, ROLLOUT_EVENTS } from './transitions.ts';

/**
 * The whole life of a release: SPEC.md has the drawings, the tables and the invariants. Pure; every timed step is computed
 * from stored times, so it may be repeated at any moment and after any restart. Whoever stores the release counts its
 * version up.
 * @throws NotFound for an unknown phase, InvalidRequest for what is not possible now
 */
export function advance(release: Release, event: ReleaseEvent, now: number): Advance {
  if (releaseState(release) === 'canceled') return afterTheEnd(release, event, now);
  switch (event.kind) {
    case 'created':
      return settle(release, NOTHING_OBSERVED, now);
    case 'phaseStarted':
      return startPhase(release, event, now);
    case 'looked':
      return settle(observe(release, event.seen, now), event.seen, now);
    case 'audienceApplied':
      return withoutEffects(applyAudience(release, event, now));
    case 'approvalAsked':
      return withoutEffects(changeAudience(release, event.audienceId, 'ask', { approvalId: event.approvalId }));
    case 'audienceFailed':
      return withoutEffects(changeAudience(release, event.audienceId, 'fail', { failure: event.reason }));
    case 'environmentDeleted':
      return settle(skipAudiences(release, event.environmentId), NOTHING_OBSERVED, now);
    case 'paused':
      return pause(release, event, now);
    case 'resumed':
      return resume(release, now);
    case 'canceled':
      return releaseState(release) === 'completed' ? withoutEffects(release) : end({ ...release, canceledAt: now });
    case 'rolledBack':
      return end({ ...release, canceledAt: now, rolledBackAt: now });
  }
}

const withoutEffects = (release: Release): Advance => ({ release, effects: [] });

/** What a canceled release has changed may still be taken back; nothing else happens to it. */
function afterTheEnd(release: Release, event: ReleaseEvent, now: number): Advance {
  if (event.kind === 'phaseStarted' || event.kind === 'paused' || event.kind === 'resumed') {
    throw new InvalidRequest('This release was canceled; create a new release of the flag to start its phases');
  }
  if (event.kind === 'rolledBack' && release.rolledBackAt === undefined) {
    return withoutEffects({ ...release, rolledBackAt: now });
  }
  return withoutEffects(release);
}

/** Starts a phase, or what is not done of it once more. */
function startPhase(
  release: Release,
  { phaseId, by, settings }: Extract<ReleaseEvent, { kind: 'phaseStarted' }>,
  now: number,
): Advance {
  const phase = release.phases.find(({ id }) => id === phaseId);
  if (!phase) throw new NotFound('release phase', phaseId);
  const outcome = PHASE_TRANSITIONS[phase.status].start;
  if (outcome === 'stay') return withoutEffects(release);
  if (outcome === 'refuse') throw refusal(phase);
  if (release.pause) throw new InvalidRequest('This release is paused; resume it to start its phases');
  const begun = begin(withStartSettings(phase, settings), by, now);
  const settled = settle(replacePhase(release, begun), NOTHING_OBSERVED, now);
  return { ...settled, effects: [...phase.audiences.flatMap(closeDeclined), ...settled.effects] };
}

/** A request that was declined stays open, so that somebody may think better of it, until another one takes its place. */
function closeDeclined({ status, approvalId }: ReleaseAudience): readonly ReleaseEffect[] {
  return status === 'approval-declined' && approvalId !== undefined ? [{ kind: 'closeApproval', approvalId }] : [];
}

/** The first of the two texts is read by tools (docs/wire/releases.md, "Start a phase"). */
function refusal(phase: ReleasePhase): InvalidRequest {
  return phase.status === 'not-started'
    ? new InvalidRequest(
        `Phase must have status ReadyToStart to be started; ${show(phase.name)} waits for an earlier phase`,
      )
    : new InvalidRequest(`Phase ${show(phase.name)} is complete and cannot be started again`);
}

/** What the world says of approvals and rollouts, brought to the audiences that wait for them. */
function observe(release: Release, seen: Observations, now: number): Release {
  return mapAudiences(release, (audience) => {
    const approval = audience.approvalId === undefined ? undefined : seen.approvals.get(audience.approvalId);
    if (audience.status === 'waiting-for-approval' && approval) return withApproval(audience, approval, now);
    const rollout = audience.rolloutId === undefined ? undefined : seen.rollouts.get(audience.rolloutId);
    if (rollout === undefined) return audience;
    const status = nextAudienceStatus(audience.status, ROLLOUT_EVENTS[rollout]);
    return status === audience.status ? audience : { ...audience, status, ...(isOver(status) && { completedAt: now }) };
  });
}

/**
 * An approval that was applied has told the release so itself. With a moot one the variation is served already, whatever
 * an earlier rollout has come to.
 */
function withApproval(audience: ReleaseAudience, outcome: ApprovalOutcome, now: number): ReleaseAudience {
  const after = (event: 'apply' | 'decline' | 'fail') => nextAudienceStatus(audience.status, event);
  switch (outcome) {
    case 'open':
    case 'applied':
      return audience;
    case 'moot':
      return { ...audience, status: after('apply'), appliedAt: now, rolloutId: undefined };
    case 'failed':
      return { ...audience, status: after('fail'), failure: 'The approved change is not possible any more' };
    case 'declined':
    case 'gone':
      return { ...audience, status: after('decline') };
  }
}

function applyAudience(
  release: Release,
  { audienceId, ruleIds, rolloutId }: Extract<ReleaseEvent, { kind: 'audienceApplied' }>,
  now: number,
): Release {
  return changeAudience(release, audienceId, 'apply', { appliedAt: now, ruleIds, rolloutId });
}

function changeAudience(
  release: Release,
  audienceId: string,
  event: 'ask' | 'apply' | 'fail',
  change: Partial<ReleaseAudience>,
): Release {
  const changed = mapAudiences(release, (audience) => {
    const status = nextAudienceStatus(audience.status, event);
    return audience.id !== audienceId || status === audience.status ? audience : { ...audience, ...change, status };
  });
  return changed === release ? release : { ...changed, phases: changed.phases.map(attend) };
}

function skipAudiences(release: Release, environmentId: string): Release {
  return mapAudiences(release, (audience) =>
    audience.environmentId === environmentId && !isOver(audience.status)
      ? { ...audience, status: 'skipped' }
      : audience,
  );
}

function pause(release: Release, { by, reason }: Extract<ReleaseEvent, { kind: 'paused' }>, now: number): Advance {
  if (releaseState(release) === 'completed')
    throw new InvalidRequest('This release is complete; there is nothing to pause');
  return withoutEffects(release.pause ? release : { ...release, pause: { at: now, by, reason } });
}

function resume(release: Release, now: number): Advance {
  if (!release.pause) return withoutEffects(release);
  const { pause: _pause, ...resumed } = release;
  return { release: resumed, effects: [{ kind: 'wake', dueAtMs: now }] };
}

/** Lets go of everything that was under way for a release that goes no further. */
function end(release: Release): Advance {
  const effects = release.phases
    .flatMap(({ audiences }) => audiences)
    .filter(({ status }) => !isOver(status))
    .flatMap((audience): readonly ReleaseEffect[] => {
      const { status, approvalId, rolloutId } = audience;
      const isWaiting = status === 'waiting-for-approval' && approvalId !== undefined;
      return [
        ...(isWaiting ? [{ kind: 'closeApproval', approvalId } as const] : closeDeclined(audience)),
        ...(rolloutId === undefined ? [] : [{ kind: 'parkRollout', rolloutId } as const]),
      ];
    });
  return { release, effects };
}

function mapAudiences(release: Release, change: (audience: ReleaseAudience) => ReleaseAudience): Release {
  const phases = release.phases.map((phase) => {
    const audiences = phase.audiences.map(change);
    return audiences.every((audience, index) => audience === phase.audiences[index]) ? phase : { ...phase, audiences };
  });
  return phases.every((phase, index) => phase === release.phases[index]) ? release : { ...release, phases };
}
