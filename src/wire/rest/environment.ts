import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { Links } from './common.ts';

const settings = {
  defaultTtl: Type.Integer({ description: 'Minutes that the PHP SDK may cache, 0 to 60' }),
  secureMode: Type.Boolean({ description: 'Whether browser SDKs must prove which context they evaluate for' }),
  defaultTrackEvents: Type.Boolean({ description: 'Whether new flags send full events' }),
  confirmChanges: Type.Boolean({ description: 'Whether the UI asks again before a change' }),
  requireComments: Type.Boolean({ description: 'Whether the UI asks for a comment on a change' }),
  critical: Type.Boolean({ description: 'Whether the environment is critical' }),
  tags: Type.Array(Type.String()),
};

export const EnvironmentPost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    name: Type.String(),
    color: Type.String({ description: 'Six hexadecimal digits without #' }),
    ...Type.Partial(Type.Object(settings)).properties,
    _id: Type.Optional(Type.String({ description: 'A client-side ID to keep; free in this service' })),
    apiKey: Type.Optional(Type.String({ description: 'An SDK key to keep; free in this service' })),
    mobileKey: Type.Optional(Type.String({ description: 'A mobile key to keep; free in this service' })),
    source: Type.Optional(
      Type.Object(
        {
          key: Type.String({ description: 'The environment to begin like' }),
          version: Type.Optional(Type.Integer({ description: 'The version that it must have' })),
        },
        { description: 'Flags and segments to copy' },
      ),
    ),
  },
  { description: 'A new environment' },
);
export type EnvironmentPost = Static<typeof EnvironmentPost>;

export const ApprovalSettings = Type.Object({
  required: Type.Boolean(),
  requiredApprovalTags: Type.Array(Type.String()),
  minNumApprovals: Type.Integer(),
  canReviewOwnRequest: Type.Boolean(),
  canApplyDeclinedChanges: Type.Boolean(),
  bypassApprovalsForPendingChanges: Type.Boolean(),
  serviceKind: Type.String(),
  serviceConfig: Type.Object({}),
});

export const EnvironmentRep = Type.Object(
  {
    _links: Links,
    _id: Type.String({ description: 'Also the client-side ID of browser SDKs' }),
    key: Type.String(),
    name: Type.String(),
    apiKey: Type.String({ description: 'The SDK key of server-side SDKs' }),
    mobileKey: Type.String({ description: 'The key of mobile SDKs' }),
    color: Type.String(),
    ...settings,
    approvalSettings: ApprovalSettings,
    resourceApprovalSettings: Type.Record(Type.String(), ApprovalSettings),
    _access: Type.Optional(AccessRep),
  },
  { description: 'An environment' },
);
export type EnvironmentRep = Static<typeof EnvironmentRep>;

export const EnvironmentCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(EnvironmentRep),
});

export const EnvironmentSummary = Type.Object(
  { _links: Links, key: Type.String(), name: Type.String(), color: Type.String() },
  { description: 'An environment as other resources show it' },
);
