import { describe, expect, it } from 'vitest';
import { anAudience, aPhase, GUARDED } from '../../../tests/support/builders/a-release.ts';
import {
  agreed,
  approvalIs,
  approvedPhases,
  audienceStatuses,
  BY,
  CANCEL,
  deletion,
  goOn,
  guardedPhases,
  life,
  LOOK,
  PAUSE,
  releasedTo,
  RESUME,
  rolloutIs,
  SOMEBODY_ELSE,
  start,
  statuses,
  twoPhases,
  wake,
} from '../../../tests/support/release-stories.ts';
import { advance } from './advance.ts';
import { type ReleaseEvent } from './events.ts';
import { NOTHING_OBSERVED } from './events.ts';
import type { Gate } from './pipeline.ts';
import { releaseState } from './release.ts';
import { gateKey } from './settle.ts';

const aGate = (kind: Gate['kind']): Gate => ({ kind, url: 'https://gates.example.com', timeoutMs: 1000 });

describe('a phase with gates', () => {
  const phases = (...gates: readonly Gate[]) => [aPhase('first', ['test-id'], { gates, bakeTimeMs: 1000 })];

  it('releases to nobody until all agree to its beginning', () => {
    const started = life(phases(aGate('confirm-rollout')), [start('first'), 5]);
    expect(started.release.phases[0]).toMatchObject({
      status: 'active',
      gate: { kind: 'confirm-rollout', since: 5 },
      audiences: [{ status: 'ready-to-start' }],
    });
    expect(started.effects).toEqual([{ kind: 'askGates', phaseId: 'first', gate: 'confirm-rollout' }]);
    const asked = goOn(started.release, [LOOK, 6]);
    expect(asked).toEqual(started);
    expect(asked.release).toBe(started.release);

    const opened = goOn(asked.release, [agreed('first', 'confirm-rollout'), 7]);
    expect(releasedTo(opened)).toEqual(['test-id']);
    expect(opened.release.phases[0]?.gate).toBeUndefined();
    expect(opened.release.phases[0]?.audiences).toMatchObject([{ status: 'active', appliedAt: 7 }]);
  });

  it('is not complete until all agree to its end, after the bake time', () => {
    const baked = life(phases(aGate('confirm-promotion')), [start('first'), 5], [LOOK, 6]);
    expect(baked.effects).toEqual([wake(1005)]);
    const early = goOn(baked.release, [agreed('first', 'confirm-promotion'), 1004]);
    expect(early.release.phases[0]).toMatchObject({ status: 'active' });
    expect(early.release.phases[0]?.gate).toBeUndefined();
    const asked = goOn(baked.release, [LOOK, 1005]);
    expect(asked.release.phases[0]).toMatchObject({
      status: 'active',
      gate: { kind: 'confirm-promotion', since: 1005 },
    });
    expect(asked.effects).toEqual([{ kind: 'askGates', phaseId: 'first', gate: 'confirm-promotion' }]);
    const still = goOn(asked.release, [LOOK, 2000]);
    expect(still).toEqual(asked);
    const done = goOn(asked.release, [agreed('first', 'confirm-promotion'), 3000]);
    expect(done.release.phases[0]).toMatchObject({ status: 'completed', completedAt: 3000 });
    expect(done.release.phases[0]?.gate).toBeUndefined();
  });

  it('asks nobody where a gate is for something else', () => {
    const done = life(
      phases(aGate('confirm-traffic-increase'), aGate('rollback')),
      [start('first'), 5],
      [LOOK, 5],
      [LOOK, 1005],
    );
    expect(releaseState(done.release)).toBe('completed');
  });

  it('is not opened by the gate of another phase, or of the other end', () => {
    const { release } = life(phases(aGate('confirm-rollout')), [start('first'), 5]);
    for (const event of [agreed('second', 'confirm-rollout'), agreed('first', 'confirm-promotion')]) {
      expect(goOn(release, [event, 6]).release).toBe(release);
    }
  });

  it('keeps waiting behind its gate whom it could not release to while somebody else needs a person', () => {
    const audiences = [anAudience('test-id', GUARDED), anAudience('staging-id', GUARDED)];
    const started = life(
      [aPhase('first', [], { audiences, gates: [aGate('confirm-rollout')] })],
      [start('first'), 5],
      [agreed('first', 'confirm-rollout'), 6],
      [rolloutIs('reverted'), 7],
      [start('first'), 8],
      [rolloutIs('monitoring_regressed', 'rollout-staging-id'), 9],
    );
    expect(audienceStatuses(started)[0]).toEqual(['ready-to-start', 'regressed']);
    const opened = goOn(started.release, [agreed('first', 'confirm-rollout'), 10]);
    expect(statuses(opened)).toEqual(['paused']);
    expect(opened.effects).toEqual([]);
    const dismissed = goOn(opened.release, [rolloutIs('in_progress', 'rollout-staging-id'), 11]);
    expect(releasedTo(dismissed)).toEqual(['test-id']);
  });

  it('goes through both gates in one step when nobody is left to be released to', () => {
    const gates = [aGate('confirm-rollout'), aGate('confirm-promotion')];
    const openGates = new Set([gateKey('first', 'confirm-rollout'), gateKey('first', 'confirm-promotion')]);
    const done = life(
      [aPhase('first', ['test-id'], { gates })],
      [start('first'), 5],
      [deletion('test-id'), 6],
      [{ kind: 'looked', seen: { ...NOTHING_OBSERVED, openGates } }, 7],
    );
    expect(releaseState(done.release)).toBe('completed');
  });

  it('asks again when it is started again', () => {
    const audiences = [anAudience('test-id', GUARDED)];
    const again = life(
      [aPhase('first', [], { audiences, gates: [aGate('confirm-rollout')] })],
      [start('first'), 5],
      [agreed('first', 'confirm-rollout'), 6],
      [rolloutIs('reverted'), 7],
      [start('first'), 8],
    );
    expect(again.release.phases[0]?.gate).toEqual({ kind: 'confirm-rollout', since: 8 });
    expect(again.effects).toEqual([{ kind: 'askGates', phaseId: 'first', gate: 'confirm-rollout' }]);
  });
});

