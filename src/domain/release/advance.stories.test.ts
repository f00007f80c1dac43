import { describe, expect, it } from 'vitest';
import { anAudience, aPhase, aPipeline, aRelease, GUARDED } from '../../../tests/support/builders/a-release.ts';
import { audienceOf, happen, obedientWorld } from '../../../tests/support/release-world.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import type { RunStatus } from '../rollout/run.ts';
import { advance } from './advance.ts';
import type { Advance, ApprovalOutcome, ReleaseEffect, ReleaseEvent } from './events.ts';
import { NOTHING_OBSERVED } from './events.ts';
import type { Gate, PipelinePhase } from './pipeline.ts';
import { type Release, releaseState } from './release.ts';
import { gateKey } from './settle.ts';

const BY = { kind: 'member', id: 'member-id' } as const;
const SOMEBODY_ELSE = { kind: 'token', id: 'token-id' } as const;
const LOOK: ReleaseEvent = { kind: 'looked', seen: NOTHING_OBSERVED };
const CANCEL: ReleaseEvent = { kind: 'canceled' };
const PAUSE: ReleaseEvent = { kind: 'paused', by: BY, reason: 'It is Friday' };
const RESUME: ReleaseEvent = { kind: 'resumed' };
const start = (phaseId: string, by: typeof BY | typeof SOMEBODY_ELSE = BY): ReleaseEvent => ({
  kind: 'phaseStarted',
  phaseId,
  by,
});
const deletion = (environmentId: string): ReleaseEvent => ({ kind: 'environmentDeleted', environmentId });
const rolloutIs = (status: RunStatus, id = 'rollout-test-id'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, rollouts: new Map([[id, status]]) },
});
const approvalIs = (outcome: ApprovalOutcome, id = 'approval-test-id'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, approvals: new Map([[id, outcome]]) },
});
const agreed = (phaseId: string, kind: 'confirm-rollout' | 'confirm-promotion'): ReleaseEvent => ({
  kind: 'looked',
  seen: { ...NOTHING_OBSERVED, openGates: new Set([gateKey(phaseId, kind)]) },
});
const aGate = (kind: Gate['kind']): Gate => ({ kind, url: 'https://gates.example.com', timeoutMs: 1000 });

const statuses = ({ release }: Advance) => release.phases.map(({ status }) => status);
const audienceStatuses = ({ release }: Advance) =>
  release.phases.map(({ audiences }) => audiences.map(({ status }) => status));
const wake = (dueAtMs: number): ReleaseEffect => ({ kind: 'wake', dueAtMs });

/** The environments that were released to, in order. */
const releasedTo = ({ release, effects }: Advance) =>
  effects.flatMap((effect) =>
    effect.kind === 'releaseToAudience' ? [audienceOf(release, effect.audienceId).environmentId] : [],
  );

/** A release that was created at time 0, with whatever happened to it since. */
function life(phases: readonly PipelinePhase[], ...events: readonly (readonly [event: ReleaseEvent, now: number])[]) {
  const made = aRelease({ createdBy: SOMEBODY_ELSE }, { pipeline: aPipeline({ phases }) });
  return goOn(made, [{ kind: 'created' }, 0], ...events);
}

function goOn(release: Release, ...events: readonly (readonly [event: ReleaseEvent, now: number])[]): Advance {
  return events.reduce<Advance>((advanced, [event, now]) => happen(advanced.release, event, now, obedientWorld), {
    release,
    effects: [],
  });
}

const twoPhases = (bakeTimeMs?: number) => [
  aPhase('first', ['test-id', 'staging-id'], { bakeTimeMs }),
  aPhase('second', ['production-id']),
];
const guardedPhases = () => [
  aPhase('first', [], { audiences: [anAudience('test-id', GUARDED), anAudience('staging-id')] }),
  aPhase('second', ['production-id']),
];
const approvedPhases = () => [
  aPhase('first', [], { audiences: [anAudience('test-id', { requireApproval: true }), anAudience('staging-id')] }),
  aPhase('second', ['production-id']),
];

