import { describe, expect, it } from 'vitest';
import { anAudience, aPhase, GUARDED } from '../../../tests/support/builders/a-release.ts';
import {
  approvalIs,
  approvedPhases,
  audienceStatuses,
  deletion,
  goOn,
  guardedPhases,
  life,
  LOOK,
  releasedTo,
  rolloutIs,
  SOMEBODY_ELSE,
  start,
  statuses,
  twoPhases,
} from '../../../tests/support/release-stories.ts';
import { advance } from './advance.ts';
import { type Advance, NOTHING_OBSERVED, type ReleaseEvent } from './events.ts';
import { releaseState } from './release.ts';

describe('an audience that is watched', () => {
  const started = [start('first'), 5] as const;
  const looked = () => life(guardedPhases(), started, [LOOK, 6]);

  it('is active while its rollout goes on, and keeps the phase active', () => {
    for (const rollout of ['in_progress', 'waiting'] as const) {
      const advanced = goOn(looked().release, [rolloutIs(rollout), 7]);
      expect(audienceStatuses(advanced)[0]).toEqual(['active', 'completed']);
      expect(statuses(advanced)).toEqual(['active', 'not-started']);
      expect(advanced.effects).toEqual([]);
    }
    expect(looked().release.phases[0]?.audiences[0]).toMatchObject({ appliedAt: 5, rolloutId: 'rollout-test-id' });
  });

  it.each(['completed', 'manually_completed'] as const)('is complete when its rollout is %s', (rollout) => {
    const advanced = goOn(looked().release, [rolloutIs(rollout), 7]);
    expect(advanced.release.phases[0]?.audiences[0]).toMatchObject({ status: 'completed', completedAt: 7 });
    expect(statuses(advanced)).toEqual(['completed', 'ready-to-start']);
  });

  it.each([
    ['monitoring_regressed', 'regressed'],
    ['reverted', 'rolled-back'],
    ['manually_reverted', 'rolled-back'],
    ['srm_stopped', 'paused'],
    ['monitoring_stopped', 'paused'],
    ['archived', 'paused'],
  ] as const)('needs a person when its rollout is %s, which pauses the phase', (rollout, audience) => {
    const advanced = goOn(looked().release, [rolloutIs(rollout), 7]);
    expect(audienceStatuses(advanced)[0]).toEqual([audience, 'completed']);
    expect(statuses(advanced)).toEqual(['paused', 'not-started']);
    expect(advanced.release.phases[0]?.audiences[0]?.completedAt).toBeUndefined();
    expect(advanced.effects).toEqual([]);
  });

  it('goes on when its regression is dismissed', () => {
    const advanced = goOn(looked().release, [rolloutIs('monitoring_regressed'), 7], [rolloutIs('in_progress'), 8]);
    expect(audienceStatuses(advanced)[0]).toEqual(['active', 'completed']);
    expect(statuses(advanced)).toEqual(['active', 'not-started']);
  });

  it.each(['monitoring_regressed', 'srm_stopped'] as const)(
    'is complete when a person brings it forward after it was %s',
    (rollout) => {
      const advanced = goOn(looked().release, [rolloutIs(rollout), 7], [rolloutIs('manually_completed'), 8]);
      expect(statuses(advanced)).toEqual(['completed', 'ready-to-start']);
    },
  );

  it.each(['monitoring_regressed', 'reverted', 'archived'] as const)(
    'is tried again, and it alone, when its phase is started again after its rollout was %s',
    (rollout) => {
      const again = goOn(looked().release, [rolloutIs(rollout), 7], [start('first', SOMEBODY_ELSE), 8]);
      expect(releasedTo(again)).toEqual(['test-id']);
      expect(again.release.phases[0]).toMatchObject({
        status: 'active',
        startedAt: 5,
        startedBy: SOMEBODY_ELSE,
        audiences: [{ status: 'active', appliedAt: 8, rolloutId: 'rollout-test-id-2' }, { status: 'completed' }],
      });
      const old = goOn(again.release, [rolloutIs('reverted'), 9]);
      expect(audienceStatuses(old)[0], 'what becomes of the old rollout is of no interest').toEqual([
        'active',
        'completed',
      ]);
      const done = goOn(again.release, [rolloutIs('completed', 'rollout-test-id-2'), 9]);
      expect(statuses(done)).toEqual(['completed', 'ready-to-start']);
    },
  );

  it('is complete when it is tried again and there is nothing left to watch, whatever its first rollout has come to', () => {
    const reverted = goOn(looked().release, [rolloutIs('reverted'), 7]);
    const { release } = advance(reverted.release, start('first'), 8);
    const audienceId = release.phases[0]?.audiences[0]?.id ?? '';
    const served = goOn(release, [{ kind: 'audienceApplied', audienceId, ruleIds: [] }, 8], [rolloutIs('reverted'), 9]);
    expect(audienceStatuses(served)[0]).toEqual(['completed', 'completed']);
  });

  it('is complete at once when there is nothing to watch, as it is served already', () => {
    const { release } = advance(life(guardedPhases()).release, start('first'), 5);
    const audienceId = release.phases[0]?.audiences[0]?.id ?? '';
    const advanced = goOn(release, [{ kind: 'audienceApplied', audienceId, ruleIds: [] }, 5], [LOOK, 6]);
    expect(audienceStatuses(advanced)[0]?.[0]).toBe('completed');
  });
});

