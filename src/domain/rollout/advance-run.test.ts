import { describe, expect, it } from 'vitest';
import { aMetricDefinition, aPlan, aRun } from '../../../tests/support/builders/a-run.ts';
import { InvalidRequest } from '../errors.ts';
import { advanceRun, type Evidence, type RunAdvance, stageEnd } from './advance-run.ts';
import type { MetricEvidence } from './judge-run.ts';
import { dealTraffic } from './plan.ts';
import { isOpenRun, isWatched, RUN_STATUSES, type RolloutRun, type RunMetric, type RunStatus } from './run.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Conversions and units of target and control. */
function binary(target: readonly [number, number], control: readonly [number, number]): MetricEvidence {
  const arm = ([sum, units]: readonly [number, number]) => ({ units, sum, sumOfSquares: sum });
  return {
    kind: 'measured',
    comparison: { target: arm(target), control: arm(control), kind: 'binary', isLowerBetter: true },
  };
}

const FINE = binary([20, 1_500], [20, 1_500]);
const HARM = binary([45, 1_500], [15, 1_500]);

function evidence(changes: Partial<Evidence> & { readonly errors?: MetricEvidence } = {}): Evidence {
  const { errors = FINE, ...rest } = changes;
  return {
    units: { target: 1_500, control: 1_500, multiple: 0 },
    metrics: new Map([['errors', errors]]),
    isGateOpen: true,
    isPaused: false,
    ...rest,
  };
}

const look = (run: RolloutRun, now: number, seen = evidence()): RunAdvance =>
  advanceRun(run, { kind: 'looked', evidence: seen }, now);
const dismiss = (run: RolloutRun, now: number, metricKey = 'errors'): RunAdvance =>
  advanceRun(run, { kind: 'dismissed', metricKey }, now);
const kinds = ({ events }: RolloutRun) => events.map(({ kind }) => kind);
const metric = (run: RolloutRun, key = 'errors') => run.metrics.find((one) => one.key === key);
const withRollback = () => aRun({ metrics: [{ key: 'errors', rollsBack: true }] });
const FEW = { units: { target: 99, control: 101, multiple: 0 }, errors: binary([0, 99], [0, 101]) };

