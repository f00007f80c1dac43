import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';
import { EnvironmentSummary } from './environment.ts';

const Stage = Type.Object({
  allocation: Type.Integer({ description: 'Thousandths of a percent' }),
  durationMillis: Type.Integer({ description: 'Milliseconds' }),
});

const Guardian = {
  monitoringWindowMilliseconds: Type.Integer({ description: 'Milliseconds; with stages, of the last one' }),
  rolloutWeight: Type.Integer({
    description: 'Percent up to 100, thousandths of a percent above; with stages, of the last one',
  }),
  rollbackOnRegression: Type.Boolean({ description: 'Whether a regression takes the variation back by itself' }),
  randomizationUnit: Type.String({
    description: 'The kind of context that is dealt to the variations; user when absent',
  }),
  stages: Type.Optional(Type.Array(Stage)),
  minSampleSize: Type.Optional(Type.Integer({ description: 'Contexts that each variation must have had' })),
  whenUndecided: Type.Optional(Type.String({ description: 'revert, hold or proceed' })),
  metricKeys: Type.Optional(Type.Array(Type.String(), { description: 'Metrics besides those attached to the flag' })),
  observedMetricKeys: Type.Optional(Type.Array(Type.String(), { description: 'Metrics that are shown and never act' })),
};

const audienceConfiguration = {
  releaseStrategy: Type.String({
    description: 'immediate-rollout, monitored-release, progressive-release, or empty when none was chosen',
  }),
  requireApproval: Type.Boolean(),
  notifyMemberIds: Type.Optional(Type.Array(Type.String())),
  notifyTeamKeys: Type.Optional(Type.Array(Type.String())),
};

export const AudienceConfiguration = Type.Object({
  ...audienceConfiguration,
  releaseGuardianConfiguration: Type.Optional(Type.Object(Guardian)),
});
export type AudienceConfiguration = Static<typeof AudienceConfiguration>;

const Gate = {
  kind: Type.String({ description: 'confirm-rollout, confirm-traffic-increase, confirm-promotion or rollback' }),
  url: Type.String({ description: 'Who is asked, by http or https' }),
  timeoutMillis: Type.Integer({ description: 'Milliseconds to wait for an answer; a minute when absent' }),
};
const phaseConfiguration = {
  bakeTimeDurationMs: Type.Optional(
    Type.Integer({ description: 'Milliseconds between the last audience and the end of the phase; 0 when absent' }),
  ),
  startAutomatically: Type.Optional(Type.Boolean({ description: 'Begins when the phase before it is complete' })),
};

export const PhaseConfiguration = Type.Object({
  ...phaseConfiguration,
  gates: Type.Optional(Type.Array(Type.Object(Gate))),
});
export type PhaseConfiguration = Static<typeof PhaseConfiguration>;

const { timeoutMillis, ...gate } = Gate;
const { monitoringWindowMilliseconds, rolloutWeight, rollbackOnRegression, randomizationUnit, ...guardian } = Guardian;

/** Phases in requests. */
const PhaseInputs = Type.Array(
  Type.Object({
    name: Type.String(),
    configuration: Type.Optional(
      Type.Object({
        ...phaseConfiguration,
        gates: Type.Optional(Type.Array(Type.Object({ ...gate, timeoutMillis: Type.Optional(timeoutMillis) }))),
      }),
    ),
    audiences: Type.Array(
      Type.Object({
        name: Type.String(),
        environmentKey: Type.Optional(
          Type.String({ description: 'Absent only for an audience that has lost its environment' }),
        ),
        segmentKeys: Type.Optional(Type.Array(Type.String(), { description: 'Everyone when absent' })),
        configuration: Type.Optional(
          Type.Object({
            ...audienceConfiguration,
            releaseGuardianConfiguration: Type.Optional(
              Type.Object({
                ...guardian,
                monitoringWindowMilliseconds: Type.Optional(monitoringWindowMilliseconds),
                rolloutWeight: Type.Optional(rolloutWeight),
                rollbackOnRegression: Type.Optional(rollbackOnRegression),
                randomizationUnit: Type.Optional(randomizationUnit),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
);

const texts = {
  name: Type.String(),
  description: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
};

export const PipelinePost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    ...texts,
    phases: PhaseInputs,
    isProjectDefault: Type.Optional(Type.Boolean({ description: 'Whether to become the default of the project' })),
    isLegacy: Type.Optional(
      Type.Boolean({ description: 'Whether phases are ticked off by hand and flags left alone' }),
    ),
  },
  { description: 'A new release pipeline' },
);

export const PipelinePut = Type.Object(
  { ...texts, phases: PhaseInputs },
  { description: 'What takes the place of everything in a release pipeline but its key' },
);

export const PipelineRep = Type.Object(
  {
    createdAt: Type.String({ description: 'RFC 3339' }),
    key: Type.String(),
    name: Type.String(),
    description: Type.String(),
    phases: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        audiences: Type.Array(
          Type.Object({
            environment: Type.Optional(EnvironmentSummary),
            name: Type.String(),
            segmentKeys: Type.Optional(Type.Array(Type.String())),
            configuration: AudienceConfiguration,
          }),
        ),
        configuration: PhaseConfiguration,
      }),
    ),
    tags: Type.Array(Type.String()),
    _version: Type.Integer(),
    _access: Type.Optional(AccessRep),
    isProjectDefault: Type.Optional(Type.Boolean()),
    _isLegacy: Type.Boolean(),
  },
  { description: 'A release pipeline' },
);
export type PipelineRep = Static<typeof PipelineRep>;

export const PipelineCollection = Type.Object({
  items: Type.Array(PipelineRep),
  totalCount: Type.Integer(),
});

export const PipelineParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  pipelineKey: Type.String({ description: 'The release pipeline key' }),
});
