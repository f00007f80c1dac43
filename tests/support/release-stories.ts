import {
  type Advance,
  type ApprovalOutcome,
  NOTHING_OBSERVED,
  type ReleaseEffect,
  type ReleaseEvent,
} from '../../src/domain/release/events.ts';
import type { PipelinePhase } from '../../src/domain/release/pipeline.ts';
import type { Release } from '../../src/domain/release/release.ts';
import { gateKey } from '../../src/domain/release/settle.ts';
import type { RunStatus } from '../../src/domain/rollout/run.ts';
import { anAudience, aPhase, aPipeline, aRelease, GUARDED } from './builders/a-release.ts';
import { audienceOf, happen, obedientWorld } from './release-world.ts';

/* What stories of releases are told with. */

export const BY = { kind: 'member', id: 'member-id' } as const;
export const SOMEBODY_ELSE = { kind: 'token', id: 'token-id' } as const;
export const LOOK: ReleaseEvent = { kind: 'looked', seen: NOTHING_OBSERVED };
export const CANCEL: ReleaseEvent = { kind: 'canceled' };
export const PAUSE: ReleaseEvent = { kind: 'paused', by: BY, reason: 'It is Friday' };
export const RESUME: ReleaseEvent = { kind: 'resumed' };
export const start = (phaseId: string, by: typeof BY | typeof SOMEBODY_ELSE = BY): ReleaseEvent => ({
  kind: 'phaseStarted',
  phaseId,
  by,
});
export const deletion = (environmentId: string): ReleaseEvent => ({ kind: 'environmentDeleted', environmentId });
export const rolloutIs = (status: RunStatus, id = 'rollout-test-id'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, rollouts: new Map([[id, status]]) },
});
export const approvalIs = (outcome: ApprovalOutcome, id = 'approval-test-id'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, approvals: new Map([[id, outcome]]) },
});
export const agreed = (phaseId: string, kind: 'confirm-rollout' | 'confirm-promotion'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, openGates: new Set([gateKey(phaseId, kind)]) },
});

export const statuses = ({ release }: Advance) => release.phases.map(({ status }) => status);
export const audienceStatuses = ({ release }: Advance) =>
  release.phases.map(({ audiences }) => audiences.map(({ status }) => status));
export const wake = (dueAtMs: number): ReleaseEffect => ({ kind: 'wake', dueAtMs });

/** The environments that were released to, in order. */
export const releasedTo = ({ release, effects }: Advance) =>
  effects.flatMap((effect) =>
    effect.kind === 'releaseToAudience' ? [audienceOf(release, effect.audienceId).environmentId] : [],
  );

/** A release that was created at time 0, with whatever happened to it since. */
export function life(
  phases: readonly PipelinePhase[],
  ...events: readonly (readonly [event: ReleaseEvent, now: number])[]
) {
  const made = aRelease({ createdBy: SOMEBODY_ELSE }, { pipeline: aPipeline({ phases }) });
  return goOn(made, [{ kind: 'created' }, 0], ...events);
}

export function goOn(release: Release, ...events: readonly (readonly [event: ReleaseEvent, now: number])[]): Advance {
  return events.reduce<Advance>((advanced, [event, now]) => happen(advanced.release, event, now, obedientWorld), {
    release,
    effects: [],
  });
}

export const twoPhases = (bakeTimeMs?: number) => [
  aPhase('first', ['test-id', 'staging-id'], { bakeTimeMs }),
  aPhase('second', ['production-id']),
];
export const guardedPhases = () => [
  aPhase('first', [], { audiences: [anAudience('test-id', GUARDED), anAudience('staging-id')] }),
  aPhase('second', ['production-id']),
];
export const approvedPhases = () => [
  aPhase('first', [], { audiences: [anAudience('test-id', { requireApproval: true }), anAudience('staging-id')] }),
  aPhase('second', ['production-id']),
];
