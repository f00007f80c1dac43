import { readReviewers, requireFewReviewers } from '../approval.ts';
import { InvalidRequest } from '../errors.ts';
import { Fields, oneOf } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import type { Json } from '../json.ts';
import { requireName } from '../naming.ts';
import { requireFuture } from '../time.ts';

const DURATION_UNITS = ['minute', 'hour', 'calendarDay', 'calendarWeek'] as const;
const MAX_STAGES = 50;
const MAX_CONDITIONS = 10;
const MAX_WAIT = 100_000;
/** In all stages together: they are tried whenever somebody changes the flag. */
const MAX_INSTRUCTIONS = 1_000;

/** How far something has got, and when it was over, in Unix milliseconds. */
export interface Execution {
  readonly status: 'pending' | 'active' | 'completed' | 'failed';
  readonly stopDate?: number | undefined;
}

/** Waits for a time. */
export interface ScheduleCondition {
  readonly id: string;
  readonly kind: 'schedule';
  readonly execution: Execution;
  /** Absent for a condition that waits for nothing. */
  readonly scheduleKind?: 'absolute' | 'relative' | undefined;
  /** Of absolute ones: Unix milliseconds. */
  readonly executionDate?: number | undefined;
  /** Of relative ones: how long after the condition has been reached. */
  readonly waitDuration?: number | undefined;
  readonly waitDurationUnit?: (typeof DURATION_UNITS)[number] | undefined;
  /** When it will be met; known once it has been reached. */
  readonly dueAt?: number | undefined;
}

/** Waits for others to agree. */
export interface ApprovalCondition {
  readonly id: string;
  readonly kind: 'ld-approval';
  readonly execution: Execution;
  readonly description: string;
  readonly notifyMemberIds: readonly string[];
  readonly notifyTeamKeys: readonly string[];
  /** The request that was made once the condition had been reached. */
  readonly approvalId?: string | undefined;
}

export type Condition = ScheduleCondition | ApprovalCondition;

/** Instructions for a flag, and what has to be before they are carried out. */
export interface Stage {
  readonly id: string;
  readonly name: string;
  /** Whether each condition waits for the one before it; else all are waited for at once. */
  readonly executeConditionsInSequence: boolean;
  readonly conditions: readonly Condition[];
  readonly instructions: readonly Json[];
  readonly execution: Execution;
  /** Why it failed. */
  readonly failure?: string | undefined;
}

/** Stages that change a flag in an environment, one after another (docs/wire/workflows.md). */
export interface Workflow {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
  readonly name: string;
  readonly description: string;
  /** Who has made it, and as whom it is carried out. */
  readonly creatorId: string;
  readonly maintainerId: string;
  readonly stages: readonly Stage[];
  readonly execution: Execution;
}

/** Reads a new workflow by somebody. @throws InvalidRequest naming the bad field */
export function createWorkflow(body: unknown, creatorId: string, context: DecisionContext): Workflow {
  const fields = new Fields(body, '');
  if (fields.has('templateKey')) fields.fail('templateKey', 'nothing, since there are no workflow templates here');
  const id = context.ids.objectId();
  return {
    id,
    key: id,
    version: 1,
    createdAt: context.now,
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    creatorId,
    maintainerId: fields.optional('maintainerId', fields.string) ?? creatorId,
    stages: readStages(fields, context),
    execution: { status: 'active' },
  };
}

function readStages(fields: Fields, context: DecisionContext): readonly Stage[] {
  const stages = fewObjects(fields, 'stages', { min: 1, max: MAX_STAGES }).map((stage) => readStage(stage, context));
  const count = stages.reduce((sum, { instructions }) => sum + instructions.length, 0);
  if (count > MAX_INSTRUCTIONS) {
    throw new InvalidRequest(`stages: expected at most ${MAX_INSTRUCTIONS} instructions in all, got ${count}`);
  }
  return stages;
}

/** @throws InvalidRequest */
function fewObjects(fields: Fields, name: string, { min, max }: { min: number; max: number }): readonly Fields[] {
  const objects = fields.optional(name, fields.objects) ?? [];
  if (objects.length >= min && objects.length <= max) return objects;
  throw new InvalidRequest(`${fields.path(name)}: expected ${min} to ${max} elements, got ${objects.length}`);
}

function readStage(fields: Fields, context: DecisionContext): Stage {
  const conditions = fewObjects(fields, 'conditions', { min: 0, max: MAX_CONDITIONS }).map((condition) =>
    readCondition(condition, context),
  );
  if (conditions.filter(({ kind }) => kind === 'ld-approval').length > 1) {
    throw new InvalidRequest(`${fields.path('conditions')}: expected at most one condition of kind ld-approval`);
  }
  return {
    id: context.ids.objectId(),
    name: fields.optional('name', fields.string) ?? '',
    executeConditionsInSequence: fields.optional('executeConditionsInSequence', fields.boolean) ?? false,
    conditions,
    instructions: fields.object('action').list('instructions'),
    execution: { status: 'pending' },
  };
}

function readCondition(fields: Fields, context: DecisionContext): Condition {
  const kind = oneOf(['schedule', 'ld-approval'] as const).call(fields, 'kind');
  const common = { id: context.ids.objectId(), execution: { status: 'pending' } as const };
  if (kind === 'schedule') return { ...common, kind, ...readSchedule(fields, context.now) };
  if (fields.has('integrationConfig')) {
    fields.fail('integrationConfig', 'nothing, since no other approval systems are connected');
  }
  const reviewers = readReviewers(fields);
  requireFewReviewers(reviewers);
  return { ...common, kind, description: fields.optional('description', fields.string) ?? '', ...reviewers };
}

function readSchedule(fields: Fields, now: number): Partial<ScheduleCondition> {
  if (fields.optional('executeNow', fields.boolean)) return {};
  const scheduleKind = oneOf(['absolute', 'relative'] as const).call(fields, 'scheduleKind');
  if (scheduleKind === 'absolute') {
    const executionDate = fields.integer('executionDate');
    requireFuture(fields.path('executionDate'), executionDate, now);
    return { scheduleKind, executionDate };
  }
  const waitDuration = fields.integer('waitDuration');
  if (waitDuration < 1 || waitDuration > MAX_WAIT) fields.fail('waitDuration', `1 to ${MAX_WAIT}`);
  return { scheduleKind, waitDuration, waitDurationUnit: oneOf(DURATION_UNITS).call(fields, 'waitDurationUnit') };
}

/** The condition of a stage that others have to agree to, if it has one. */
export function approvalOf({ conditions }: Stage): ApprovalCondition | undefined {
  return conditions.find((condition) => condition.kind === 'ld-approval');
}

/** The stages that are still to be carried out, in order. */
export function stagesToCome({ stages, execution }: Workflow): readonly Stage[] {
  return execution.status === 'active' ? stages.filter((stage) => stage.execution.status !== 'completed') : [];
}
