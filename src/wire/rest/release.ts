import { type Static, Type } from 'typebox';
import { Links, MemberSummary, UnixMillis } from './common.ts';
import { EnvironmentSummary } from './environment.ts';

const AudienceConfiguration = Type.Object({
  releaseStrategy: Type.String({ description: 'immediate-rollout, or empty when none was chosen' }),
  requireApproval: Type.Boolean(),
});

const PhaseConfiguration = Type.Object({
  bakeTimeDurationMs: Type.Optional(
    Type.Integer({ description: 'Milliseconds between the last audience and the end of the phase; 0 when absent' }),
  ),
});

export const PipelinePost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
    phases: Type.Array(
      Type.Object({
        name: Type.String(),
        configuration: Type.Optional(PhaseConfiguration),
        audiences: Type.Array(
          Type.Object({
            name: Type.String(),
            environmentKey: Type.String(),
            segmentKeys: Type.Optional(Type.Array(Type.String())),
            configuration: Type.Optional(AudienceConfiguration),
          }),
        ),
      }),
    ),
    isProjectDefault: Type.Optional(Type.Boolean({ description: 'Whether to become the default of the project' })),
    isLegacy: Type.Optional(Type.Boolean({ description: 'Not available: pipelines ticked off by hand' })),
  },
  { description: 'A new release pipeline' },
);
export type PipelinePost = Static<typeof PipelinePost>;

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
            configuration: AudienceConfiguration,
          }),
        ),
        configuration: PhaseConfiguration,
      }),
    ),
    tags: Type.Array(Type.String()),
    _version: Type.Integer(),
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

export const ReleasePut = Type.Object({
  releasePipelineKey: Type.String({ description: 'The pipeline to add the flag to' }),
  releaseVariationId: Type.Optional(Type.String({ description: 'The variation that is true when absent' })),
});

export const PhasePut = Type.Object({
  status: Type.String({ description: 'active' }),
  audiences: Type.Optional(Type.Array(Type.Object({ audienceId: Type.Optional(Type.String()) }))),
});

const TokenSummary = Type.Object({
  _links: Links,
  _id: Type.String(),
  name: Type.String(),
  ending: Type.String(),
  serviceToken: Type.Boolean(),
});

const ReleasePhase = Type.Object({
  _id: Type.String(),
  _name: Type.String(),
  complete: Type.Boolean(),
  started: Type.Boolean(),
  status: Type.String({ description: 'not-started, ready-to-start, active or completed' }),
  _creationDate: UnixMillis,
  _startedDate: Type.Optional(UnixMillis),
  _completionDate: Type.Optional(UnixMillis),
  _completedBy: Type.Optional(
    Type.Object({ member: Type.Optional(MemberSummary), token: Type.Optional(TokenSummary) }),
  ),
  configuration: PhaseConfiguration,
  _audiences: Type.Array(
    Type.Object({
      _id: Type.String(),
      name: Type.String(),
      environment: Type.Optional(EnvironmentSummary),
      configuration: AudienceConfiguration,
      status: Type.String({ description: 'not-started, ready-to-start, active, completed or skipped' }),
      _ruleIds: Type.Array(Type.String()),
    }),
  ),
});

export const ReleaseRep = Type.Object(
  {
    _links: Links,
    name: Type.String(),
    releasePipelineKey: Type.String(),
    releasePipelineDescription: Type.String(),
    phases: Type.Array(ReleasePhase),
    _version: Type.Integer(),
    _releaseVariationId: Type.String(),
    _canceledAt: Type.Optional(UnixMillis),
  },
  { description: 'The journey of a flag through a pipeline' },
);
export type ReleaseRep = Static<typeof ReleaseRep>;

export const PipelineParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  pipelineKey: Type.String({ description: 'The release pipeline key' }),
});

export const PhaseParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  phaseId: Type.String({ description: 'The id of a phase of the release' }),
});