describe('a release of two immediate phases', () => {
  it('begins with its first phase ready to start, and waits for somebody', () => {
    const created = life(twoPhases());
    expect(audienceStatuses(created)).toEqual([['ready-to-start', 'ready-to-start'], ['not-started']]);
    expect(statuses(created)).toEqual(['ready-to-start', 'not-started']);
    expect(created.effects).toEqual([]);
  });

  it('releases to every audience of a phase that is started, and wants to look again at once', () => {
    const { release, effects } = advance(life(twoPhases()).release, start('first'), 5);
    const [phase] = release.phases;
    expect(phase).toMatchObject({ status: 'active', startedAt: 5, startedBy: BY });
    const [test, staging] = phase?.audiences ?? [];
    expect([test?.status, staging?.status]).toEqual(['ready-to-start', 'ready-to-start']);
    expect(effects).toEqual([
      { kind: 'releaseToAudience', phaseId: 'first', audienceId: test?.id },
      { kind: 'releaseToAudience', phaseId: 'first', audienceId: staging?.id },
      wake(5),
    ]);
    expect(test?.environmentId).toBe('test-id');
  });

  it('notes what was done for an audience', () => {
    const { release } = advance(life(twoPhases()).release, start('first'), 5);
    const audienceId = release.phases[0]?.audiences[1]?.id ?? '';
    const applied = advance(release, { kind: 'audienceApplied', audienceId, ruleIds: ['rule-id'] }, 6);
    expect(applied.release.phases[0]?.audiences).toMatchObject([
      { status: 'ready-to-start' },
      { status: 'active', appliedAt: 6, ruleIds: ['rule-id'] },
    ]);
    expect(applied.effects).toEqual([]);
  });

  it('completes the phase at the next look and readies the one behind it', () => {
    const looked = life(twoPhases(), [start('first'), 5], [LOOK, 7]);
    expect(statuses(looked)).toEqual(['completed', 'ready-to-start']);
    expect(audienceStatuses(looked)).toEqual([['completed', 'completed'], ['ready-to-start']]);
    expect(looked.release.phases[0]).toMatchObject({ startedAt: 5, completedAt: 7 });
    expect(looked.release.phases[0]?.audiences[0]).toMatchObject({ appliedAt: 5, completedAt: 5 });
    expect(looked.effects).toEqual([]);
  });

  it('is complete when its last phase is', () => {
    const done = life(twoPhases(), [start('first'), 5], [LOOK, 7], [start('second'), 9], [LOOK, 9]);
    expect(releaseState(done.release)).toBe('completed');
    for (const event of [LOOK, CANCEL, RESUME, deletion('production-id')]) {
      const advanced = advance(done.release, event, 20);
      expect(advanced.effects).toEqual([]);
      expect(advanced.release).toBe(done.release);
    }
  });

  it('carries out every effect exactly once, however often it is looked at', () => {
    const seen: string[] = [];
    let release: Release = life(twoPhases()).release;
    for (const event of [start('first'), start('first'), LOOK, LOOK, start('second'), start('second'), LOOK, LOOK]) {
      const advanced = goOn(release, [event, 5]);
      release = advanced.release;
      seen.push(...releasedTo(advanced));
    }
    expect(seen).toEqual(['test-id', 'staging-id', 'production-id']);
  });
});

