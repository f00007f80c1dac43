import type { ApprovalCondition, Condition, Execution, ScheduleCondition, Stage, Workflow } from './workflow.ts';
import { stagesToCome } from './workflow.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNIT_MS = { minute: MINUTE_MS, hour: HOUR_MS, calendarDay: DAY_MS, calendarWeek: 7 * DAY_MS } as const;

/** What a workflow needs to go on. */
export type Next =
  | { readonly kind: 'ask'; readonly stage: Stage; readonly condition: ApprovalCondition }
  | { readonly kind: 'carryOut'; readonly stage: Stage }
  /** @property until Unix milliseconds; absent while only people are waited for */
  | { readonly kind: 'wait'; readonly until?: number | undefined }
  | { readonly kind: 'nothing' };

/**
 * Brings the conditions of the stage that a workflow has come to up to date, and says what is to be done next.
 * @param now Unix milliseconds
 * @param isApproved whether the request of a condition is approved at this moment
 */
export function advance(
  workflow: Workflow,
  now: number,
  isApproved: (condition: ApprovalCondition) => boolean,
): { readonly workflow: Workflow; readonly next: Next } {
  const [current] = stagesToCome(workflow);
  if (!current) return { workflow, next: { kind: 'nothing' } };
  const stage: Stage = { ...current, execution: { status: 'active' }, conditions: reach(current, now, isApproved) };
  return { workflow: withStage(workflow, stage), next: nextOf(stage) };
}

function reach(
  { conditions, executeConditionsInSequence }: Stage,
  now: number,
  isApproved: (condition: ApprovalCondition) => boolean,
): readonly Condition[] {
  const reached: Condition[] = [];
  for (const condition of conditions) {
    const isNext = !executeConditionsInSequence || reached.every(isMet);
    reached.push(isNext ? reachCondition(condition, now, isApproved) : condition);
  }
  return reached;
}

const isMet = ({ execution }: Condition) => execution.status === 'completed';

/** A time that has come stays; an agreement holds only as long as nobody takes it back. */
function reachCondition(
  condition: Condition,
  now: number,
  isApproved: (condition: ApprovalCondition) => boolean,
): Condition {
  const met: Execution = isMet(condition) ? condition.execution : { status: 'completed', stopDate: now };
  if (condition.kind === 'ld-approval') {
    return { ...condition, execution: isApproved(condition) ? met : { status: 'active' } };
  }
  const dueAt = condition.dueAt ?? dueTime(condition, now);
  return { ...condition, dueAt, execution: dueAt <= now ? met : { status: 'active' } };
}

function dueTime({ executionDate, waitDuration, waitDurationUnit }: ScheduleCondition, now: number): number {
  if (executionDate !== undefined) return executionDate;
  return now + (waitDuration ?? 0) * UNIT_MS[waitDurationUnit ?? 'minute'];
}

function nextOf(stage: Stage): Next {
  const active = stage.conditions.filter(({ execution }) => execution.status === 'active');
  const unasked = active.find(
    (condition): condition is ApprovalCondition =>
      condition.kind === 'ld-approval' && condition.approvalId === undefined,
  );
  if (unasked) return { kind: 'ask', stage, condition: unasked };
  if (stage.conditions.every(isMet)) return { kind: 'carryOut', stage };
  const times = active.flatMap((condition) => (condition.kind === 'schedule' ? (condition.dueAt ?? []) : []));
  return { kind: 'wait', until: times.length > 0 ? Math.min(...times) : undefined };
}

/** Remembers the request that was made for a condition. */
export function withRequest(workflow: Workflow, stage: Stage, conditionId: string, approvalId: string): Workflow {
  const conditions = stage.conditions.map((condition) =>
    condition.id === conditionId && condition.kind === 'ld-approval' ? { ...condition, approvalId } : condition,
  );
  return withStage(workflow, { ...stage, conditions });
}

/** Reaches the stage that a workflow has come to, so that its waiting counts from now. */
export function begin(workflow: Workflow, now: number): Workflow {
  return advance(workflow, now, () => false).workflow;
}

/** A stage has been carried out, and the next one begins; with the last one the workflow is complete. */
export function completeStage(workflow: Workflow, stage: Stage, now: number): Workflow {
  const execution: Execution = { status: 'completed', stopDate: now };
  const after = withStage(workflow, { ...stage, execution });
  return stagesToCome(after).length === 0 ? { ...after, execution } : begin(after, now);
}

/** A stage cannot be carried out, and the workflow ends with it. */
export function failStage(workflow: Workflow, stage: Stage, failure: string, now: number): Workflow {
  const execution: Execution = { status: 'failed', stopDate: now };
  return { ...withStage(workflow, { ...stage, execution, failure }), execution };
}

function withStage(workflow: Workflow, stage: Stage): Workflow {
  return { ...workflow, stages: workflow.stages.map((one) => (one.id === stage.id ? stage : one)) };
}