describe('a guarded run', () => {
  it('is safe once when enough have come, and looks again after a sixtieth of the stage', () => {
    const { run, effects } = look(aRun(), MINUTE);
    expect(run).toMatchObject({ status: 'in_progress', stages: [{ safeRollForward: true }, {}] });
    expect(effects).toEqual([{ kind: 'wake', dueAtMs: 2 * MINUTE }]);
    expect(kinds(look(run, 2 * MINUTE).run)).toEqual(['stage_started', 'safe_roll_forward']);
  });

  it('looks every five seconds at least, every five minutes at most, and when the stage is over', () => {
    const wakes = [1_000, 60_000, 86_400_000].map((durationMillis) => {
      const run = aRun({ stages: [{ allocation: 1_000, durationMillis }] });
      return look(run, 10, evidence(FEW)).effects;
    });
    expect(wakes).toEqual([1_000, 5_010, 300_010].map((dueAtMs) => [{ kind: 'wake', dueAtMs }]));
  });

  it('grows when the time of the stage is over, and serves the target to everybody after the last', () => {
    const early = look(aRun(), HOUR - 1);
    expect(early.effects).toEqual([{ kind: 'wake', dueAtMs: HOUR }]);
    const grown = look(early.run, HOUR + 5);
    expect(grown.effects).toEqual([
      { kind: 'grow', allocation: 50_000 },
      { kind: 'wake', dueAtMs: HOUR + 5 + MINUTE },
    ]);
    expect(grown.run).toMatchObject({ stageIndex: 1, stages: [{ startedAt: 0 }, { startedAt: HOUR + 5 }] });
    expect(stageEnd(grown.run)).toBe(2 * HOUR + 5);
    const done = look(grown.run, 2 * HOUR + 5);
    expect(done.effects).toEqual([{ kind: 'serve', variationId: 'new' }]);
    expect(done.run).toMatchObject({ status: 'completed', endedAt: 2 * HOUR + 5 });
    expect(done.run.events.map(({ kind, stageIndex }) => [kind, stageIndex])).toEqual([
      ['stage_started', 0],
      ['safe_roll_forward', 0],
      ['minimum_monitoring_window_expired', 0],
      ['stage_started', 1],
      ['safe_roll_forward', 1],
      ['minimum_monitoring_window_expired', 1],
      ['rolled_out', 1],
      ['completed', 1],
    ]);
  });

  it('goes back by itself at a regression of a metric that is to', () => {
    const { run, effects } = look(withRollback(), MINUTE, evidence({ errors: HARM }));
    expect(effects).toEqual([{ kind: 'serve', variationId: 'old' }]);
    expect(run).toMatchObject({ status: 'reverted', endedAt: MINUTE });
    expect(run.events.slice(1)).toEqual([
      { kind: 'regression_detected', metricKey: 'errors', stageIndex: 0, createdAt: MINUTE },
      { kind: 'reverted', message: 'errors got worse', stageIndex: 0, createdAt: MINUTE },
    ]);
  });

  it('divides the alarms that may be false among the metrics that act', () => {
    const judged = (...observed: readonly (true | undefined)[]) => {
      const metrics = observed.map((isObserved, index) => ({ key: `m${index}`, rollsBack: false, isObserved }));
      const seen = new Map(metrics.map(({ key }) => [key, FINE]));
      return look(aRun({ metrics }), MINUTE, evidence({ metrics: seen })).run.metrics[0]?.verdict?.harmBound;
    };
    expect(judged(undefined, undefined)).toBeLessThan(judged(undefined) ?? 0);
    expect(judged(undefined, true)).toBe(judged(undefined));
  });

  it('needs as many contexts in both arms as the plan says before it judges', () => {
    const run = aRun({ minSampleSize: 1_501 });
    expect(metric(look(run, MINUTE).run)?.status).toBe('not_enough_data');
    expect(metric(look(aRun({ minSampleSize: 1_500 }), MINUTE).run)?.status).toBe('ok');
  });

  it('leaves a metric alone of which nothing was found', () => {
    const run = aRun();
    expect(look(run, MINUTE, evidence({ metrics: new Map() })).run.metrics).toEqual(run.metrics);
  });
});

