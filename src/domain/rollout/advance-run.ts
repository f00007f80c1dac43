import { InvalidRequest } from '../errors.ts';
import { show } from '../json.ts';
import { judgeRun, type MetricEvidence } from './judge-run.ts';
import { MISMATCH_ALARM, probabilityOfMismatch } from './statistics/sample-ratio.ts';
import {
  acting,
  isOpenRun,
  isWatched,
  type MeasuredUnits,
  regressed,
  type RolloutRun,
  type RunMetric,
  type RunStage,
  withEvent,
} from './run.ts';

/** Everything that a look at the world has found. */
export interface Evidence {
  readonly units: MeasuredUnits;
  /** By the keys of metrics. */
  readonly metrics: ReadonlyMap<string, MetricEvidence>;
  /** Whether everybody who is asked agrees that traffic may grow. */
  readonly isGateOpen: boolean;
  /** Why somebody outside wants the original back, if so. */
  readonly stopSignal?: string | undefined;
  /** The release that it belongs to is paused: nothing grows, while harm is still acted upon. */
  readonly isPaused: boolean;
}

export type RunHappening =
  | { readonly kind: 'looked'; readonly evidence: Evidence }
  | { readonly kind: 'dismissed'; readonly metricKey: string }
  /** Somebody outside wants the original back. */
  | { readonly kind: 'stopped'; readonly reason: string }
  /** The flag was changed so that nothing is served by shares any more, or nobody is to watch. */
  | { readonly kind: 'ended'; readonly serves: 'target' | 'original' | 'other' };

/** What the world has to do; carried out in the transaction that stores the run. */
export type RunEffect =
  /** Serve the target to this share, in thousandths of a percent. */
  | { readonly kind: 'grow'; readonly allocation: number }
  /** Serve one variation to everybody: the rollout is over. */
  | { readonly kind: 'serve'; readonly variationId: string }
  | { readonly kind: 'askGate'; readonly stageIndex: number }
  | { readonly kind: 'wake'; readonly dueAtMs: number };

export interface RunAdvance {
  readonly run: RolloutRun;
  readonly effects: readonly RunEffect[];
}

const MIN_INTERVAL_MS = 5_000;
const MAX_INTERVAL_MS = 5 * 60_000;
const LOOKS_IN_A_STAGE = 60;

/**
 * The whole life of an automated rollout; SPEC.md has the drawing, the table and the invariants. Pure; every step is
 * computed from stored times, so it may be repeated at any moment and after any restart.
 * @throws InvalidRequest for a dismissal of what is no regression
 */
export function advanceRun(run: RolloutRun, happening: RunHappening, now: number): RunAdvance {
  switch (happening.kind) {
    case 'looked':
      return isWatched(run) ? look(run, happening.evidence, now) : { run, effects: [] };
    case 'dismissed':
      return dismiss(run, happening.metricKey, now);
    case 'stopped':
      return isOpenRun(run) ? revert(run, happening.reason, now) : { run, effects: [] };
    case 'ended':
      return { run: isOpenRun(run) ? endByHand(run, happening.serves, now) : run, effects: [] };
  }
}

function endByHand(run: RolloutRun, serves: 'target' | 'original' | 'other', now: number): RolloutRun {
  const [status, kind] = (
    {
      target: ['manually_completed', 'manually_rolled_out'],
      original: ['manually_reverted', 'manually_reverted'],
      other: ['archived', 'archived'],
    } as const
  )[serves];
  return withEvent({ ...run, status, endedAt: run.endedAt ?? now }, { kind }, now);
}

function look(before: RolloutRun, evidence: Evidence, now: number): RunAdvance {
  const mismatch = probabilityOfMismatch(evidence.units.target, evidence.units.control);
  const run = judgeRun({ ...before, units: evidence.units, probabilityOfMismatch: mismatch }, evidence.metrics, now);
  if (evidence.stopSignal !== undefined) return revert(run, evidence.stopSignal, now);
  if (mismatch >= MISMATCH_ALARM) return stopForMismatch(run, now);
  const rollback = regressed(run).find(({ rollsBack }) => rollsBack);
  if (rollback) return revert(run, `${rollback.definition.name} got worse`, now);
  return goOn(run, evidence, now);
}

/** Back to the original if a metric was to act by itself; otherwise the shares stay and a person decides. */
function stopForMismatch(run: RolloutRun, now: number): RunAdvance {
  const noted = withEvent(run, { kind: 'srm_detected' }, now);
  if (acting(run).some(({ rollsBack }) => rollsBack)) {
    return revert(noted, 'Contexts are not dealt as they should be', now);
  }
  return { run: { ...noted, status: 'srm_stopped', endedAt: now }, effects: [] };
}

function revert(run: RolloutRun, message: string, now: number): RunAdvance {
  return {
    run: withEvent({ ...run, status: 'reverted', endedAt: now }, { kind: 'reverted', message }, now),
    effects: [{ kind: 'serve', variationId: run.plan.originalVariationId }],
  };
}

