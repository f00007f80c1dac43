import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

export const WorkflowPost = Type.Object(
  {
    name: Type.String(),
    description: Type.Optional(Type.String()),
    maintainerId: Type.Optional(Type.String({ description: 'Id of a member; the caller when absent' })),
    stages: Type.Optional(Type.Array(Type.Unknown(), { description: 'name, conditions, action.instructions' })),
  },
  { additionalProperties: true, description: 'A new workflow' },
);

const ExecutionRep = Type.Object({
  status: Type.String({ description: 'pending, active, completed or failed' }),
  stopDate: Type.Optional(UnixMillis),
});

const ConditionRep = Type.Object({
  _id: Type.String(),
  kind: Type.String({ description: 'schedule or ld-approval' }),
  _execution: ExecutionRep,
  scheduleKind: Type.Optional(Type.String({ description: 'absolute or relative' })),
  executionDate: Type.Optional(UnixMillis),
  waitDuration: Type.Optional(Type.Integer()),
  waitDurationUnit: Type.Optional(Type.String({ description: 'minute, hour, calendarDay or calendarWeek' })),
  description: Type.String(),
  notifyMemberIds: Type.Array(Type.String()),
  notifyTeamKeys: Type.Optional(Type.Array(Type.String())),
  allReviews: Type.Array(Type.Unknown()),
  reviewStatus: Type.String(),
  appliedDate: Type.Optional(UnixMillis),
  approvalRequestId: Type.Optional(Type.String({ description: 'The request that was made for it' })),
});
export type ConditionRep = Static<typeof ConditionRep>;

const StageRep = Type.Object({
  _id: Type.String(),
  name: Type.String(),
  executeConditionsInSequence: Type.Boolean(),
  conditions: Type.Array(ConditionRep),
  action: Type.Object({ kind: Type.String(), instructions: Type.Array(Type.Unknown()) }),
  _execution: ExecutionRep,
  failure: Type.Optional(Type.String({ description: 'Why it failed' })),
});

export const WorkflowRep = Type.Object(
  {
    _id: Type.String(),
    _version: Type.Integer(),
    _conflicts: Type.Array(Type.Object({ stageId: Type.String(), message: Type.String() })),
    _creationDate: UnixMillis,
    _maintainerId: Type.String(),
    _links: Links,
    name: Type.String(),
    description: Type.String(),
    kind: Type.String(),
    stages: Type.Array(StageRep),
    _execution: ExecutionRep,
    meta: Type.Optional(Type.Object({ parameters: Type.Array(Type.Unknown()) })),
  },
  { description: 'Stages that change a flag in an environment, one after another' },
);
export type WorkflowRep = Static<typeof WorkflowRep>;

export const WorkflowCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(WorkflowRep),
});
