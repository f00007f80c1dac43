import { type Static, Type } from 'typebox';
import { Link, Links, UnixMillis } from './common.ts';
import { ApprovalSettings, EnvironmentRep } from './environment.ts';
import { ProjectRep } from './project.ts';

export const ApprovalPost = Type.Object(
  {
    description: Type.String({ description: 'What is to be approved, 1 to 5000 characters' }),
    instructions: Type.Optional(Type.Array(Type.Unknown(), { description: 'Of a semantic patch' })),
    comment: Type.Optional(Type.String()),
    notifyMemberIds: Type.Optional(Type.Array(Type.String())),
    notifyTeamKeys: Type.Optional(Type.Array(Type.String())),
    executionDate: Type.Optional(UnixMillis),
    operatingOnId: Type.Optional(Type.String({ description: 'A scheduled change to change or delete' })),
  },
  { description: 'A new approval request' },
);

export const ResourceApprovalPost = Type.Object({
  ...ApprovalPost.properties,
  resourceId: Type.String({ description: 'Such as proj/p:env/e:flag/f' }),
});

export const CopyApprovalPost = Type.Object({
  ...ApprovalPost.properties,
  source: Type.Object({
    key: Type.String({ description: 'The environment to copy from' }),
    version: Type.Optional(Type.Integer()),
  }),
  includedActions: Type.Optional(Type.Array(Type.String())),
  excludedActions: Type.Optional(Type.Array(Type.String())),
});

export const ReviewPost = Type.Object({
  kind: Type.Optional(Type.String({ description: 'approve, decline or comment' })),
  comment: Type.Optional(Type.String()),
});

export const ApprovalRep = Type.Object(
  {
    _links: Type.Record(Type.String(), Link),
    _id: Type.String(),
    _version: Type.Integer(),
    creationDate: UnixMillis,
    serviceKind: Type.String(),
    requestorId: Type.Optional(Type.String()),
    description: Type.String(),
    reviewStatus: Type.String({ description: 'pending, approved or declined' }),
    allReviews: Type.Array(
      Type.Object({
        _id: Type.String(),
        kind: Type.String(),
        creationDate: UnixMillis,
        comment: Type.Optional(Type.String()),
        memberId: Type.Optional(Type.String()),
        serviceTokenId: Type.Optional(Type.String()),
      }),
    ),
    notifyMemberIds: Type.Array(Type.String()),
    notifyTeamKeys: Type.Array(Type.String()),
    status: Type.String({ description: 'pending, scheduled, completed, failed, expired or superseded' }),
    instructions: Type.Array(Type.Unknown()),
    effect: Type.Array(Type.String(), { description: 'What the instructions would do, in words' }),
    conflicts: Type.Array(Type.Object({ instruction: Type.Optional(Type.Unknown()), reason: Type.String() })),
    comment: Type.Optional(Type.String()),
    appliedDate: Type.Optional(UnixMillis),
    appliedByMemberId: Type.Optional(Type.String()),
    appliedByServiceTokenId: Type.Optional(Type.String()),
    executionDate: Type.Optional(UnixMillis),
    operatingOnId: Type.Optional(Type.String()),
    customWorkflowMetadata: Type.Optional(
      Type.Object({
        name: Type.String({ description: 'The workflow that waits for it' }),
        stage: Type.Object({ index: Type.Integer(), name: Type.String() }),
      }),
    ),
    source: Type.Optional(Type.Object({ key: Type.String(), version: Type.Optional(Type.Integer()) })),
    resourceId: Type.String(),
    approvalSettings: ApprovalSettings,
    project: Type.Optional(ProjectRep),
    environments: Type.Optional(Type.Array(EnvironmentRep)),
    flag: Type.Optional(Type.Unknown()),
    resource: Type.Optional(Type.Unknown()),
  },
  { description: 'A change that waits for others to agree' },
);
export type ApprovalRep = Static<typeof ApprovalRep>;

export const ApprovalCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(ApprovalRep),
});

export const ApprovalSettingsRep = Type.Record(
  Type.String(),
  Type.Object(
    { environments: Type.Record(Type.String(), ApprovalSettings) },
    { additionalProperties: true, description: 'Settings of a kind of resource by environment' },
  ),
);
export type ApprovalSettingsRep = Static<typeof ApprovalSettingsRep>;
