import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPhase, aPipeline, aRelease } from '../../../tests/support/builders/a-release.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { jsonEquals } from '../json.ts';
import { type Advance, advance, type ReleaseEvent } from './advance.ts';
import type { PipelinePhase } from './pipeline.ts';
import { type PhaseStatus, type Release, type ReleasePhase, releaseState } from './release.ts';
import { PHASE_TRANSITIONS, type PhaseEvent, type PhaseOutcome } from './transitions.ts';

const BY = { kind: 'member', id: 'member-id' } as const;
const BAKE_TIME_MS = 100;

describe('the table of phase transitions', () => {
  /** SPEC.md, "A phase", and for each cell what the world does to bring it about. */
  const TABLE: Record<PhaseStatus, Record<PhaseEvent, { outcome: PhaseOutcome; exercise: () => string }>> = {
    'not-started': {
      reach: { outcome: 'ready-to-start', exercise: () => after(second('not-started', 'completed'), look) },
      start: { outcome: 'refuse', exercise: () => after(second('not-started', 'active'), start) },
      finish: { outcome: 'refuse', exercise: () => after(second('not-started', 'ready-to-start'), deletion) },
    },
    'ready-to-start': {
      reach: { outcome: 'stay', exercise: () => after(second('ready-to-start', 'completed'), look) },
      start: { outcome: 'active', exercise: () => after(second('ready-to-start', 'completed'), start) },
      finish: { outcome: 'completed', exercise: () => after(second('ready-to-start', 'completed'), deletion) },
    },
    active: {
      reach: { outcome: 'stay', exercise: () => after(second('active', 'completed'), look) },
      start: { outcome: 'stay', exercise: () => after(second('active', 'completed'), start) },
      finish: { outcome: 'completed', exercise: () => after(second('active', 'completed'), look, BAKE_TIME_MS) },
    },
    completed: {
      reach: { outcome: 'stay', exercise: () => after(second('completed', 'completed'), look) },
      start: { outcome: 'refuse', exercise: () => after(second('completed', 'completed'), start) },
      finish: { outcome: 'stay', exercise: () => after(second('completed', 'completed'), look, BAKE_TIME_MS) },
    },
  };
  const look: ReleaseEvent = { kind: 'timePassed' };
  const start: ReleaseEvent = { kind: 'phaseStarted', phaseId: 'second', by: BY };
  const deletion: ReleaseEvent = { kind: 'environmentDeleted', environmentId: 'production-id' };
  const rows = Object.entries(TABLE).flatMap(([status, events]) =>
    Object.entries(events).map(([event, cell]) => ({ status, event, ...cell })),
  );

  it.each(rows)('$status × $event: $outcome', ({ status, event, outcome, exercise }) => {
    expect(PHASE_TRANSITIONS[status as PhaseStatus][event as PhaseEvent]).toBe(outcome);
    const refused = event === 'finish' ? status : 'thrown';
    expect(exercise()).toBe({ stay: status, refuse: refused }[outcome as string] ?? outcome);
  });

  /** A release at time 0 whose second phase has this status, behind a first phase of that status. */
  function second(status: PhaseStatus, firstStatus: PhaseStatus): Release {
    const pipeline = aPipeline({
      phases: [
        aPhase('first', ['test-id'], { bakeTimeMs: BAKE_TIME_MS }),
        aPhase('second', ['production-id'], { bakeTimeMs: BAKE_TIME_MS }),
      ],
    });
    const release = aRelease({}, { pipeline });
    const [first, last] = release.phases as readonly [ReleasePhase, ReleasePhase];
    return { ...release, phases: [inStatus(first, firstStatus), inStatus(last, status)] };
  }

  function inStatus(phase: ReleasePhase, status: PhaseStatus): ReleasePhase {
    const isStarted = status === 'active' || status === 'completed';
    const audiences = phase.audiences.map((audience) => ({ ...audience, status, ...(isStarted && { appliedAt: 0 }) }));
    return { ...phase, status, audiences, ...(isStarted && { startedAt: 0 }) };
  }

  /** The status of the second phase after the event, or `thrown`. */
  function after(release: Release, event: ReleaseEvent, now = 0): string {
    try {
      return advance(release, event, now).release.phases[1]?.status ?? 'gone';
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidRequest);
      return 'thrown';
    }
  }
});