describe('a paused release', () => {
  it('remembers who paused it, when and why, and the first of them only', () => {
    const { release: before } = life(twoPhases(), [start('first'), 5]);
    const { release, effects } = advance(before, PAUSE, 6);
    expect(release).toEqual({ ...before, pause: { at: 6, by: BY, reason: 'It is Friday' } });
    expect(effects).toEqual([]);
    const again = advance(release, { kind: 'paused', by: SOMEBODY_ELSE }, 7);
    expect(again.release).toBe(release);
  });

  it('begins nothing and completes nothing, whatever is asked or seen', () => {
    const ready = life(twoPhases(), [PAUSE, 4]);
    expect(() => advance(ready.release, start('first'), 5)).toThrow(
      /^This release is paused; resume it to start its phases$/,
    );
    const started = life(twoPhases(1000), [start('first'), 5], [PAUSE, 6], [LOOK, 2000]);
    expect(statuses(started)).toEqual(['active', 'not-started']);
    expect(started.effects).toEqual([]);
    expect(advance(started.release, start('first'), 7).release).toBe(started.release);
    const gated = life(
      [aPhase('first', ['test-id'], { gates: [aGate('confirm-rollout')] })],
      [start('first'), 5],
      [PAUSE, 6],
      [agreed('first', 'confirm-rollout'), 7],
    );
    expect(gated.release.phases[0]?.gate).toEqual({ kind: 'confirm-rollout', since: 5 });
    expect(gated.effects).toEqual([]);
  });

  it('goes on where it was as soon as it is resumed', () => {
    const { release } = life(twoPhases(1000), [start('first'), 5], [PAUSE, 6]);
    const resumed = advance(release, RESUME, 2000);
    expect(resumed.release).not.toHaveProperty('pause');
    expect(resumed.effects).toEqual([wake(2000)]);
    expect(statuses(goOn(resumed.release, [LOOK, 2000]))).toEqual(['completed', 'ready-to-start']);
  });

  it('notes all the same what has become of what is under way', () => {
    const paused = life(guardedPhases(), [start('first'), 5], [LOOK, 6], [PAUSE, 6]);
    const regressed = goOn(paused.release, [rolloutIs('monitoring_regressed'), 7]);
    expect(audienceStatuses(regressed)[0]?.[0]).toBe('regressed');
    expect(statuses(regressed)).toEqual(['paused', 'not-started']);
    const done = goOn(paused.release, [rolloutIs('completed'), 7]);
    expect(audienceStatuses(done)[0]?.[0]).toBe('completed');
    expect(statuses(done)).toEqual(['active', 'not-started']);
    const gone = goOn(regressed.release, [deletion('test-id'), 8]);
    expect(statuses(gone)).toEqual(['active', 'not-started']);
  });

  it('is not resumed twice, and a complete one is not paused', () => {
    const { release } = life(twoPhases());
    const resumed = advance(release, RESUME, 5);
    expect(resumed).toEqual({ release, effects: [] });
    expect(resumed.release).toBe(release);
    const done = life([aPhase('first', ['test-id'])], [start('first'), 5], [LOOK, 5]);
    expect(() => advance(done.release, PAUSE, 6)).toThrow(/^This release is complete; there is nothing to pause$/);
  });
});

