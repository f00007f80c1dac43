import { type Static, Type } from 'typebox';
import { Links, MemberSummary, UnixMillis } from './common.ts';
import { EnvironmentSummary } from './environment.ts';
import { AudienceConfiguration, PhaseConfiguration } from './release-pipeline.ts';

export const ReleasePut = Type.Object({
  releasePipelineKey: Type.String({ description: 'The pipeline to add the flag to' }),
  releaseVariationId: Type.Optional(Type.String({ description: 'The variation that is true when absent' })),
});

export const PhasePut = Type.Object({
  status: Type.String({ description: 'active' }),
  audiences: Type.Optional(
    Type.Array(Type.Unknown(), {
      description:
        'audienceId, and releaseGuardianConfiguration, notifyMemberIds or notifyTeamKeys in place of the pipeline’s',
    }),
  ),
});

const TokenSummary = Type.Object({
  _links: Links,
  _id: Type.String(),
  name: Type.String(),
  ending: Type.String(),
  serviceToken: Type.Boolean(),
});

const GateCheck = Type.Object(
  {
    kind: Type.String(),
    url: Type.String(),
    state: Type.String({ description: 'waiting or agreed' }),
    stage: Type.Optional(Type.Integer({ description: 'The stage of the rollout that is to end' })),
    asked: Type.Integer({ description: 'How often' }),
    status: Type.Optional(Type.Integer({ description: 'The HTTP status it answered last' })),
    error: Type.Optional(Type.String({ description: 'Why there was no answer the last time' })),
    answeredAt: Type.Optional(UnixMillis),
  },
  { description: 'A gate that is asked, or was, and what it said last' },
);

const ReleasePhase = Type.Object({
  _id: Type.String(),
  _name: Type.String(),
  complete: Type.Boolean(),
  started: Type.Optional(Type.Boolean({ description: 'Absent in legacy releases' })),
  status: Type.Optional(
    Type.String({ description: 'not-started, ready-to-start, active, paused or completed; absent in legacy releases' }),
  ),
  _creationDate: UnixMillis,
  _startedDate: Type.Optional(UnixMillis),
  _completionDate: Type.Optional(UnixMillis),
  _completedBy: Type.Optional(
    Type.Object({ member: Type.Optional(MemberSummary), token: Type.Optional(TokenSummary) }),
  ),
  configuration: PhaseConfiguration,
  _gateChecks: Type.Optional(Type.Array(GateCheck)),
  _audiences: Type.Array(
    Type.Object({
      _id: Type.String(),
      name: Type.String(),
      environment: Type.Optional(EnvironmentSummary),
      segmentKeys: Type.Optional(Type.Array(Type.String())),
      configuration: AudienceConfiguration,
      status: Type.Optional(
        Type.String({
          description:
            'not-started, ready-to-start, waiting-for-approval, approval-declined, active, regressed, rolled-back, paused, failed, completed or skipped; absent in legacy releases',
        }),
      ),
      _failure: Type.Optional(Type.String({ description: 'Why it could not be released to' })),
      _links: Type.Optional(Links),
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
    _releaseVariationId: Type.Optional(Type.String()),
    _canceledAt: Type.Optional(UnixMillis),
    _pausedAt: Type.Optional(UnixMillis),
    _rolledBackAt: Type.Optional(UnixMillis),
  },
  { description: 'The journey of a flag through a pipeline' },
);
export type ReleaseRep = Static<typeof ReleaseRep>;

export const PhaseParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  phaseId: Type.String({ description: 'The id of a phase of the release' }),
});
