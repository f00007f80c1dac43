import { describe, expect, it } from 'vitest';
import { aPhase, aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import {
  approvedPhases,
  audienceStatuses,
  BY,
  CANCEL,
  deletion,
  goOn,
  guardedPhases,
  life,
  LOOK,
  releasedTo,
  RESUME,
  rolloutIs,
  SOMEBODY_ELSE,
  start,
  statuses,
  twoPhases,
  wake,
} from '../../../tests/support/release-stories.ts';
import { audienceOf, happen, obedientWorld } from '../../../tests/support/release-world.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { advance } from './advance.ts';
import { type Release, releaseState } from './release.ts';

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
