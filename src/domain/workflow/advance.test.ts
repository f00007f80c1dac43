import { describe, expect, it } from 'vitest';
import { advance, completeStage, failStage, withRequest } from './advance.ts';
import { createWorkflow, type Workflow } from './workflow.ts';

const NOW = 1_000_000;
const HOUR = 3_600_000;

let count = 0;
const ids = { objectId: () => `id-${count++}`, uuid: () => `uuid-${count++}`, salt: () => 'salt' };
const context = { ids, now: NOW };
const action = { instructions: [{ kind: 'turnFlagOn' }] };
const WAIT = { kind: 'schedule', scheduleKind: 'relative', waitDuration: 2, waitDurationUnit: 'hour' };
const ASK = { kind: 'ld-approval' };

const workflow = (...stages: readonly object[]) => createWorkflow({ name: 'Rollout', stages }, 'kim', context);
const nobody = () => false;
const everybody = () => true;
const statuses = ({ stages }: Workflow) =>
  stages.map(({ conditions }) => conditions.map(({ execution }) => execution.status));

describe('a workflow', () => {
  it('carries out a stage that waits for nothing at once', () => {
    const { next } = advance(workflow({ action }), NOW, nobody);
    expect(next).toMatchObject({ kind: 'carryOut' });
    const now = { kind: 'schedule', executeNow: true };
    expect(advance(workflow({ action, conditions: [now] }), NOW, nobody).next.kind).toBe('carryOut');
  });

  it.each([
    ['minute', 60_000],
    ['hour', HOUR],
    ['calendarDay', 24 * HOUR],
    ['calendarWeek', 7 * 24 * HOUR],
  ])('waits a %s from when the condition is reached', (waitDurationUnit, length) => {
    const made = workflow({ action, conditions: [{ ...WAIT, waitDuration: 1, waitDurationUnit }] });
    const waiting = advance(made, NOW + 5, nobody);
    expect(waiting.next).toEqual({ kind: 'wait', until: NOW + 5 + length });
    expect(advance(waiting.workflow, NOW + 4 + length, nobody).next).toEqual(waiting.next);
    expect(advance(waiting.workflow, NOW + 5 + length, nobody).next.kind).toBe('carryOut');
  });

  it('waits for all conditions at once, the earliest time first', () => {
    const at = { kind: 'schedule', scheduleKind: 'absolute', executionDate: NOW + HOUR };
    const first = advance(workflow({ action, conditions: [WAIT, at] }), NOW, nobody);
    expect(first.next).toEqual({ kind: 'wait', until: NOW + HOUR });
    const second = advance(first.workflow, NOW + HOUR, nobody);
    expect(statuses(second.workflow)).toEqual([['active', 'completed']]);
    expect(second.next).toEqual({ kind: 'wait', until: NOW + 2 * HOUR });
  });

  it('waits for conditions one after another when they are in sequence', () => {
    const made = workflow({ action, conditions: [WAIT, ASK], executeConditionsInSequence: true });
    const first = advance(made, NOW, nobody);
    expect(statuses(first.workflow)).toEqual([['active', 'pending']]);
    const second = advance(first.workflow, NOW + 2 * HOUR, nobody);
    expect(statuses(second.workflow)).toEqual([['completed', 'active']]);
    expect(second.next.kind).toBe('ask');
  });

  it('asks once, and waits until it is approved; an approval can be taken back', () => {
    const asked = advance(workflow({ action, conditions: [ASK, WAIT] }), NOW, nobody);
    const { next } = asked;
    if (next.kind !== 'ask') throw new Error('It has not asked');
    const known = withRequest(asked.workflow, next.stage, next.condition.id, 'request-1');
    expect(advance(known, NOW, nobody).next).toEqual({ kind: 'wait', until: NOW + 2 * HOUR });
    const approved = advance(known, NOW, everybody);
    expect(statuses(approved.workflow)).toEqual([['completed', 'active']]);
    const later = NOW + 2 * HOUR;
    expect(advance(approved.workflow, later, everybody).next.kind).toBe('carryOut');
    expect(advance(approved.workflow, later, nobody).next).toEqual({ kind: 'wait', until: undefined });
  });

  it('is complete after its last stage, and ends with one that fails', () => {
    const made = workflow({ action }, { action });
    const [first, second] = made.stages;
    if (!first || !second) throw new Error('It has no stages');
    const half = completeStage(made, first, NOW);
    expect(half.execution).toEqual({ status: 'active' });
    expect(advance(half, NOW, nobody).next).toMatchObject({ kind: 'carryOut', stage: { id: second.id } });
    const done = completeStage(half, second, NOW + 1);
    expect(done.execution).toEqual({ status: 'completed', stopDate: NOW + 1 });
    expect(advance(done, NOW, nobody).next).toEqual({ kind: 'nothing' });
    const failed = failStage(half, second, 'no such rule', NOW);
    expect(failed.execution.status).toBe('failed');
    expect(advance(failed, NOW, nobody).next).toEqual({ kind: 'nothing' });
  });
});
