import { type Static, Type } from 'typebox';
import { AccessRep, PolicyPost, RoleAttributesRep, StatementRep } from './access.ts';
import { Links, MemberSummary, UnixMillis } from './common.ts';

export const CustomRolePost = Type.Object(
  {
    key: Type.String({ description: 'Unique; never changes' }),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    policy: PolicyPost,
    basePermissions: Type.Optional(Type.String({ description: 'reader or no_access; no_access when absent' })),
    resourceCategory: Type.Optional(Type.String({ description: 'organization, project or any; never changes' })),
  },
  { description: 'A new custom role' },
);

export const CustomRoleRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    key: Type.String(),
    name: Type.String(),
    description: Type.String(),
    policy: Type.Array(StatementRep),
    basePermissions: Type.String(),
    resourceCategory: Type.String(),
    assignedTo: Type.Object({ membersCount: Type.Integer(), teamsCount: Type.Integer() }),
    _access: Type.Optional(AccessRep),
  },
  { description: 'A role that the account has made for itself' },
);
export type CustomRoleRep = Static<typeof CustomRoleRep>;

export const CustomRoleCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(CustomRoleRep),
});

export const MemberPost = Type.Object(
  {
    email: Type.String(),
    role: Type.Optional(Type.String({ description: 'Base role: reader, writer, admin or no_access' })),
    customRoles: Type.Optional(Type.Array(Type.String(), { description: 'Keys or ids of custom roles' })),
    firstName: Type.Optional(Type.String()),
    lastName: Type.Optional(Type.String()),
    password: Type.Optional(Type.String({ description: 'Makes the member without an invitation' })),
    teamKeys: Type.Optional(Type.Array(Type.String())),
    roleAttributes: Type.Optional(RoleAttributesRep),
  },
  { description: 'A person to invite' },
);
export type MemberPost = Static<typeof MemberPost>;

export const MemberRep = Type.Object(
  {
    ...MemberSummary.properties,
    _pendingInvite: Type.Boolean({ description: 'Whether the invitation is still open' }),
    _verified: Type.Boolean(),
    customRoles: Type.Array(Type.String(), { description: 'Ids of custom roles' }),
    mfa: Type.String(),
    excludedDashboards: Type.Array(Type.String()),
    _lastSeen: UnixMillis,
    creationDate: UnixMillis,
    version: Type.Integer(),
    teams: Type.Array(
      Type.Object({
        key: Type.String(),
        name: Type.String(),
        customRoleKeys: Type.Array(Type.String()),
        _links: Links,
      }),
    ),
    permissionGrants: Type.Array(
      Type.Object({
        actionSet: Type.Optional(Type.String()),
        actions: Type.Optional(Type.Array(Type.String())),
        resource: Type.String(),
      }),
    ),
    roleAttributes: Type.Optional(RoleAttributesRep),
  },
  { description: 'A person of the account' },
);
export type MemberRep = Static<typeof MemberRep>;

export const MemberCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(MemberRep),
});

const BulkErrors = Type.Array(Type.Record(Type.String(), Type.String()), {
  description: 'What was wrong, by id or key',
});

export const MembersPatchRep = Type.Object({ members: Type.Array(Type.String()), errors: BulkErrors });

export const TeamPost = Type.Object(
  {
    key: Type.String({ description: 'Unique; never changes' }),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    memberIDs: Type.Optional(Type.Array(Type.String())),
    customRoleKeys: Type.Optional(Type.Array(Type.String())),
    permissionGrants: Type.Optional(Type.Array(Type.Unknown())),
    roleAttributes: Type.Optional(RoleAttributesRep),
  },
  { description: 'A new team' },
);

const TeamRole = Type.Object({
  key: Type.String(),
  name: Type.String(),
  appliedOn: Type.Optional(UnixMillis),
});

export const TeamRoleCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(TeamRole),
});

export const TeamMaintainerCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(MemberSummary),
});

export const TeamRep = Type.Object(
  {
    _links: Links,
    key: Type.String(),
    name: Type.String(),
    description: Type.String(),
    _creationDate: UnixMillis,
    _lastModified: UnixMillis,
    _version: Type.Integer(),
    _idpSynced: Type.Boolean(),
    roleAttributes: Type.Optional(RoleAttributesRep),
    members: Type.Optional(Type.Object({ totalCount: Type.Integer() })),
    roles: Type.Optional(TeamRoleCollection),
    maintainers: Type.Optional(TeamMaintainerCollection),
    projects: Type.Optional(
      Type.Object({
        totalCount: Type.Integer(),
        items: Type.Array(Type.Object({ _links: Links, _id: Type.String(), key: Type.String(), name: Type.String() })),
      }),
    ),
    _access: Type.Optional(AccessRep),
  },
  { description: 'Several people with common roles' },
);
export type TeamRep = Static<typeof TeamRep>;

export const TeamCollection = Type.Object({ _links: Links, totalCount: Type.Integer(), items: Type.Array(TeamRep) });

export const TeamsPatchRep = Type.Object({
  memberIDs: Type.Array(Type.String()),
  teamKeys: Type.Array(Type.String()),
  errors: BulkErrors,
});

export const TeamImportRep = Type.Object({
  items: Type.Array(
    Type.Object({ status: Type.String(), value: Type.String(), message: Type.Optional(Type.String()) }),
  ),
});

export const AccessTokenPost = Type.Object(
  {
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    role: Type.Optional(Type.String({ description: 'Base role: reader, writer or admin' })),
    customRoleIds: Type.Optional(Type.Array(Type.String(), { description: 'Ids or keys of custom roles' })),
    inlineRole: Type.Optional(PolicyPost),
    serviceToken: Type.Optional(Type.Boolean()),
    defaultApiVersion: Type.Optional(Type.Integer()),
  },
  { description: 'A new access token, with exactly one of role, customRoleIds and inlineRole' },
);
export type AccessTokenPost = Static<typeof AccessTokenPost>;

export const AccessTokenRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    ownerId: Type.String({ description: 'Id of the account' }),
    memberId: Type.String(),
    _member: Type.Optional(MemberSummary),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    creationDate: UnixMillis,
    lastModified: UnixMillis,
    lastUsed: UnixMillis,
    role: Type.Optional(Type.String()),
    customRoleIds: Type.Optional(Type.Array(Type.String())),
    inlineRole: Type.Optional(Type.Array(StatementRep)),
    token: Type.String({ description: 'The whole secret when it has just been made, else its last four characters' }),
    serviceToken: Type.Boolean(),
    defaultApiVersion: Type.Optional(Type.Integer()),
  },
  { description: 'An access token' },
);
export type AccessTokenRep = Static<typeof AccessTokenRep>;

export const AccessTokenCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(AccessTokenRep),
});