describe('a model run of random events', () => {
  const ENVIRONMENTS = ['env-0', 'env-1', 'env-2', 'env-3'];
  const environmentId = fc.constantFrom(...ENVIRONMENTS);

  const phase = fc.record({
    bakeTimeMs: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
    environmentIds: fc.uniqueArray(environmentId, { minLength: 1, maxLength: 3 }),
  });
  const phases = fc
    .array(phase, { minLength: 1, maxLength: 4 })
    .map((list) =>
      list.map(({ bakeTimeMs, environmentIds }, index) => aPhase(`phase-${index}`, environmentIds, { bakeTimeMs })),
    );

  /** `startNext` is what people do most: without it few runs would come to an end. */
  const step = fc.oneof(
    { weight: 9, arbitrary: fc.constant({ kind: 'startNext' as const }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('start' as const), index: fc.nat(4) }) },
    {
      weight: 18,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 12_000 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), environmentId }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  );
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  it('keeps invariants 1 to 8 after every step', () => {
    const ends = new Set<string>();
    const run = fc.property(phases, environmentId, fc.array(step, { maxLength: 40 }), (list, deleted, steps) => {
      fc.pre(list.some((phase) => phase.audiences.some((audience) => audience.environmentId !== deleted)));
      ends.add(releaseState(runModel(list, deleted, steps)));
    });
    fc.assert(run, { numRuns: 500 });
    expect(ends, 'the runs end in every way').toEqual(new Set(['active', 'completed', 'canceled']));
  });

  function runModel(list: readonly PipelinePhase[], deletedEnvironmentId: string, steps: readonly Step[]): Release {
    const made = aRelease({}, { pipeline: aPipeline({ phases: list }), deletedEnvironmentIds: [deletedEnvironmentId] });
    const appliedAt = new Map<string, number>();
    let now = 1_000;
    let { release } = advance(made, { kind: 'created' }, now);
    expect(release.version, 'invariant 7: version starts at 0').toBe(0);
    checkState(release, appliedAt);
    for (const step of steps) {
      if (step.kind === 'pass') now += step.ms;
      const before = deepFreeze(release);
      const advanced = advanceUnlessRefused(before, toEvent(step, before), now);
      release = advanced.release;
      checkEffects(advanced, appliedAt, now);
      checkState(release, appliedAt);
      checkStep(before, release, now);
    }
    return release;
  }

  function toEvent(step: Step, release: Release): ReleaseEvent {
    switch (step.kind) {
      case 'startNext':
        return { kind: 'phaseStarted', phaseId: nextPhaseId(release), by: BY };
      case 'start':
        return { kind: 'phaseStarted', phaseId: `phase-${step.index}`, by: BY };
      case 'pass':
        return { kind: 'timePassed' };
      case 'delete':
        return { kind: 'environmentDeleted', environmentId: step.environmentId };
      case 'cancel':
        return { kind: 'canceled' };
    }
  }

  const nextPhaseId = ({ phases }: Release) => phases.find(({ status }) => status !== 'completed')?.id ?? 'phase-0';

  /** Refused starts leave the release as it is. */
  function advanceUnlessRefused(release: Release, event: ReleaseEvent, now: number): Advance {
    try {
      return advance(release, event, now);
    } catch (error) {
      if (event.kind !== 'phaseStarted') throw error;
      if (!(error instanceof InvalidRequest) && !(error instanceof NotFound)) throw error;
      return { release, effects: [] };
    }
  }

  function checkEffects({ release, effects }: Advance, appliedAt: Map<string, number>, now: number): void {
    for (const effect of effects) {
      if (effect.kind === 'wake') continue;
      expect(appliedAt.has(effect.audience.id), 'invariant 5: released to at most once').toBe(false);
      const phase = release.phases.find(({ id }) => id === effect.phase.id);
      expect(phase?.status, 'invariant 5: only while its phase is active').toBe('active');
      appliedAt.set(effect.audience.id, now);
    }
  }

  function checkState(release: Release, appliedAt: ReadonlyMap<string, number>): void {
    const statuses = release.phases.map(({ status }) => status);
    const completed = release.phases.filter(({ status }) => status === 'completed');
    expect(statuses.lastIndexOf('completed') + 1, 'invariant 1: phases complete in order').toBe(completed.length);

    const current = statuses.filter((status) => status === 'ready-to-start' || status === 'active').length;
    const state = releaseState(release);
    if (state !== 'canceled') expect(current, 'invariant 2: one current phase').toBe(state === 'active' ? 1 : 0);

    for (const { startedAt, completedAt, bakeTimeMs, audiences } of completed) {
      expect(startedAt, 'invariant 3: a completed phase has a start').toBeTypeOf('number');
      expect(completedAt, 'invariant 3: its end is not before its start').toBeGreaterThanOrEqual(startedAt ?? Infinity);
      for (const { id } of audiences) {
        const applied = appliedAt.get(id) ?? -Infinity;
        expect(completedAt, 'invariant 4: not before the bake time').toBeGreaterThanOrEqual(
          applied + (bakeTimeMs ?? 0),
        );
      }
    }
  }

  function checkStep(before: Release, after: Release, now: number): void {
    if (releaseState(before) === 'canceled') expect(after, 'invariant 6: canceled never changes again').toBe(before);
    const isChanged = !jsonEquals({ ...before, version: 0 }, { ...after, version: 0 });
    expect(after.version, 'invariant 7: version rises by one with a change').toBe(before.version + (isChanged ? 1 : 0));
    if (!isChanged) expect(after, 'invariant 7: the same release when nothing changes').toBe(before);

    const once = advance(after, { kind: 'timePassed' }, now).release;
    const twice = advance(once, { kind: 'timePassed' }, now).release;
    expect(twice, 'invariant 8: the second look changes nothing').toBe(once);
  }

  function deepFreeze<T>(value: T): T {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
    return value;
  }
});
