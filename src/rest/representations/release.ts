import type { MemberSummary } from '../../domain/access/actor.ts';
import type { GateCheck } from '../../domain/release/gate-check.ts';
import type { Release, ReleaseAudience, ReleasePhase, Starter } from '../../domain/release/release.ts';
import type { TokenSummary } from '../../store/access-tokens.ts';
import type { ReleaseRep } from '../../wire/rest/release.ts';
import { apiLink } from '../links.ts';
import { toMemberSummary } from './member.ts';
import { type ProjectView, toAudience, toPhaseConfiguration } from './release-pipeline.ts';

/** Who the starters of phases are. */
export interface Starters {
  readonly members: ReadonlyMap<string, MemberSummary>;
  readonly tokens: ReadonlyMap<string, TokenSummary>;
}

/** What is shown beside a release: its project, who started its phases, and what their gates say. */
type ReleaseView = ProjectView & Starters & { readonly gateChecks: readonly GateCheck[] };

export function toReleaseRep(release: Release, flagKey: string, view: ReleaseView): ReleaseRep {
  const { canceledAt, pause, rolledBackAt } = release;
  return {
    _links: {
      self: apiLink('flags', view.projectKey, flagKey, 'release'),
      parent: apiLink('flags', view.projectKey, flagKey),
    },
    name: release.pipelineName,
    releasePipelineKey: release.pipelineKey,
    releasePipelineDescription: release.pipelineDescription,
    phases: release.phases.map((phase) => {
      const rep = toPhase(phase, release, flagKey, view);
      return release.isLegacy ? withoutProgress(rep) : rep;
    }),
    _version: release.version,
    ...(release.variationId !== '' && { _releaseVariationId: release.variationId }),
    ...(canceledAt !== undefined && { _canceledAt: canceledAt }),
    ...(pause && { _pausedAt: pause.at }),
    ...(rolledBackAt !== undefined && { _rolledBackAt: rolledBackAt }),
  };
}

function toPhase(
  phase: ReleasePhase,
  release: Release,
  flagKey: string,
  view: ReleaseView,
): ReleaseRep['phases'][number] {
  const { startedAt, completedAt, completedBy = phase.startedBy } = phase;
  const checks = view.gateChecks.filter(({ phaseId }) => phaseId === phase.id);
  return {
    _id: phase.id,
    _name: phase.name,
    complete: phase.status === 'completed',
    started: startedAt !== undefined,
    status: phase.status,
    _creationDate: release.createdAt,
    ...(startedAt !== undefined && { _startedDate: startedAt }),
    ...(completedAt !== undefined && { _completionDate: completedAt }),
    ...(completedAt !== undefined && completedBy && { _completedBy: toCompletedBy(completedBy, view) }),
    configuration: toPhaseConfiguration(phase),
    ...(checks.length > 0 && { _gateChecks: checks.map(toGateCheck) }),
    _audiences: phase.audiences.map((audience) => ({
      _id: audience.id,
      ...toAudience(audience, view),
      ...toLinks(audience, flagKey, view),
      status: audience.status,
      ...(audience.failure !== undefined && { _failure: audience.failure }),
      _ruleIds: [...(audience.ruleIds ?? [])],
    })),
  };
}

function toGateCheck({ kind, runId, step, url, state, asked, lastStatus, lastError, answeredAt }: GateCheck) {
  return {
    kind,
    url,
    state,
    ...(runId !== undefined && kind !== 'rollback' && { stage: step }),
    asked,
    ...(lastStatus !== undefined && { status: lastStatus }),
    ...(lastError !== undefined && { error: lastError }),
    ...(answeredAt !== undefined && { answeredAt }),
  };
}

/** Where the approval and the rollout of an audience are, if it has them. */
function toLinks(audience: ReleaseAudience, flagKey: string, { projectKey, environments }: ProjectView) {
  const { approvalId, rolloutId, environmentId } = audience;
  const environmentKey = environments.find(({ id }) => id === environmentId)?.key;
  if (environmentKey === undefined || (approvalId === undefined && rolloutId === undefined)) return {};
  const inProject = ['projects', projectKey] as const;
  return {
    _links: {
      ...(approvalId !== undefined && {
        approvalRequest: apiLink(
          ...inProject,
          'flags',
          flagKey,
          'environments',
          environmentKey,
          'approval-requests',
          approvalId,
        ),
      }),
      ...(rolloutId !== undefined && {
        automatedRelease: apiLink(...inProject, 'environments', environmentKey, 'automated-releases', rolloutId),
      }),
    },
  };
}

/** A phase of a legacy release: nobody starts it, and its audiences are where they are without it. */
function withoutProgress(phase: ReleaseRep['phases'][number]): ReleaseRep['phases'][number] {
  const { started: _started, status: _phaseStatus, _startedDate, ...rest } = phase;
  return { ...rest, _audiences: phase._audiences.map(({ status: _status, ...audience }) => audience) };
}

function toCompletedBy(starter: Starter, { members, tokens }: Starters) {
  const member = starter.kind === 'member' ? members.get(starter.id) : undefined;
  if (member) return { member: toMemberSummary(member) };
  const token = starter.kind === 'token' ? tokens.get(starter.id) : undefined;
  if (!token) return {};
  const { id, name, ending, isServiceToken } = token;
  return { token: { _links: { self: apiLink('tokens', id) }, _id: id, name, ending, serviceToken: isServiceToken } };
}
