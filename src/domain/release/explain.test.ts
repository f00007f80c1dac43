import { describe, expect, it } from 'vitest';
import { aPhase, aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import { explain } from './explain.ts';
import type { AudienceStatus, PhaseStatus, Release } from './release.ts';

const BY = { kind: 'member', id: 'kim' } as const;
const pipeline = aPipeline({ phases: [aPhase('first', ['test-id'], { bakeTimeMs: 500 })] });

/** A release whose only phase and audience stand like this. */
function standing(phase: PhaseStatus, audience: AudienceStatus, more: Partial<Release> = {}): Release {
  const release = aRelease(more, { pipeline });
  return {
    ...release,
    phases: release.phases.map((one) => ({
      ...one,
      status: phase,
      audiences: one.audiences.map((each) => ({ ...each, status: audience, appliedAt: 100, completedAt: 100 })),
    })),
  };
}

const kinds = (release: Release) => explain(release, { runs: new Map() }).map(({ kind }) => kind);

describe('what a release waits for', () => {
  it.each<[PhaseStatus, AudienceStatus, string]>([
    ['not-started', 'not-started', 'engine'],
    ['ready-to-start', 'ready-to-start', 'start'],
    ['active', 'ready-to-start', 'engine'],
    ['active', 'waiting-for-approval', 'approval'],
    ['paused', 'approval-declined', 'retry'],
    ['active', 'active', 'engine'],
    ['paused', 'regressed', 'decision'],
    ['paused', 'rolled-back', 'retry'],
    ['paused', 'paused', 'retry'],
    ['paused', 'failed', 'retry'],
    ['active', 'completed', 'bake'],
    ['active', 'skipped', 'bake'],
  ])('is told of a phase that is %s and an audience that is %s: %s', (phase, audience, kind) => {
    expect(kinds(standing(phase, audience))).toEqual([kind]);
  });

  it('is the end of the bake time, and when that is', () => {
    expect(explain(standing('active', 'completed'), { runs: new Map() })).toMatchObject([{ kind: 'bake', until: 600 }]);
  });

  it('is somebody to let it go on, before anything else', () => {
    const paused = standing('active', 'waiting-for-approval', { pause: { at: 1, by: BY } });
    expect(explain(paused, { runs: new Map() })).toMatchObject([
      { kind: 'resume', memberIds: ['kim'], action: 'updateReleasePhaseStatus' },
      { kind: 'approval', action: 'reviewApprovalRequest', environmentIds: ['test-id'] },
    ]);
  });

  it('is a tick for a legacy release', () => {
    const legacy = standing('not-started', 'not-started', { isLegacy: true });
    expect(explain(legacy, { runs: new Map() })).toMatchObject([
      { kind: 'decision', action: 'updateReleasePhaseCompleted' },
    ]);
  });

  it('is nothing for one that is over', () => {
    expect(kinds(standing('completed', 'completed'))).toEqual([]);
    expect(kinds(standing('active', 'active', { canceledAt: 1 }))).toEqual([]);
  });
});
