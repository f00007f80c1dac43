import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPlan, aRun } from '../../../tests/support/builders/a-run.ts';
import { InvalidRequest } from '../errors.ts';
import { advanceRun, type Evidence, type RunAdvance, type RunHappening } from './advance-run.ts';
import { UNDECIDED_POLICIES } from './plan.ts';
import { isOpenRun, isWatched, type RolloutRun, RUN_STATUSES } from './run.ts';
import { MISMATCH_ALARM } from './statistics/sample-ratio.ts';

/* The life of random plans in a random world; the invariants are those of SPEC.md. */

const plan = fc
  .record({
    kind: fc.constantFrom('guarded' as const, 'guarded' as const, 'progressive' as const),
    durations: fc.array(fc.integer({ min: 1_000, max: 400_000 }), { minLength: 1, maxLength: 4 }),
    extensionMillis: fc.integer({ min: 0, max: 100_000 }),
    whenUndecided: fc.constantFrom(...UNDECIDED_POLICIES),
    metrics: fc.array(
      fc.record({ rollsBack: fc.boolean(), isObserved: fc.constantFrom(undefined, undefined, true as const) }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ durations, metrics, ...rest }) =>
    aPlan({
      ...rest,
      stages: durations.map((durationMillis, index) => ({ allocation: (index + 1) * 10_000, durationMillis })),
      metrics: rest.kind === 'guarded' ? metrics.map((metric, index) => ({ key: `m${index}`, ...metric })) : [],
    }),
  );

const state = fc.oneof(
  { weight: 20, arbitrary: fc.constant('fine' as const) },
  { weight: 1, arbitrary: fc.constantFrom('harmful' as const, 'down' as const) },
);

/** What is found, without what must not be found of a progressive run. */
const evidence = fc
  .record({
    units: fc.oneof(
      { weight: 5, arbitrary: fc.constant({ target: 60, control: 50, multiple: 0 }) },
      { weight: 40, arbitrary: fc.constant({ target: 200, control: 200, multiple: 1 }) },
      { weight: 1, arbitrary: fc.constant({ target: 300, control: 100, multiple: 1 }) },
    ),
    states: fc.tuple(state, state, state),
    isGateOpen: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    isPaused: fc.oneof({ weight: 1, arbitrary: fc.constant(true) }, { weight: 8, arbitrary: fc.constant(false) }),
    stopSignal: fc.oneof(
      { weight: 40, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant('stop') },
    ),
  })
  .map(
    ({ states, ...rest }): Evidence => ({
      ...rest,
      metrics: new Map(states.map((found, index) => [`m${index}`, { kind: 'reported', state: found, message: '' }])),
    }),
  );

const happening: fc.Arbitrary<RunHappening> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('looked' as const), evidence }) },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('dismissed' as const), metricKey: fc.constantFrom('m0', 'm1', 'm2') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ended' as const),
      serves: fc.constantFrom('target' as const, 'original' as const, 'other' as const),
    }),
  },
);

const step = fc.record({ happening, late: fc.integer({ min: 0, max: 60_000 }), isEarly: fc.boolean() });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('a model run of random lives', () => {
  it('keeps invariants 1 to 9 after every step', () => {
    const met = new Set<string>();
    const life = fc.property(plan, fc.array(step, { maxLength: 40 }), (of, steps) => {
      live(aRun(of), steps, (run) => met.add(run.status));
    });
    fc.assert(life, { numRuns: 1_500 });
    // Whether every status is met must not hang on luck.
    fc.assert(life, { numRuns: 1_500, seed: 1 });
    expect(met, 'every status is met').toEqual(new Set(RUN_STATUSES));
  });

  it('ends undisturbed, when nothing speaks against it, in the sum of its stages', () => {
    const undisturbed = fc.property(plan, (of) => {
      const metrics = new Map(of.metrics.map(({ key }) => [key, FINE] as const));
      const seen = { units: { target: 200, control: 200, multiple: 0 }, metrics, isGateOpen: true, isPaused: false };
      let run = aRun(of);
      let now = 0;
      while (isWatched(run)) {
        const advanced = advanceRun(run, { kind: 'looked', evidence: seen }, now);
        run = advanced.run;
        now = wakeOf(advanced)?.dueAtMs ?? now;
      }
      expect(run).toMatchObject({ status: 'completed', endedAt: sum(of.stages.map((stage) => stage.durationMillis)) });
    });
    fc.assert(undisturbed, { numRuns: 100 });
  });
});

const FINE = { kind: 'reported', state: 'fine', message: '' } as const;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function live(start: RolloutRun, steps: readonly Step[], meet: (run: RolloutRun) => void): void {
  let run = start;
  let wakeAt = 0;
  let now = 0;
  for (const { happening: next, late, isEarly } of steps) {
    now = isEarly && next.kind !== 'looked' ? now : Math.max(now, wakeAt) + (isEarly ? 0 : late);
    const before = deepFreeze(run);
    const advanced = advanceUnlessRefused(before, inWorldOf(before, next), now);
    run = advanced.run;
    meet(run);
    checkState(run);
    checkStep(before, advanced, next, now);
    wakeAt = wakeOf(advanced)?.dueAtMs ?? wakeAt;
  }
}

