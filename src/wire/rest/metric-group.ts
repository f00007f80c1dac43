import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { Links, MemberSummary, UnixMillis } from './common.ts';

export const MetricGroupPost = Type.Object(
  {
    key: Type.Optional(Type.String({ description: 'Unique in the project; never changes; from the name when absent' })),
    kind: Type.String({ description: 'funnel or standard; never changes' }),
    name: Type.String(),
    metrics: Type.Array(Type.Unknown(), { description: 'In order: key and nameInGroup' }),
  },
  { additionalProperties: true, description: 'A new metric group' },
);

const MetricInGroup = Type.Object({
  key: Type.String(),
  _versionId: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  isNumeric: Type.Boolean(),
  unitAggregationType: Type.String(),
  eventKey: Type.Optional(Type.String()),
  randomizationUnits: Type.Array(Type.String()),
  nameInGroup: Type.Optional(Type.String()),
  _links: Links,
});

export const MetricGroupRep = Type.Object(
  {
    _id: Type.String(),
    _version: Type.Integer(),
    _links: Links,
    _creationDate: UnixMillis,
    _lastModified: UnixMillis,
    key: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    maintainer: Type.Object({ member: Type.Optional(MemberSummary) }),
    metrics: Type.Array(MetricInGroup),
    experiments: Type.Optional(Type.Array(Type.Unknown())),
    experimentCount: Type.Optional(Type.Integer()),
    activeGuardedRolloutCount: Type.Integer(),
    _access: Type.Optional(AccessRep),
  },
  { description: 'Metrics that are looked at together' },
);
export type MetricGroupRep = Static<typeof MetricGroupRep>;

export const MetricGroupCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(MetricGroupRep),
});