describe('a regression without rollback', () => {
  const held = look(aRun(), MINUTE, evidence({ errors: HARM }));
  const stopped = look(held.run, HOUR, evidence({ errors: HARM }));

  it('is noted once, and holds the traffic while it is watched on', () => {
    expect(held.run.status).toBe('monitoring_regressed');
    expect(held.effects).toEqual([{ kind: 'wake', dueAtMs: 2 * MINUTE }]);
    expect(kinds(look(held.run, 2 * MINUTE, evidence({ errors: HARM })).run)).toEqual([
      'stage_started',
      'regression_detected',
    ]);
  });

  it('stays one when later looks are better', () => {
    expect(look(held.run, 2 * MINUTE).run).toMatchObject({ status: 'monitoring_regressed' });
  });

  it('parks the traffic when the time is over', () => {
    expect(stopped.run).toMatchObject({ status: 'monitoring_stopped', endedAt: HOUR });
    expect(stopped.effects).toEqual([]);
    expect(kinds(stopped.run).at(-1)).toBe('minimum_monitoring_window_expired');
    expect(look(stopped.run, 2 * HOUR)).toEqual({ run: stopped.run, effects: [] });
  });

  it('goes on when it is dismissed in time, and is not judged again in this stage', () => {
    const { run, effects } = dismiss(held.run, 5 * MINUTE);
    expect(run).toMatchObject({ status: 'in_progress', metrics: [{ status: 'regression_dismissed' }] });
    expect(effects).toEqual([{ kind: 'wake', dueAtMs: 6 * MINUTE }]);
    const again = look(run, 6 * MINUTE, evidence({ errors: HARM }));
    expect(again.run).toMatchObject({ status: 'in_progress', metrics: [{ status: 'regression_dismissed' }] });
    const next = look(again.run, HOUR, evidence({ errors: HARM }));
    expect(next.run).toMatchObject({ stageIndex: 1, metrics: [{ status: 'not_enough_data', judgedSince: HOUR }] });
    expect(kinds(look(next.run, HOUR + MINUTE, evidence({ errors: HARM })).run).at(-1)).toBe('regression_detected');
  });

  it('goes on at once when it is dismissed after the time', () => {
    const { run, effects } = dismiss(stopped.run, 3 * HOUR);
    expect(run).toMatchObject({ status: 'waiting', endedAt: undefined });
    expect(effects).toEqual([{ kind: 'wake', dueAtMs: 3 * HOUR }]);
    expect(look(run, 3 * HOUR).effects[0]).toEqual({ kind: 'grow', allocation: 50_000 });
  });

  it('goes on after the time with too few contexts, and not while something else speaks against it', () => {
    const few = { ...FEW, errors: binary([9, 99], [0, 101]) };
    const early = look(aRun(), MINUTE, evidence(few));
    expect(early.run.status, 'rare events tell early').toBe('monitoring_regressed');
    const { run } = dismiss(look(early.run, HOUR, evidence(few)).run, 9 * HOUR);
    expect(look(run, 9 * HOUR, evidence({ ...few, isPaused: true })).run).toMatchObject({ status: 'waiting' });
    expect(look(run, 9 * HOUR, evidence({ ...few, isGateOpen: false })).run).toMatchObject({ stageIndex: 0 });
    expect(look(run, 9 * HOUR, evidence(few)).run).toMatchObject({ status: 'in_progress', stageIndex: 1 });
  });

  it('waits for all that have regressed', () => {
    const metrics = ['errors', 'latency'].map((key) => ({ key, rollsBack: false }));
    const both = evidence({ metrics: new Map(metrics.map(({ key }) => [key, HARM])) });
    const { run } = look(aRun({ metrics }), MINUTE, both);
    expect(kinds(run)).toEqual(['stage_started', 'regression_detected', 'regression_detected']);
    const one = dismiss(run, 2 * MINUTE);
    expect(one).toMatchObject({ run: { status: 'monitoring_regressed' }, effects: [] });
    expect(dismiss(one.run, 2 * MINUTE, 'latency').run.status).toBe('in_progress');
  });

  it('goes back by itself when another metric regresses that is to', () => {
    const metrics = [
      { key: 'errors', rollsBack: false },
      { key: 'latency', rollsBack: true },
    ];
    const first = look(aRun({ metrics }), MINUTE, evidence({ errors: HARM })).run;
    const both = evidence({ metrics: new Map(metrics.map(({ key }) => [key, HARM])) });
    expect(look(first, 2 * MINUTE, both).run.status).toBe('reverted');
  });
});

describe('dismissing', () => {
  it('is refused of what has not regressed', () => {
    const message = 'metric "errors": expected a metric that has regressed, it is';
    expect(() => dismiss(aRun(), 1)).toThrow(new InvalidRequest(`${message} not_enough_data`));
    expect(() => dismiss(look(aRun(), MINUTE).run, MINUTE)).toThrow(new InvalidRequest(`${message} ok`));
    expect(() => dismiss(aRun(), 1, 'other')).toThrow('metric "other": expected a metric that has regressed');
    const { run } = look(aRun(), MINUTE, evidence({ errors: HARM }));
    const twice = dismiss(run, 2 * MINUTE).run;
    expect(() => dismiss(twice, 3 * MINUTE)).toThrow(`${message} regression_dismissed`);
  });

  it('does not restart what has stopped for unequal arms', () => {
    const held = look(aRun(), MINUTE, evidence({ errors: HARM })).run;
    const stopped = look(held, 2 * MINUTE, evidence({ units: UNEQUAL })).run;
    const { run, effects } = dismiss(stopped, 3 * MINUTE);
    expect(run).toMatchObject({ status: 'srm_stopped', endedAt: 2 * MINUTE });
    expect(effects).toEqual([]);
  });
});

const UNEQUAL = { target: 600, control: 400, multiple: 0 };