describe('an audience that needs approval', () => {
  const started = [start('first'), 5] as const;
  const asked = () => life(approvedPhases(), started, [LOOK, 6]);
  const apply = (audienceId: string): ReleaseEvent => ({ kind: 'audienceApplied', audienceId, ruleIds: [] });
  const idOf = ({ release }: Advance) => release.phases[0]?.audiences[0]?.id ?? '';

  it('waits, while the others of its phase go on', () => {
    expect(asked().release.phases[0]?.audiences).toMatchObject([
      { status: 'waiting-for-approval', approvalId: 'approval-test-id' },
      { status: 'completed' },
    ]);
    expect(asked().release.phases[0]?.audiences[0]?.appliedAt).toBeUndefined();
    for (const outcome of ['open', 'applied'] as const) {
      const advanced = goOn(asked().release, [approvalIs(outcome), 7]);
      expect(audienceStatuses(advanced)[0]?.[0]).toBe('waiting-for-approval');
      expect(statuses(advanced)).toEqual(['active', 'not-started']);
    }
  });

  it('is complete once the change has been approved and made', () => {
    const advanced = goOn(asked().release, [apply(idOf(asked())), 7]);
    expect(advanced.release.phases[0]?.audiences[0]).toMatchObject({ status: 'active', appliedAt: 7 });
    expect(statuses(goOn(advanced.release, [approvalIs('applied'), 7]))).toEqual(['completed', 'ready-to-start']);
  });

  it('is watched once the change has been made, if it is to be watched', () => {
    const phases = [aPhase('first', [], { audiences: [anAudience('test-id', { ...GUARDED, requireApproval: true })] })];
    const waiting = life(phases, started);
    const event = { ...apply(idOf(waiting)), rolloutId: 'rollout-test-id' } as ReleaseEvent;
    const advanced = goOn(waiting.release, [event, 7], [rolloutIs('in_progress'), 8]);
    expect(audienceStatuses(advanced)[0]).toEqual(['active']);
    expect(releaseState(goOn(advanced.release, [rolloutIs('completed'), 9]).release)).toBe('completed');
  });

  it.each(['declined', 'gone'] as const)(
    'needs a person when its approval is %s, which pauses the phase',
    (outcome) => {
      const advanced = goOn(asked().release, [approvalIs(outcome), 7]);
      expect(audienceStatuses(advanced)[0]).toEqual(['approval-declined', 'completed']);
      expect(statuses(advanced)).toEqual(['paused', 'not-started']);
    },
  );

  it('goes on when somebody thinks better of it, and the change is made after all', () => {
    const advanced = goOn(asked().release, [approvalIs('declined'), 7], [apply(idOf(asked())), 8]);
    expect(advanced.release.phases[0]).toMatchObject({ status: 'active', audiences: [{ status: 'active' }, {}] });
    expect(statuses(goOn(advanced.release, [LOOK, 8]))).toEqual(['completed', 'ready-to-start']);
  });

  it('is complete when what was asked for is there already, whatever has become of an earlier rollout', () => {
    const audiences = [anAudience('test-id', { ...GUARDED, requireApproval: true })];
    const waiting = life([aPhase('first', [], { audiences })], started);
    const begun = { ...apply(idOf(waiting)), rolloutId: 'rollout-test-id' } as ReleaseEvent;
    const back = goOn(waiting.release, [begun, 7], [rolloutIs('reverted'), 8], [start('first'), 9]);
    expect(audienceStatuses(back)[0]).toEqual(['waiting-for-approval']);
    const seen = {
      ...NOTHING_OBSERVED,
      approvals: new Map([['approval-test-id-2', 'moot'] as const]),
      rollouts: new Map([['rollout-test-id', 'reverted'] as const]),
    };
    const done = goOn(back.release, [{ kind: 'looked', seen }, 10], [{ kind: 'looked', seen }, 11]);
    expect(audienceStatuses(done)[0]).toEqual(['completed']);
  });

  it('fails when the approved change is not possible any more', () => {
    const advanced = goOn(asked().release, [approvalIs('failed'), 7]);
    expect(advanced.release.phases[0]?.audiences[0]).toMatchObject({
      status: 'failed',
      failure: 'The approved change is not possible any more',
    });
    expect(statuses(advanced)).toEqual(['paused', 'not-started']);
  });

  it('is complete when there is nothing left to approve of, as everything is as it shall be', () => {
    const advanced = goOn(asked().release, [approvalIs('moot'), 7]);
    expect(advanced.release.phases[0]?.audiences[0]).toMatchObject({
      status: 'completed',
      appliedAt: 7,
      completedAt: 7,
    });
    expect(statuses(advanced)).toEqual(['completed', 'ready-to-start']);
  });

  it('is asked for anew when the phase is started again', () => {
    const again = goOn(asked().release, [approvalIs('declined'), 7], [start('first'), 8]);
    expect(releasedTo(again)).toEqual(['test-id']);
    expect(again.release.phases[0]).toMatchObject({
      status: 'active',
      audiences: [{ status: 'waiting-for-approval', approvalId: 'approval-test-id-2' }, { status: 'completed' }],
    });
    expect(again.effects[0], 'nobody can say yes to the old request any more').toEqual({
      kind: 'closeApproval',
      approvalId: 'approval-test-id',
    });
    const old = goOn(again.release, [approvalIs('declined'), 9]);
    expect(statuses(old)[0], 'what becomes of the old request is of no interest').toBe('active');
  });
});