describe('a canceled release', () => {
  it('remembers when, and keeps its phases', () => {
    const { release: before } = life(twoPhases(), [start('first'), 5]);
    const { release, effects } = advance(before, CANCEL, 9);
    expect(release).toEqual({ ...before, canceledAt: 9 });
    expect(releaseState(release)).toBe('canceled');
    expect(effects).toEqual([]);
  });

  it('lets go of what is under way, and of nothing else', () => {
    const audiences = [
      anAudience('test-id', GUARDED),
      anAudience('staging-id', { requireApproval: true }),
      anAudience('production-id'),
      anAudience('demo-id', GUARDED),
    ];
    const phases = [aPhase('first', [], { audiences })];
    const before = life(phases, [start('first'), 5], [rolloutIs('completed', 'rollout-demo-id'), 6]);
    expect(audienceStatuses(before)[0]).toEqual(['active', 'waiting-for-approval', 'completed', 'completed']);
    expect(advance(before.release, CANCEL, 9).effects).toEqual([
      { kind: 'parkRollout', rolloutId: 'rollout-test-id' },
      { kind: 'closeApproval', approvalId: 'approval-staging-id' },
    ]);
  });

  it('closes requests that were declined, and leaves rollouts that approvals wait to replace', () => {
    const declined = life(approvedPhases(), [start('first'), 5], [approvalIs('declined'), 6]);
    const closing = { kind: 'closeApproval', approvalId: 'approval-test-id' };
    expect(advance(declined.release, CANCEL, 9).effects).toEqual([closing]);

    const audiences = [anAudience('test-id', { ...GUARDED, requireApproval: true })];
    const waiting = life([aPhase('first', [], { audiences })], [start('first'), 5]).release;
    const audienceId = waiting.phases[0]?.audiences[0]?.id ?? '';
    const again = goOn(
      waiting,
      [{ kind: 'audienceApplied', audienceId, ruleIds: [], rolloutId: 'rollout-test-id' }, 6],
      [rolloutIs('monitoring_regressed'), 7],
      [start('first'), 8],
    );
    expect(audienceStatuses(again)[0]).toEqual(['waiting-for-approval']);
    expect(advance(again.release, CANCEL, 9).effects).toEqual([
      { kind: 'closeApproval', approvalId: 'approval-test-id-2' },
      { kind: 'parkRollout', rolloutId: 'rollout-test-id' },
    ]);
  });

  it.each([
    { name: 'time', event: LOOK },
    { name: 'the deletion of an environment', event: deletion('test-id') },
    { name: 'a second cancellation', event: CANCEL },
    { name: 'a belated answer', event: { kind: 'audienceApplied', audienceId: 'any', ruleIds: [] } as const },
  ])('is not moved by $name', ({ event }) => {
    const { release } = life(twoPhases(), [start('first'), 5], [CANCEL, 9]);
    const advanced = advance(release, event, 99);
    expect(advanced.release).toBe(release);
    expect(advanced.effects).toEqual([]);
  });

  it.each([start('first'), PAUSE, RESUME])('refuses what people ask of it: $kind', (event) => {
    const { release } = life(twoPhases(), [CANCEL, 9]);
    expect(() => advance(release, event, 10)).toThrow(
      /^This release was canceled; create a new release of the flag to start its phases$/,
    );
  });
});

describe('a release whose changes were taken back', () => {
  const BACK: ReleaseEvent = { kind: 'rolledBack' };

  it('has ended, and lets go of what is under way', () => {
    const { release: before } = life(guardedPhases(), [start('first'), 5], [LOOK, 6]);
    const { release, effects } = advance(before, BACK, 9);
    expect(release).toEqual({ ...before, canceledAt: 9, rolledBackAt: 9 });
    expect(effects).toEqual([{ kind: 'parkRollout', rolloutId: 'rollout-test-id' }]);
  });

  it('may have been canceled before, and keeps to when it was', () => {
    const { release: before } = life(guardedPhases(), [start('first'), 5], [LOOK, 6], [CANCEL, 7]);
    const { release, effects } = advance(before, BACK, 9);
    expect(release).toEqual({ ...before, canceledAt: 7, rolledBackAt: 9 });
    expect(effects).toEqual([]);
    expect(advance(release, BACK, 10).release, 'once').toBe(release);
  });

  it('may have been complete before', () => {
    const done = life([aPhase('first', ['test-id'])], [start('first'), 5], [LOOK, 5]);
    const { release, effects } = advance(done.release, BACK, 9);
    expect(releaseState(release)).toBe('canceled');
    expect(release.rolledBackAt).toBe(9);
    expect(effects).toEqual([]);
  });
});