/** Nothing has to be taken back: holds, waits, or goes on to the next stage. */
function goOn(before: RolloutRun, evidence: Evidence, now: number): RunAdvance {
  const { plan } = before;
  const hasRegressed = regressed(before).length > 0;
  const isDown = acting(before).some(({ status }) => status === 'source_down');
  const isEnough =
    plan.kind === 'progressive' ||
    evidence.units.target >= plan.minSampleSize ||
    before.stages[before.stageIndex]?.isCleared === true;
  let run = isEnough && !hasRegressed && !isDown ? markSafe(before, now) : before;
  const endsAt = stageEnd(run);
  if (now < endsAt)
    return waitFor({ ...run, status: hasRegressed ? 'monitoring_regressed' : 'in_progress' }, now, endsAt);
  run = markOver(run, now);
  if (hasRegressed) return { run: { ...run, status: 'monitoring_stopped', endedAt: now }, effects: [] };
  if (isDown || evidence.isPaused) return waitFor({ ...run, status: 'waiting' }, now);
  if (isEnough) return evidence.isGateOpen ? nextStage(run, now) : askGate(run, now);
  const extendedUntil = endsAt + plan.extensionMillis;
  if (now < extendedUntil) return waitFor({ ...run, status: 'in_progress' }, now, extendedUntil);
  if (plan.whenUndecided === 'hold') return waitFor({ ...run, status: 'waiting' }, now);
  const expired = withEvent(run, { kind: 'monitoring_window_expired' }, now);
  if (plan.whenUndecided === 'revert') return revert(expired, 'Too few contexts came to tell', now);
  return evidence.isGateOpen ? nextStage(expired, now) : askGate(run, now);
}

/** When the present stage has had its time, Unix milliseconds. */
export function stageEnd({ plan, stages, stageIndex, createdAt }: RolloutRun): number {
  return (stages[stageIndex]?.startedAt ?? createdAt) + (plan.stages[stageIndex]?.durationMillis ?? 0);
}

function askGate(run: RolloutRun, now: number): RunAdvance {
  const { run: waiting, effects } = waitFor({ ...run, status: 'waiting' }, now);
  return { run: waiting, effects: [{ kind: 'askGate', stageIndex: run.stageIndex }, ...effects] };
}

/** Looks again after a sixtieth of the stage, or when something is over that is nearer. */
function waitFor(run: RolloutRun, now: number, nearest = Number.POSITIVE_INFINITY): RunAdvance {
  const duration = run.plan.stages[run.stageIndex]?.durationMillis ?? 0;
  const interval =
    run.plan.kind === 'progressive' && Number.isFinite(nearest)
      ? Number.POSITIVE_INFINITY
      : Math.min(Math.max(duration / LOOKS_IN_A_STAGE, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
  return { run, effects: [{ kind: 'wake', dueAtMs: Math.min(now + Math.ceil(interval), nearest) }] };
}

function markSafe(run: RolloutRun, now: number): RolloutRun {
  if (run.plan.kind === 'progressive' || run.stages[run.stageIndex]?.safeRollForward) return run;
  return withEvent(withStage(run, { safeRollForward: true }), { kind: 'safe_roll_forward' }, now);
}

function markOver(run: RolloutRun, now: number): RolloutRun {
  if (run.plan.kind === 'progressive' || run.stages[run.stageIndex]?.isExtended) return run;
  return withEvent(withStage(run, { isExtended: true }), { kind: 'minimum_monitoring_window_expired' }, now);
}

/** The next share, or everybody after the last. Regressions that were dismissed are judged anew on what comes now. */
function nextStage(run: RolloutRun, now: number): RunAdvance {
  const stageIndex = run.stageIndex + 1;
  const stage = run.plan.stages[stageIndex];
  if (!stage) {
    const done = withEvent({ ...run, status: 'completed', endedAt: now }, { kind: 'rolled_out' }, now);
    return {
      run: withEvent(done, { kind: 'completed' }, now),
      effects: [{ kind: 'serve', variationId: run.plan.targetVariationId }],
    };
  }
  const metrics = run.metrics.map(
    (metric): RunMetric =>
      metric.status === 'regression_dismissed' ? { ...metric, status: 'not_enough_data', judgedSince: now } : metric,
  );
  const next = withStage(
    { ...run, stageIndex, metrics, status: 'in_progress', endedAt: undefined },
    { startedAt: now },
  );
  const { run: waiting, effects } = waitFor(
    withEvent(next, { kind: 'stage_started' }, now),
    now,
    now + stage.durationMillis,
  );
  return { run: waiting, effects: [{ kind: 'grow', allocation: stage.allocation }, ...effects] };
}

/** A person says that a regression is none. When time is over already, that is the word to go on, however few came. */
function dismiss(run: RolloutRun, metricKey: string, now: number): RunAdvance {
  const metric = acting(run).find(({ key }) => key === metricKey);
  if (metric?.status !== 'regressed' || !isOpenRun(run)) {
    throw new InvalidRequest(
      `metric ${show(metricKey)}: expected a metric that has regressed, it is ${metric?.status ?? 'not watched'}`,
    );
  }
  const dismissed = withEvent(
    {
      ...run,
      metrics: run.metrics.map((one) => (one === metric ? { ...one, status: 'regression_dismissed' } : one)),
    },
    { kind: 'regression_dismissed', metricKey },
    now,
  );
  if (regressed(dismissed).length > 0 || run.status === 'srm_stopped') return { run: dismissed, effects: [] };
  if (run.status === 'monitoring_stopped') {
    return waitFor(withStage({ ...dismissed, status: 'waiting', endedAt: undefined }, { isCleared: true }), now, now);
  }
  return waitFor({ ...dismissed, status: 'in_progress' }, now, Math.max(now, stageEnd(run)));
}

function withStage(run: RolloutRun, change: RunStage): RolloutRun {
  const stage = { ...run.stages[run.stageIndex], ...change };
  return { ...run, stages: run.stages.with(run.stageIndex, stage) };
}
