import { setImmediate } from 'node:timers/promises';
import { condenseEvaluations } from '../operations/condense-evaluations.ts';
import { advanceReleaseInTime } from '../operations/advance-release.ts';
import { applyInTime } from '../operations/approvals/apply-request.ts';
import { expireTargets } from '../operations/expire-targets.ts';
import { forgetContexts } from '../operations/forget-contexts.ts';
import { lookAtRollout } from '../operations/rollouts/look-at-rollout.ts';
import { pruneAuditLog } from '../operations/prune-audit-log.ts';
import { runSomeDueTimers, type RungTimer, type TimerHandlers } from '../operations/run-due-timers.ts';
import { executeScheduledChange } from '../operations/scheduled-changes.ts';
import { expireSegmentTargets } from '../operations/segments/expire-segment-targets.ts';
import { advanceWorkflow } from '../operations/workflows/advance-workflow.ts';
import type { Deps } from '../operations/write.ts';
import type { TimerKind } from '../store/timers.ts';
import type { Tracer } from '../tracing/tracer.ts';
import { PollLoop } from './poll-loop.ts';

/** How often the loop looks for due timers: within the two seconds that a started phase may take to complete. */
const POLL_INTERVAL_MS = 500;

/** What each kind of timer does. */
export const HANDLERS: TimerHandlers = {
  'advance-release': advanceReleaseInTime,
  'advance-workflow': advanceWorkflow,
  'apply-approval': applyInTime,
  'condense-evaluations': condenseEvaluations,
  'execute-scheduled-change': executeScheduledChange,
  'expire-targets': expireTargets,
  'expire-segment-targets': expireSegmentTargets,
  'forget-contexts': forgetContexts,
  'look-at-rollout': lookAtRollout,
  'prune-audit-log': pruneAuditLog,
};

/** What the loop tells about its work. */
export interface TimerObserver {
  rang(timer: RungTimer): void;
  failed(error: unknown): void;
}

/**
 * Rings all timers that are due now, a few at a time, and lets others have a turn in between.
 * @param goesOn asked after each few; the rest is left for later when it does not
 * @returns how many rang
 */
export async function runDueTimers(
  deps: Deps,
  observer: TimerObserver,
  goesOn: () => boolean = () => true,
): Promise<number> {
  const handlers = traced(deps.tracer);
  for (let count = 0; ; ) {
    const rung = await runSomeDueTimers(deps, handlers);
    for (const timer of rung) observer.rang(timer);
    count += rung.length;
    if (rung.length === 0 || !goesOn()) return count;
    await setImmediate();
  }
}

/** The handlers, each in a span of its own. */
function traced(tracer: Tracer): TimerHandlers {
  const handlers = Object.entries(HANDLERS).map(([kind, handle]): [string, TimerHandlers[TimerKind]] => [
    kind,
    (write, subject) => tracer.root(`timer ${kind}`, {}, () => handle(write, subject)),
  ]);
  return Object.fromEntries(handlers) as TimerHandlers;
}

/** The alarm clock of the process. Any number of processes may run one on the same store. */
export function timerLoop(deps: Deps, observer: TimerObserver): PollLoop {
  const look = async (goesOn: () => boolean) => {
    await runDueTimers(deps, observer, goesOn);
  };
  return new PollLoop(deps.clock, POLL_INTERVAL_MS, look, (error) => observer.failed(error));
}