describe('a start', () => {
  it('is refused with the text that tools read while the phase before is not complete', () => {
    const { release } = life(twoPhases(), [start('first'), 5]);
    const act = () => advance(release, start('second'), 6);
    expect(act).toThrow(InvalidRequest);
    expect(act).toThrow(/^Phase must have status ReadyToStart to be started; "second" waits for an earlier phase$/);
  });

  it('changes nothing when the phase is active already', () => {
    const { release } = life(twoPhases(), [start('first'), 5]);
    const again = advance(release, start('first', SOMEBODY_ELSE), 6);
    expect(again.release).toBe(release);
    expect(again.effects).toEqual([]);
  });

  it('is refused for a phase that is complete', () => {
    const { release } = life(twoPhases(), [start('first'), 5], [LOOK, 5]);
    expect(() => advance(release, start('first'), 6)).toThrow(
      /^Phase "first" is complete and cannot be started again$/,
    );
  });

  it('is refused for a phase that the release does not have', () => {
    const act = () => advance(life(twoPhases()).release, start('third'), 6);
    expect(act).toThrow(NotFound);
    expect(act).toThrow(/^Invalid resource identifier: unknown release phase 'third'$/);
  });

  it('may set for an audience what the pipeline says otherwise', () => {
    const { release } = life(twoPhases());
    const audienceId = release.phases[0]?.audiences[1]?.id ?? '';
    const settings = [{ audienceId, notifyMemberIds: ['member-id'] }];
    const started = advance(release, { kind: 'phaseStarted', phaseId: 'first', by: BY, settings }, 5);
    const immediately = { releaseStrategy: 'immediate-rollout', requireApproval: false };
    expect(started.release.phases[0]?.audiences.map(({ configuration }) => configuration)).toEqual([
      immediately,
      { ...immediately, notifyMemberIds: ['member-id'] },
    ]);
  });
});

describe('a bake time', () => {
  const started = [start('first'), 5] as const;

  it('starts to run with the start of the phase: the first look sets the alarm for its end', () => {
    const looked = life(twoPhases(1000), started, [LOOK, 5]);
    expect(statuses(looked)).toEqual(['active', 'not-started']);
    expect(audienceStatuses(looked)[0]).toEqual(['completed', 'completed']);
    expect(looked.effects).toEqual([wake(1005)]);
  });

  it('is not over one millisecond before its end', () => {
    const looked = life(twoPhases(1000), started, [LOOK, 5], [LOOK, 1004]);
    expect(statuses(looked)).toEqual(['active', 'not-started']);
    expect(looked.effects).toEqual([wake(1005)]);
  });

  it('is over at its end, also when nobody looked in between', () => {
    for (const looked of [life(twoPhases(1000), started, [LOOK, 1005]), life(twoPhases(1000), started, [LOOK, 9999])]) {
      expect(statuses(looked)).toEqual(['completed', 'ready-to-start']);
      expect(looked.effects).toEqual([]);
    }
  });

  it('counts from the last audience where audiences are complete at different times', () => {
    const phases = guardedPhases().map((phase) => ({ ...phase, bakeTimeMs: 1000 }));
    const looked = life(phases, started, [LOOK, 5], [rolloutIs('completed'), 50]);
    expect(looked.release.phases[0]?.audiences).toMatchObject([{ completedAt: 50 }, { completedAt: 5 }]);
    expect(looked.effects).toEqual([wake(1050)]);
    expect(statuses(goOn(looked.release, [LOOK, 1049]))[0]).toBe('active');
    expect(statuses(goOn(looked.release, [LOOK, 1050]))[0]).toBe('completed');
  });

  it('does not count where nobody was released to', () => {
    const gone = life(twoPhases(1000), [deletion('test-id'), 5], [deletion('staging-id'), 6]);
    expect(statuses(gone)[0]).toBe('completed');
  });
});

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

describe('a phase that begins by itself', () => {
  const phases = () => [
    aPhase('first', ['test-id']),
    aPhase('second', ['production-id'], { startsAutomatically: true }),
  ];

  it('is started with the completion of the one before it, on behalf of who started that', () => {
    const done = life(phases(), [start('first'), 5], [LOOK, 7]);
    expect(releasedTo(done)).toEqual(['production-id']);
    expect(done.release.phases[1]).toMatchObject({ status: 'active', startedAt: 7, startedBy: BY });
    expect(releaseState(goOn(done.release, [LOOK, 7]).release)).toBe('completed');
  });

  it('is started with the release where it is the first, on behalf of who made the release', () => {
    const created = life([aPhase('first', ['test-id'], { startsAutomatically: true })]);
    expect(releasedTo(created)).toEqual(['test-id']);
    expect(created.release.phases[0]).toMatchObject({ status: 'active', startedAt: 0, startedBy: SOMEBODY_ELSE });
    expect(created.effects.at(-1)).toEqual(wake(0));
  });

  it('is passed over, and started by nobody, when it has no audience left', () => {
    const done = life(phases(), [deletion('production-id'), 4], [start('first'), 5], [LOOK, 7]);
    expect(releaseState(done.release)).toBe('completed');
    expect(done.release.phases[1]?.startedBy).toBeUndefined();
  });
});

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