describe('arms that do not match', () => {
  it('go back when a metric was to act by itself', () => {
    const { run, effects } = look(withRollback(), MINUTE, evidence({ units: UNEQUAL }));
    expect(kinds(run)).toEqual(['stage_started', 'srm_detected', 'reverted']);
    expect(run).toMatchObject({ status: 'reverted', endedAt: MINUTE });
    expect(effects).toEqual([{ kind: 'serve', variationId: 'old' }]);
  });

  it('are left for a person otherwise', () => {
    const { run, effects } = look(aRun(), MINUTE, evidence({ units: UNEQUAL }));
    expect(kinds(run)).toEqual(['stage_started', 'srm_detected']);
    expect(run).toMatchObject({ status: 'srm_stopped', endedAt: MINUTE });
    expect(run.probabilityOfMismatch).toBeGreaterThan(0.999);
    expect(effects).toEqual([]);
    expect(look(run, HOUR)).toEqual({ run, effects: [] });
  });

  it('do not ask metrics that are only observed', () => {
    const run = aRun({ metrics: [{ key: 'errors', rollsBack: true, isObserved: true }] });
    expect(look(run, MINUTE, evidence({ units: UNEQUAL })).run.status).toBe('srm_stopped');
  });
});

describe('too few contexts', () => {
  const extended = look(aRun(), HOUR, evidence(FEW));

  it('extend the stage', () => {
    expect(extended.run).toMatchObject({ status: 'in_progress', stages: [{ isExtended: true }, {}] });
    expect(extended.effects).toEqual([{ kind: 'wake', dueAtMs: HOUR + MINUTE }]);
    expect(look(extended.run, 1.5 * HOUR - 10, evidence(FEW)).effects).toEqual([{ kind: 'wake', dueAtMs: 1.5 * HOUR }]);
    expect(look(extended.run, HOUR + MINUTE).run.stageIndex, 'enough have come after all').toBe(1);
  });

  it.each([
    ['revert', 'reverted', 0, [{ kind: 'serve', variationId: 'old' }]],
    ['hold', 'waiting', 0, [{ kind: 'wake', dueAtMs: 1.5 * HOUR + MINUTE }]],
    [
      'proceed',
      'in_progress',
      1,
      [
        { kind: 'grow', allocation: 50_000 },
        { kind: 'wake', dueAtMs: 1.5 * HOUR + MINUTE },
      ],
    ],
  ] as const)('after the extension: %s', (whenUndecided, status, stageIndex, effects) => {
    const run = { ...extended.run, plan: aPlan({ whenUndecided }) };
    const after = look(run, 1.5 * HOUR, evidence(FEW));
    expect(after.run).toMatchObject({ status, stageIndex });
    expect(after.effects).toEqual(effects);
    expect(kinds(after.run).includes('monitoring_window_expired')).toBe(whenUndecided !== 'hold');
  });

  it('ask the gate before they go on undecided', () => {
    const run = { ...extended.run, plan: aPlan({ whenUndecided: 'proceed' }) };
    const after = look(run, 1.5 * HOUR, evidence({ ...FEW, isGateOpen: false }));
    expect(after.run).toMatchObject({ status: 'waiting', stageIndex: 0 });
    expect(after.effects[0]).toEqual({ kind: 'askGate', stageIndex: 0 });
  });
});

describe('what holds', () => {
  it.each([
    ['a closed gate', evidence({ isGateOpen: false }), [{ kind: 'askGate', stageIndex: 0 }]],
    ['a paused release', evidence({ isPaused: true }), []],
    ['a source that is down', evidence({ errors: { kind: 'reported', state: 'down', message: 'no answer' } }), []],
  ])('%s holds until it is over, and is looked at again', (_, seen, before) => {
    const { run, effects } = look(aRun(), HOUR, seen);
    expect(run).toMatchObject({ status: 'waiting', stageIndex: 0 });
    expect(effects).toEqual([...before, { kind: 'wake', dueAtMs: HOUR + MINUTE }]);
    expect(look(run, HOUR + MINUTE, seen).run).toMatchObject({ status: 'waiting' });
    expect(look(run, HOUR + MINUTE).run).toMatchObject({ status: 'in_progress', stageIndex: 1 });
  });

  it('does not keep harm from being acted upon', () => {
    const seen = evidence({ isPaused: true, isGateOpen: false, errors: HARM });
    expect(look(withRollback(), HOUR, seen).run.status).toBe('reverted');
    const stop = evidence({ isPaused: true, stopSignal: 'The pager went off' });
    const { run, effects } = look(aRun(), MINUTE, stop);
    expect(run.events.at(-1)).toMatchObject({ kind: 'reverted', message: 'The pager went off' });
    expect(effects).toEqual([{ kind: 'serve', variationId: 'old' }]);
  });
});

