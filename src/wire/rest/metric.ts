import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { DependentMeasuredRollout } from './automated-release.ts';
import { Link, Links, MemberSummary, UnixMillis } from './common.ts';

export const MetricPost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    kind: Type.String({ description: 'custom, click or pageview; never changes' }),
  },
  { additionalProperties: true, description: 'A new metric' },
);

export const MetricRep = Type.Object(
  {
    _links: Links,
    _site: Link,
    _id: Type.String(),
    _versionId: Type.String(),
    _version: Type.Integer(),
    _creationDate: UnixMillis,
    lastModified: Type.Object({ date: Type.String({ description: 'RFC 3339' }) }),
    key: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    isNumeric: Type.Boolean(),
    unit: Type.Optional(Type.String()),
    eventKey: Type.Optional(Type.String()),
    successCriteria: Type.String(),
    selector: Type.Optional(Type.String()),
    urls: Type.Optional(Type.Array(Type.Unknown())),
    randomizationUnits: Type.Array(Type.String()),
    unitAggregationType: Type.String(),
    analysisType: Type.String(),
    percentileValue: Type.Optional(Type.Integer()),
    eventDefault: Type.Object({ disabled: Type.Boolean(), value: Type.Number() }),
    filters: Type.Optional(Type.Unknown()),
    prometheus: Type.Optional(
      Type.Object(
        {
          url: Type.String(),
          query: Type.String({ description: 'PromQL' }),
          mode: Type.String({ description: 'threshold or comparison' }),
          threshold: Type.Optional(Type.Number()),
          comparator: Type.Optional(
            Type.String({ description: '> or <: on which side of the threshold values are bad' }),
          ),
          tolerance: Type.Optional(Type.Number({ description: 'By which part the new variation may be worse' })),
          failureLimit: Type.Integer({ description: 'So many bad readings in a row are harm' }),
        },
        { description: 'Where values come from if not from SDKs' },
      ),
    ),
    maintainerId: Type.Optional(Type.String()),
    _maintainer: Type.Optional(MemberSummary),
    archived: Type.Boolean(),
    isActive: Type.Boolean(),
    _attachedFlagCount: Type.Integer(),
    _attachedFeatures: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), name: Type.String(), _links: Links, _site: Link })),
    ),
    experimentCount: Type.Integer(),
    metricGroupCount: Type.Integer(),
    metricGroups: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), name: Type.String(), kind: Type.String(), _links: Links })),
    ),
    activeGuardedRolloutCount: Type.Integer(),
    guardedRollouts: Type.Optional(Type.Array(DependentMeasuredRollout)),
    guardedRolloutCount: Type.Optional(Type.Integer()),
    lastUsedInGuardedRollout: Type.Optional(DependentMeasuredRollout),
    dataSource: Type.Object({ key: Type.String() }),
    _access: Type.Optional(AccessRep),
  },
  { description: 'What is measured of those who are served a variation' },
);
export type MetricRep = Static<typeof MetricRep>;

export const MetricCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(MetricRep),
});
