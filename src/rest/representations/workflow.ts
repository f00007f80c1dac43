import type { Condition, Execution, Stage } from '../../domain/workflow/workflow.ts';
import type { WorkflowView } from '../../operations/workflows/workflow-views.ts';
import type { Links } from '../../wire/rest/common.ts';
import type { ConditionRep, WorkflowRep } from '../../wire/rest/workflow.ts';
import { toReviewRep } from './approval.ts';

type Approvals = WorkflowView['approvals'];

/** A workflow as it stands now. */
export function toWorkflowRep({ workflow, conflicts, approvals }: WorkflowView, links: Links): WorkflowRep {
  return {
    _id: workflow.id,
    _version: workflow.version,
    _conflicts: [...conflicts],
    _creationDate: workflow.createdAt,
    _maintainerId: workflow.maintainerId,
    _links: links,
    name: workflow.name,
    description: workflow.description,
    kind: 'custom',
    stages: workflow.stages.map((stage) => toStageRep(stage, approvals)),
    _execution: toExecutionRep(workflow.execution),
  };
}

function toStageRep(stage: Stage, approvals: Approvals): WorkflowRep['stages'][number] {
  return {
    _id: stage.id,
    name: stage.name,
    executeConditionsInSequence: stage.executeConditionsInSequence,
    conditions: stage.conditions.map((condition) => toConditionRep(condition, approvals)),
    action: { kind: 'patch', instructions: [...stage.instructions] },
    _execution: toExecutionRep(stage.execution),
    ...(stage.failure !== undefined && { failure: stage.failure }),
  };
}

function toExecutionRep({ status, stopDate }: Execution) {
  return { status, ...(stopDate !== undefined && { stopDate }) };
}

function toConditionRep(condition: Condition, approvals: Approvals): ConditionRep {
  const common = { _id: condition.id, kind: condition.kind, _execution: toExecutionRep(condition.execution) };
  if (condition.kind === 'schedule') {
    const { scheduleKind, executionDate, waitDuration, waitDurationUnit } = condition;
    return {
      ...common,
      ...(scheduleKind !== undefined && { scheduleKind }),
      ...(executionDate !== undefined && { executionDate }),
      ...(waitDuration !== undefined && { waitDuration }),
      ...(waitDurationUnit !== undefined && { waitDurationUnit }),
      description: '',
      notifyMemberIds: [],
      allReviews: [],
      reviewStatus: '',
    };
  }
  const { description, notifyMemberIds, notifyTeamKeys, approvalId } = condition;
  const { request, reviewStatus = 'pending' } = approvals.get(approvalId ?? '') ?? {};
  return {
    ...common,
    description,
    notifyMemberIds: [...notifyMemberIds],
    notifyTeamKeys: [...notifyTeamKeys],
    allReviews: request?.reviews.map(toReviewRep) ?? [],
    reviewStatus,
    ...(request?.appliedAt !== undefined && { appliedDate: request.appliedAt }),
    ...(approvalId !== undefined && { approvalRequestId: approvalId }),
  };
}