describe('other systems', () => {
  const reported = (state: 'fine' | 'harmful' | 'down') =>
    look(aRun(), MINUTE, evidence({ errors: { kind: 'reported', state, message: '' } })).run;

  it('say how a metric is', () => {
    expect(metric(reported('fine'))?.status).toBe('ok');
    expect(metric(reported('down'))?.status).toBe('source_down');
    expect(kinds(reported('down'))).not.toContain('safe_roll_forward');
    expect(reported('harmful').status).toBe('monitoring_regressed');
  });

  it('do not take a regression back', () => {
    const after = look(
      reported('harmful'),
      2 * MINUTE,
      evidence({ errors: { kind: 'reported', state: 'down', message: '' } }),
    );
    expect(metric(after.run)?.status).toBe('regressed');
  });
});

describe('metrics that are only observed', () => {
  it('are judged and shown, and never acted upon', () => {
    const run = aRun({ metrics: [{ key: 'errors', rollsBack: true, isObserved: true }] });
    const seen = look(run, MINUTE, evidence({ errors: HARM }));
    expect(metric(seen.run)).toMatchObject({ status: 'regressed', verdict: { state: 'harmful' } });
    expect(kinds(seen.run)).toEqual(['stage_started', 'safe_roll_forward']);
    expect(look(seen.run, HOUR, evidence({ errors: HARM })).run.stageIndex).toBe(1);
    expect(() => dismiss(seen.run, HOUR)).toThrow('expected a metric that has regressed');
  });
});

describe('percentile metrics', () => {
  const latency = aMetricDefinition({ isNumeric: true, analysisType: 'percentile', percentileValue: 95 });
  const run = aRun({}, { errors: latency });
  const numbers: MetricEvidence = {
    kind: 'measured',
    comparison: {
      target: { units: 2_400, sum: 900_000, sumOfSquares: 400_000_000 },
      control: { units: 2_400, sum: 480_000, sumOfSquares: 120_000_000 },
      kind: 'numeric',
      isLowerBetter: true,
    },
  };

  it('are not judged by their mean while there is no quantile', () => {
    expect(metric(look(run, MINUTE, evidence({ errors: numbers })).run)).toEqual(metric(run));
  });

  it('are compared with the quantile from when it is fixed, and it never moves', () => {
    const fixed = look(run, MINUTE, evidence({ errors: { ...numbers, quantile: 900 } })).run;
    expect(metric(fixed)).toMatchObject({ quantile: 900, judgedSince: MINUTE, status: 'not_enough_data' });
    const judged = look(fixed, 2 * MINUTE, evidence({ errors: { ...HARM, quantile: 1 } as MetricEvidence })).run;
    expect(metric(judged)).toMatchObject({ quantile: 900, judgedSince: MINUTE, status: 'regressed' });
  });
});

describe('a progressive run', () => {
  const NOTHING = evidence({ units: { target: 0, control: 0, multiple: 0 }, metrics: new Map() });

  it('goes by time alone', () => {
    const run = aRun({ kind: 'progressive', metrics: [] });
    const first = look(run, MINUTE, NOTHING);
    expect(first.effects).toEqual([{ kind: 'wake', dueAtMs: HOUR }]);
    const second = look(first.run, HOUR, NOTHING);
    expect(second.effects[0]).toEqual({ kind: 'grow', allocation: 50_000 });
    const third = look(second.run, 2 * HOUR, NOTHING);
    expect(kinds(third.run)).toEqual(['stage_started', 'stage_started', 'rolled_out', 'completed']);
  });

  it('waits for gates and pauses, too', () => {
    const run = aRun({ kind: 'progressive', metrics: [] });
    const { run: waiting, effects } = look(run, HOUR, { ...NOTHING, isPaused: true });
    expect(waiting.status).toBe('waiting');
    expect(effects).toEqual([{ kind: 'wake', dueAtMs: HOUR + MINUTE }]);
  });
});

