import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

const Stage = Type.Object({
  stageIndex: Type.Integer(),
  allocation: Type.Integer({ description: 'Thousandths of a percent that are served the target' }),
  durationMillis: Type.Integer(),
  startedAtMillis: Type.Optional(UnixMillis),
  safeRollForward: Type.Boolean({ description: 'Enough contexts have come, and nothing spoke against going on' }),
  extended: Type.Boolean({ description: 'Its own time is over' }),
});

const Event = Type.Object({
  kind: Type.String(),
  stageIndex: Type.Integer(),
  metricKey: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  createdAt: UnixMillis,
});

const MetricConfiguration = Type.Object({
  metricKey: Type.String(),
  name: Type.String(),
  minSampleSize: Type.Integer(),
  autoRollback: Type.Boolean(),
  observed: Type.Optional(Type.Boolean({ description: 'true when it is shown and never acted upon' })),
  differenceEstimateType: Type.String(),
  status: Type.String(),
  verdict: Type.Optional(Type.String({ description: 'safe, harmful or undecided; absent before the first look' })),
  expectedVerdictAt: Type.Optional(UnixMillis),
  reported: Type.Optional(
    Type.Object(
      { state: Type.String({ description: 'fine, harmful or down' }), message: Type.String() },
      { description: 'What another system said last' },
    ),
  ),
});

const Units = Type.Object(
  { target: Type.Integer(), control: Type.Integer(), multiple: Type.Integer() },
  { description: 'Contexts that were measured on each side; `multiple` were served both and count for nothing' },
);

export const AutomatedReleaseRep = Type.Object(
  {
    id: Type.String(),
    flagKey: Type.String(),
    kind: Type.String({ description: 'guarded or progressive' }),
    environmentId: Type.String(),
    environmentKey: Type.String(),
    originalVariationId: Type.String(),
    targetVariationId: Type.String(),
    randomizationUnit: Type.String({ description: 'Kind of context that is dealt by' }),
    ruleIdOrFallthrough: Type.String(),
    createdAt: UnixMillis,
    startedAtMillis: UnixMillis,
    endedAtMillis: Type.Optional(UnixMillis),
    status: Type.String(),
    latestStageIndex: Type.Integer(),
    extensionDurationMillis: Type.Optional(Type.Integer()),
    whenUndecided: Type.Optional(Type.String({ description: 'revert, hold or proceed when too few contexts came' })),
    stages: Type.Array(Stage),
    events: Type.Array(Event),
    metricConfigurations: Type.Array(MetricConfiguration),
    units: Type.Optional(Units),
    probabilityOfMismatch: Type.Optional(Type.Number()),
    _links: Links,
  },
  { description: 'A rollout that leads traffic from one variation to another in stages' },
);
export type AutomatedReleaseRep = Static<typeof AutomatedReleaseRep>;

export const AutomatedReleaseCollection = Type.Object({ items: Type.Array(AutomatedReleaseRep), _links: Links });

const Arm = Type.Object({
  conversions: Type.Number(),
  exposures: Type.Integer({ description: 'Contexts that were served this variation' }),
  units: Type.Integer({ description: 'Those of them that have a value' }),
  value: Type.Number({ description: 'Mean of the values' }),
  credibleInterval: Type.Object({ lower: Type.Number(), upper: Type.Number() }),
});

const Difference = Type.Object({ estimate: Type.Number(), lower: Type.Number(), upper: Type.Number() });

/** What was measured of a metric; without the results while nothing has been. */
export const MetricResultRep = Type.Object({
  metricKey: Type.String(),
  controlResult: Type.Optional(Arm),
  treatmentResult: Type.Optional(Arm),
  difference: Type.Optional(Difference),
  relativeDifference: Type.Optional(Difference),
  probabilityOfMismatch: Type.Number({ description: 'That the arms are filled unequally, of the whole rollout' }),
});
export type MetricResultRep = Static<typeof MetricResultRep>;

export const LookCollection = Type.Object({
  items: Type.Array(
    Type.Object({
      at: UnixMillis,
      stageIndex: Type.Integer(),
      units: Units,
      metrics: Type.Array(MetricResultRep),
    }),
  ),
  _links: Links,
});

export const DiagnosticsRep = Type.Object({
  id: Type.String(),
  flag: Type.Object({
    key: Type.String(),
    contextKinds: Type.Array(Type.Object({ kind: Type.String(), lastReceivedMs: UnixMillis })),
  }),
  metrics: Type.Array(
    Type.Object({
      key: Type.String(),
      eventKey: Type.Optional(Type.String()),
      status: Type.String(),
      units: Type.Integer({ description: 'Measured contexts that have sent its events' }),
      firstReceivedMs: Type.Optional(UnixMillis),
    }),
  ),
});

export const MetricStatePatch = Type.Object({
  action: Type.Literal('dismiss_regression', { description: 'dismiss_regression' }),
});

export const DependentMeasuredRollout = Type.Object({
  _id: Type.String(),
  flagKey: Type.String(),
  flagName: Type.String(),
  environmentKey: Type.String(),
  environmentName: Type.String(),
  status: Type.String(),
  creationDate: UnixMillis,
  _links: Links,
});
export type DependentMeasuredRollout = Static<typeof DependentMeasuredRollout>;

export const MeasuredRolloutRep = Type.Object({
  ...DependentMeasuredRollout.properties,
  design: Type.Object({
    metrics: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), isNumeric: Type.Boolean() })),
  }),
});
export type MeasuredRolloutRep = Static<typeof MeasuredRolloutRep>;

export const MeasuredRolloutCollection = Type.Object({ items: Type.Array(MeasuredRolloutRep), _links: Links });
