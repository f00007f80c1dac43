import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { Link, Links, UnixMillis } from './common.ts';

export const SegmentParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
  segmentKey: Type.String({ description: 'The segment key' }),
});

export const SegmentPost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the environment; never changes' }),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
    unbounded: Type.Optional(Type.Boolean({ description: 'Whether it is a big segment' })),
    unboundedContextKind: Type.Optional(Type.String({ description: 'The kind of the keys of a big segment' })),
  },
  { description: 'A new segment' },
);

const Target = Type.Object({ contextKind: Type.String(), values: Type.Array(Type.String()) });

const SegmentClause = Type.Object({
  _id: Type.String(),
  contextKind: Type.String(),
  attribute: Type.String(),
  op: Type.String(),
  values: Type.Array(Type.Unknown()),
  negate: Type.Boolean(),
});

export const SegmentRep = Type.Object(
  {
    _links: Links,
    key: Type.String(),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Array(Type.String()),
    creationDate: UnixMillis,
    lastModifiedDate: UnixMillis,
    version: Type.Integer(),
    deleted: Type.Boolean(),
    generation: Type.Integer({ description: 'How many segments of the key there have been' }),
    unbounded: Type.Boolean(),
    unboundedContextKind: Type.Optional(Type.String()),
    _unboundedMetadata: Type.Optional(
      Type.Object({
        envId: Type.String(),
        segmentId: Type.String(),
        version: Type.Integer(),
        includedCount: Type.Integer(),
        excludedCount: Type.Integer(),
        lastModified: UnixMillis,
        deleted: Type.Boolean(),
      }),
    ),
    included: Type.Array(Type.String(), { description: 'Keys of users' }),
    excluded: Type.Array(Type.String(), { description: 'Keys of users' }),
    includedContexts: Type.Array(Target, { description: 'Keys of other kinds' }),
    excludedContexts: Type.Array(Target, { description: 'Keys of other kinds' }),
    rules: Type.Array(
      Type.Object({
        _id: Type.String(),
        clauses: Type.Array(SegmentClause),
        weight: Type.Optional(Type.Integer({ description: 'Thousandths of a percent' })),
        rolloutContextKind: Type.Optional(Type.String()),
        bucketBy: Type.Optional(Type.String()),
        description: Type.Optional(Type.String()),
      }),
    ),
    _flags: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), key: Type.String(), _links: Links, _site: Link }), {
        description: 'The flags that target it',
      }),
    ),
    _access: Type.Optional(AccessRep),
  },
  { description: 'A set of contexts' },
);
export type SegmentRep = Static<typeof SegmentRep>;

export const SegmentCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(SegmentRep),
});

export const BigSegmentTargetRep = Type.Object({
  userKey: Type.String(),
  included: Type.Boolean(),
  excluded: Type.Boolean(),
});

export const SegmentImportRep = Type.Object({
  id: Type.String(),
  segmentKey: Type.String(),
  creationTime: UnixMillis,
  mode: Type.String({ description: 'merge or replace' }),
  status: Type.String({ description: 'pending_approval or complete' }),
  files: Type.Array(Type.Object({ filename: Type.String(), status: Type.String() })),
  _links: Links,
});

export const SegmentExportRep = Type.Object({
  id: Type.String(),
  segmentKey: Type.String(),
  creationTime: UnixMillis,
  status: Type.String(),
  sizeBytes: Type.Integer(),
  size: Type.String(),
  initiator: Type.Object({ name: Type.String(), email: Type.String() }),
  _links: Links,
});

export const ExpiringSegmentTargetRep = Type.Object({
  _id: Type.String(),
  _version: Type.Integer(),
  expirationDate: UnixMillis,
  contextKind: Type.Optional(Type.String()),
  contextKey: Type.Optional(Type.String()),
  userKey: Type.Optional(Type.String()),
  targetType: Type.String({ description: 'included or excluded' }),
  _resourceId: Type.Object({
    kind: Type.String(),
    projectKey: Type.String(),
    environmentKey: Type.String(),
    key: Type.String(),
  }),
});

export const ExpiringSegmentTargetList = Type.Object({ _links: Links, items: Type.Array(ExpiringSegmentTargetRep) });

export const ExpiringSegmentTargetResults = Type.Object({
  ...ExpiringSegmentTargetList.properties,
  totalInstructions: Type.Integer(),
  successfulInstructions: Type.Integer(),
  failedInstructions: Type.Integer(),
  errors: Type.Array(Type.Object({ instructionIndex: Type.Integer(), message: Type.String() })),
});