describe('the table of statuses', () => {
  const BY_HAND = ['manually_completed', 'manually_reverted', 'archived'];

  /** What becomes of each status when it is looked at, dismissed, and ended in three ways. */
  const TABLE: Readonly<Record<RunStatus, readonly [looked: string, dismissed: string, ended: readonly string[]]>> = {
    in_progress: ['moves', 'in_progress', BY_HAND],
    waiting: ['moves', 'in_progress', BY_HAND],
    monitoring_regressed: ['moves', 'in_progress', BY_HAND],
    monitoring_stopped: ['stays', 'waiting', BY_HAND],
    srm_stopped: ['stays', 'srm_stopped', BY_HAND],
    completed: ['stays', 'refused', Array(3).fill('completed')],
    manually_completed: ['stays', 'refused', Array(3).fill('manually_completed')],
    reverted: ['stays', 'refused', Array(3).fill('reverted')],
    manually_reverted: ['stays', 'refused', Array(3).fill('manually_reverted')],
    archived: ['stays', 'refused', Array(3).fill('archived')],
  };

  it.each(RUN_STATUSES)('%s', (status) => {
    const run = inStatus(status);
    const [looked, dismissed, ended] = TABLE[status];
    expect(isOpenRun(run)).toBe(dismissed !== 'refused');
    expect(isWatched(run)).toBe(looked === 'moves');
    expect(look(run, HOUR).run === run ? 'stays' : 'moves').toBe(looked);
    expect(afterDismissal(run)).toBe(dismissed);
    const ends = (['target', 'original', 'other'] as const).map(
      (serves) => advanceRun(run, { kind: 'ended', serves }, 7).run.status,
    );
    expect(ends).toEqual(ended);
  });

  it.each(RUN_STATUSES)('%s, when somebody outside wants the original back', (status) => {
    const run = inStatus(status);
    const stopped = advanceRun(run, { kind: 'stopped', reason: 'The pager went off' }, 7);
    const isOpen = isOpenRun(run);
    expect(stopped.run.status).toBe(isOpen ? 'reverted' : status);
    expect(stopped.effects).toEqual(isOpen ? [{ kind: 'serve', variationId: 'old' }] : []);
    const event = { kind: 'reverted', message: 'The pager went off', stageIndex: 0, createdAt: 7 };
    expect(stopped.run.events).toEqual([...run.events, ...(isOpen ? [event] : [])]);
  });

  const inStatus = (status: RunStatus): RolloutRun => ({ ...aRun(), status });

  function afterDismissal(run: RolloutRun): string {
    const metrics = run.metrics.map((one): RunMetric => ({ ...one, status: 'regressed' }));
    try {
      return dismiss({ ...run, metrics }, 7).run.status;
    } catch (error) {
      return error instanceof InvalidRequest ? 'refused' : 'failed';
    }
  }

  it('keeps the time of an end that was there before', () => {
    const stopped = { ...inStatus('srm_stopped'), endedAt: 5 };
    expect(advanceRun(stopped, { kind: 'ended', serves: 'other' }, 7).run).toMatchObject({
      endedAt: 5,
      events: [{ kind: 'stage_started' }, { kind: 'archived', createdAt: 7 }],
    });
  });
});

describe('dealing traffic', () => {
  it('puts the original first, so that contexts without the kind get it', () => {
    expect(dealTraffic(aPlan(), 10_000)).toEqual([
      { variationId: 'old', weightThousandths: 10_000 },
      { variationId: 'old', weightThousandths: 80_000, isUntracked: true },
      { variationId: 'new', weightThousandths: 10_000 },
    ]);
    expect(dealTraffic(aPlan({ kind: 'progressive' }), 10_000)).toEqual([
      { variationId: 'old', weightThousandths: 90_000 },
      { variationId: 'new', weightThousandths: 10_000 },
    ]);
  });
});