describe('the deletion of an environment', () => {
  it('skips its audience and leaves the others waiting', () => {
    const advanced = life(twoPhases(), [deletion('test-id'), 5]);
    expect(audienceStatuses(advanced)).toEqual([['skipped', 'ready-to-start'], ['not-started']]);
    expect(statuses(advanced)).toEqual(['ready-to-start', 'not-started']);
    expect(releasedTo(goOn(advanced.release, [start('first'), 6]))).toEqual(['staging-id']);
  });

  it('lets a phase without any audience left pass without a start', () => {
    const advanced = life(twoPhases(), [deletion('test-id'), 5], [deletion('staging-id'), 8]);
    expect(statuses(advanced)).toEqual(['completed', 'ready-to-start']);
    expect(advanced.release.phases[0]).toMatchObject({ startedAt: 8, completedAt: 8 });
    expect(advanced.release.phases[0]?.startedBy).toBeUndefined();
  });

  it('lets a later phase pass as soon as its turn comes', () => {
    const gone = life(twoPhases(), [deletion('production-id'), 5]);
    expect(statuses(gone)).toEqual(['ready-to-start', 'not-started']);
    const done = goOn(gone.release, [start('first'), 6], [LOOK, 6]);
    expect(releaseState(done.release)).toBe('completed');
  });

  it('skips audiences that are under way, and those that need a person', () => {
    const watched = life(guardedPhases(), [start('first'), 5], [LOOK, 5], [deletion('test-id'), 6]);
    expect(statuses(watched)).toEqual(['completed', 'ready-to-start']);
    const waiting = life(approvedPhases(), [start('first'), 5], [LOOK, 5], [deletion('test-id'), 6]);
    expect(statuses(waiting)).toEqual(['completed', 'ready-to-start']);
  });

  it('keeps the bake time of an audience that was released to before its environment went', () => {
    const gone = life(twoPhases(1000), [start('first'), 5], [LOOK, 5], [deletion('test-id'), 6]);
    expect(audienceStatuses(gone)[0]).toEqual(['completed', 'completed']);
    expect(gone.effects).toEqual([wake(1005)]);
  });

  it('changes nothing where the environment has no audience to lose', () => {
    const { release } = life(twoPhases(), [start('first'), 5], [LOOK, 5]);
    expect(advance(release, deletion('test-id'), 6).release).toBe(release);
    expect(advance(release, deletion('elsewhere-id'), 6).release).toBe(release);
  });

  it('lets phases pass at creation whose environments are gone by then', () => {
    const made = aRelease({}, { pipeline: aPipeline(), deletedEnvironmentIds: ['test-id'] });
    const created = advance(made, { kind: 'created' }, 3);
    expect(statuses(created)).toEqual(['completed', 'ready-to-start']);
  });

  it('does not release twice to those that are waiting in the same step', () => {
    const { release } = life(twoPhases());
    const started = happen(release, start('first'), 5, (current, effect) =>
      effect.kind === 'releaseToAudience' && audienceOf(current, effect.audienceId).environmentId === 'test-id'
        ? deletion('test-id')
        : obedientWorld(current, effect),
    );
    expect(releasedTo(started)).toEqual(['test-id', 'staging-id']);
    expect(audienceStatuses(started)[0]).toEqual(['skipped', 'active']);
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

  it('may have been complete before', () => {
    const done = life([aPhase('first', ['test-id'])], [start('first'), 5], [LOOK, 5]);
    const { release, effects } = advance(done.release, BACK, 9);
    expect(releaseState(release)).toBe('canceled');
    expect(release.rolledBackAt).toBe(9);
    expect(effects).toEqual([]);
  });
});
