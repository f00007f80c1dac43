import { describe, expect, it } from 'vitest';
import { aPhase, aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { type Advance, advance, type ReleaseEvent } from './advance.ts';
import type { PipelinePhase } from './pipeline.ts';
import { type Release, releaseState } from './release.ts';

const BY = { kind: 'member', id: 'member-id' } as const;
const LOOK: ReleaseEvent = { kind: 'timePassed' };
const CANCEL: ReleaseEvent = { kind: 'canceled' };
const start = (phaseId: string): ReleaseEvent => ({ kind: 'phaseStarted', phaseId, by: BY });
const deletion = (environmentId: string): ReleaseEvent => ({ kind: 'environmentDeleted', environmentId });

const statuses = ({ release }: Advance) => release.phases.map(({ status }) => status);
const audienceStatuses = ({ release }: Advance) =>
  release.phases.map(({ audiences }) => audiences.map(({ status }) => status));

/** A release that was created at time 0, with whatever happened to it since. */
function life(phases: readonly PipelinePhase[], ...events: readonly (readonly [event: ReleaseEvent, now: number])[]) {
  const created = advance(aRelease({}, { pipeline: aPipeline({ phases }) }), { kind: 'created' }, 0);
  return events.reduce((advanced, [event, now]) => advance(advanced.release, event, now), created);
}

const twoPhases = (bakeTimeMs?: number) => [
  aPhase('first', ['test-id', 'staging-id'], { bakeTimeMs }),
  aPhase('second', ['production-id']),
];

describe('a release of two immediate phases', () => {
  it('begins with its first phase ready to start, and waits for somebody', () => {
    const created = life(twoPhases());
    expect(audienceStatuses(created)).toEqual([['ready-to-start', 'ready-to-start'], ['not-started']]);
    expect(statuses(created)).toEqual(['ready-to-start', 'not-started']);
    expect(created.effects).toEqual([]);
    expect(created.release.version).toBe(0);
  });

  it('releases to every audience of a phase that is started, and wants to look again at once', () => {
    const started = life(twoPhases(), [start('first'), 5]);
    const [phase] = started.release.phases;
    expect(phase).toMatchObject({ status: 'active', startedAt: 5, startedBy: BY });
    expect(phase?.audiences).toMatchObject([
      { status: 'active', appliedAt: 5 },
      { status: 'active', appliedAt: 5 },
    ]);
    expect(started.effects).toEqual([
      { kind: 'releaseToAudience', phase, audience: expect.objectContaining({ environmentId: 'test-id' }) },
      { kind: 'releaseToAudience', phase, audience: expect.objectContaining({ environmentId: 'staging-id' }) },
      { kind: 'wake', dueAtMs: 5 },
    ]);
    expect(started.release.version).toBe(1);
  });

  it('completes the phase at the next look and readies the one behind it', () => {
    const looked = life(twoPhases(), [start('first'), 5], [LOOK, 7]);
    expect(statuses(looked)).toEqual(['completed', 'ready-to-start']);
    expect(audienceStatuses(looked)).toEqual([['completed', 'completed'], ['ready-to-start']]);
    expect(looked.release.phases[0]).toMatchObject({ startedAt: 5, completedAt: 7 });
    expect(looked).toMatchObject({ release: { version: 2 }, effects: [] });
  });

  it('is complete when its last phase is', () => {
    const done = life(twoPhases(), [start('first'), 5], [LOOK, 7], [start('second'), 9], [LOOK, 9]);
    expect(releaseState(done.release)).toBe('completed');
    expect(done.release.version).toBe(4);
    for (const event of [LOOK, CANCEL, deletion('production-id')]) {
      expect(advance(done.release, event, 20)).toEqual({ release: done.release, effects: [] });
      expect(advance(done.release, event, 20).release).toBe(done.release);
    }
  });

  it('carries out every effect exactly once, however often it is looked at', () => {
    const seen: string[] = [];
    let release: Release = life(twoPhases()).release;
    for (const event of [start('first'), start('first'), LOOK, LOOK, start('second'), start('second'), LOOK, LOOK]) {
      const advanced = advance(release, event, 5);
      release = advanced.release;
      for (const effect of advanced.effects) {
        if (effect.kind === 'releaseToAudience') seen.push(effect.audience.environmentId);
      }
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
    const again = advance(release, start('first'), 6);
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
});

describe('a bake time', () => {
  const started = [start('first'), 5] as const;

  it('starts to run with the start of the phase: the first look sets the alarm for its end', () => {
    const looked = life(twoPhases(1000), started, [LOOK, 5]);
    expect(statuses(looked)).toEqual(['active', 'not-started']);
    expect(audienceStatuses(looked)[0]).toEqual(['completed', 'completed']);
    expect(looked.effects).toEqual([{ kind: 'wake', dueAtMs: 1005 }]);
  });

  it('is not over one millisecond before its end', () => {
    const looked = life(twoPhases(1000), started, [LOOK, 5], [LOOK, 1004]);
    expect(statuses(looked)).toEqual(['active', 'not-started']);
    expect(looked.effects).toEqual([{ kind: 'wake', dueAtMs: 1005 }]);
    expect(looked.release.version).toBe(2);
  });

  it('is over at its end, also when nobody looked in between', () => {
    for (const looked of [life(twoPhases(1000), started, [LOOK, 1005]), life(twoPhases(1000), started, [LOOK, 9999])]) {
      expect(statuses(looked)).toEqual(['completed', 'ready-to-start']);
      expect(looked.effects).toEqual([]);
    }
  });

  it('counts from the last audience where audiences were released to at different times', () => {
    const { release } = life(twoPhases(1000), started);
    const [first, second] = release.phases[0]?.audiences ?? [];
    const audiences = [
      { ...first, appliedAt: 50 },
      { ...second, appliedAt: 20 },
    ];
    const phases = release.phases.map((phase, index) => (index === 0 ? { ...phase, audiences } : phase));
    const looked = advance({ ...release, phases } as Release, LOOK, 60);
    expect(looked.effects).toEqual([{ kind: 'wake', dueAtMs: 1050 }]);
  });
});

describe('the deletion of an environment', () => {
  it('skips its audience and leaves the others waiting', () => {
    const advanced = life(twoPhases(), [deletion('test-id'), 5]);
    expect(audienceStatuses(advanced)).toEqual([['skipped', 'ready-to-start'], ['not-started']]);
    expect(statuses(advanced)).toEqual(['ready-to-start', 'not-started']);
    const effects = advance(advanced.release, start('first'), 6).effects;
    expect(effects).toMatchObject([
      { kind: 'releaseToAudience', audience: { environmentId: 'staging-id' } },
      { kind: 'wake' },
    ]);
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
    const done = advance(advance(gone.release, start('first'), 6).release, LOOK, 6);
    expect(releaseState(done.release)).toBe('completed');
  });

  it('keeps the bake time of an audience that was released to before its environment went', () => {
    const phases = twoPhases(1000);
    const gone = life(phases, [start('first'), 5], [deletion('test-id'), 6]);
    expect(audienceStatuses(gone)[0]).toEqual(['skipped', 'completed']);
    expect(gone.effects).toEqual([{ kind: 'wake', dueAtMs: 1005 }]);
  });

  it('changes nothing where the environment has no audience to lose', () => {
    const { release } = life(twoPhases(), [start('first'), 5], [LOOK, 5]);
    expect(advance(release, deletion('test-id'), 6).release).toBe(release);
    expect(advance(release, deletion('elsewhere-id'), 6).release).toBe(release);
  });

  it('lets phases pass at creation whose environments are gone by then', () => {
    const pipeline = aPipeline();
    const made = aRelease({}, { pipeline, deletedEnvironmentIds: ['test-id'] });
    const created = advance(made, { kind: 'created' }, 3);
    expect(statuses(created)).toEqual(['completed', 'ready-to-start']);
    expect(created.release.version).toBe(0);
  });
});

describe('a canceled release', () => {
  it('remembers when, keeps its phases, and counts up', () => {
    const { release: before } = life(twoPhases(), [start('first'), 5]);
    const { release, effects } = advance(before, CANCEL, 9);
    expect(release).toEqual({ ...before, canceledAt: 9, version: before.version + 1 });
    expect(releaseState(release)).toBe('canceled');
    expect(effects).toEqual([]);
  });

  it.each([
    { name: 'time', event: LOOK },
    { name: 'the deletion of an environment', event: deletion('test-id') },
    { name: 'a second cancellation', event: CANCEL },
  ])('is not moved by $name', ({ event }) => {
    const { release } = life(twoPhases(), [start('first'), 5], [CANCEL, 9]);
    const advanced = advance(release, event, 99);
    expect(advanced.release).toBe(release);
    expect(advanced.effects).toEqual([]);
  });

  it('refuses starts', () => {
    const { release } = life(twoPhases(), [CANCEL, 9]);
    expect(() => advance(release, start('first'), 10)).toThrow(
      /^This release was canceled; create a new release of the flag to start its phases$/,
    );
  });
});