/** Nobody measures progressive runs. */
function inWorldOf({ plan: { kind } }: RolloutRun, next: RunHappening): RunHappening {
  if (kind === 'guarded' || next.kind !== 'looked') return next;
  const nothing = { units: { target: 0, control: 0, multiple: 0 }, metrics: new Map() };
  return { ...next, evidence: { ...next.evidence, ...nothing } };
}

function advanceUnlessRefused(run: RolloutRun, next: RunHappening, now: number): RunAdvance {
  try {
    return advanceRun(run, next, now);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidRequest);
    const regressed = run.metrics.some(
      ({ key, status, isObserved }) =>
        next.kind === 'dismissed' && key === next.metricKey && status === 'regressed' && !isObserved,
    );
    expect(next.kind === 'dismissed' && !(regressed && isOpenRun(run)), 'only what is none is refused').toBe(true);
    return { run, effects: [] };
  }
}

function checkState(run: RolloutRun): void {
  const { events, plan: of, status, stages, stageIndex } = run;
  expect(run.endedAt === undefined, 'invariant 7: ended when nobody watches').toBe(isWatched(run));
  const times = events.map(({ createdAt }) => createdAt);
  expect(times, 'invariant 4: in the order of time').toEqual(times.toSorted((a, b) => a - b));
  const indexes = events.map((event) => event.stageIndex);
  expect(indexes, 'invariant 4: stages never go back').toEqual(indexes.toSorted((a, b) => a - b));
  const once = events
    .filter(({ kind }) => ONCE_IN_A_STAGE.includes(kind))
    .map((event) => `${event.kind} ${event.stageIndex}`);
  expect(new Set(once).size, 'invariant 8: once in a stage').toBe(once.length);
  stages.slice(1, stageIndex + 1).forEach(({ startedAt = 0 }, index) => {
    const atLeast = (stages[index]?.startedAt ?? 0) + (of.stages[index]?.durationMillis ?? 0);
    expect(startedAt, 'invariant 3: no stage is shorter than it is to be').toBeGreaterThanOrEqual(atLeast);
  });
  if (of.kind === 'progressive') {
    expect(run.metrics, 'invariant 9').toEqual([]);
    expect(['monitoring_regressed', 'monitoring_stopped', 'srm_stopped'], 'invariant 9').not.toContain(status);
  }
}

const ONCE_IN_A_STAGE: readonly string[] = ['stage_started', 'safe_roll_forward', 'minimum_monitoring_window_expired'];

function checkStep(before: RolloutRun, { run, effects }: RunAdvance, next: RunHappening, now: number): void {
  if (!isOpenRun(before)) {
    expect(run, 'invariant 2: nothing changes after an end').toBe(before);
    expect(effects, 'invariant 2: and nothing follows').toEqual([]);
  }
  expect(run.events.slice(0, before.events.length), 'invariant 4: events are only added').toEqual(before.events);
  const wakes = effects.flatMap((effect) => (effect.kind === 'wake' ? [effect.dueAtMs] : []));
  if (run !== before) checkWakes(before, run, wakes, now);
  const grown = effects.find(({ kind }) => kind === 'grow');
  const served = effects.find(({ kind }) => kind === 'serve');
  if (grown || run.status === 'completed') checkGrowth(before, run, next);
  if (grown) {
    expect(run.stageIndex, 'invariant 3: one stage at a time').toBe(before.stageIndex + 1);
    expect(grown, 'invariant 3').toMatchObject({ allocation: run.plan.stages[run.stageIndex]?.allocation });
  } else expect(run.stageIndex, 'invariant 3: only by growing').toBe(before.stageIndex);
  const byItself = run !== before && (run.status === 'completed' || run.status === 'reverted');
  expect(served, 'invariant 6').toEqual(
    byItself ? { kind: 'serve', variationId: run.status === 'completed' ? 'new' : 'old' } : undefined,
  );
}

function checkWakes(before: RolloutRun, run: RolloutRun, wakes: readonly number[], now: number): void {
  // A dismissal that leaves other regressions leaves the wake that is there.
  const keeps = before.status === 'monitoring_regressed' && run.status === 'monitoring_regressed' && wakes.length === 0;
  if (!keeps) expect(wakes.length, 'invariant 5: one wake while it is watched').toBe(isWatched(run) ? 1 : 0);
  for (const at of wakes) expect(at, 'invariant 5: not in the past').toBeGreaterThanOrEqual(now);
}

function checkGrowth(before: RolloutRun, run: RolloutRun, next: RunHappening): void {
  if (run === before) return;
  expect(next.kind, 'invariant 1: only a look lets traffic grow').toBe('looked');
  if (next.kind !== 'looked') return;
  const { evidence: seen } = next;
  expect([seen.isGateOpen, seen.isPaused, seen.stopSignal], 'invariant 1').toEqual([true, false, undefined]);
  expect(run.probabilityOfMismatch, 'invariant 1').toBeLessThan(MISMATCH_ALARM);
  const against = before.metrics.filter(
    ({ key, status, isObserved }) =>
      !isObserved &&
      (status === 'regressed' ||
        (status !== 'regression_dismissed' && (seen.metrics.get(key) as { state?: string })?.state !== 'fine')),
  );
  expect(against, 'invariant 1: nothing speaks against it').toEqual([]);
}

function wakeOf({ effects }: RunAdvance): { readonly dueAtMs: number } | undefined {
  return effects.find((effect) => effect.kind === 'wake');
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