describe('an audience that cannot be released to', () => {
  const failed = () => {
    const { release } = advance(life(twoPhases()).release, start('first'), 5);
    const [test, staging] = release.phases[0]?.audiences ?? [];
    return goOn(
      release,
      [{ kind: 'audienceFailed', audienceId: test?.id ?? '', reason: 'The segment is gone' }, 5],
      [{ kind: 'audienceApplied', audienceId: staging?.id ?? '', ruleIds: [] }, 5],
      [LOOK, 5],
    );
  };

  it('says why, pauses the phase, and does not hold up the others', () => {
    expect(failed().release.phases[0]).toMatchObject({
      status: 'paused',
      audiences: [{ status: 'failed', failure: 'The segment is gone' }, { status: 'completed' }],
    });
  });

  it('is tried again when the phase is started again, and forgets why', () => {
    const again = goOn(failed().release, [start('first'), 8]);
    expect(releasedTo(again)).toEqual(['test-id']);
    expect(again.release.phases[0]?.audiences[0]).toMatchObject({ status: 'active', failure: undefined });
    expect(statuses(goOn(again.release, [LOOK, 9]))).toEqual(['completed', 'ready-to-start']);
  });

  it('lets the phase go on when its environment is deleted', () => {
    const gone = goOn(failed().release, [deletion('test-id'), 8]);
    expect(audienceStatuses(gone)[0]).toEqual(['skipped', 'completed']);
    expect(statuses(gone)).toEqual(['completed', 'ready-to-start']);
  });
});
