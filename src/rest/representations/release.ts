import type { MemberSummary } from '../../domain/access/actor.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Pipeline } from '../../domain/release/pipeline.ts';
import type { Release, ReleasePhase, Starter } from '../../domain/release/release.ts';
import type { TokenSummary } from '../../store/access-tokens.ts';
import type { PipelineRep, ReleaseRep } from '../../wire/rest/release.ts';
import { apiLink } from '../links.ts';
import { toEnvironmentSummary } from './environment.ts';
import { toMemberSummary } from './member.ts';

/** The project that pipelines and releases speak of. */
export interface ProjectView {
  readonly projectKey: string;
  readonly environments: readonly Environment[];
}

export function toPipelineRep(
  pipeline: Pipeline,
  view: ProjectView & { defaultPipelineKey: string | undefined },
): PipelineRep {
  return {
    createdAt: new Date(pipeline.createdAt).toISOString(),
    key: pipeline.key,
    name: pipeline.name,
    description: pipeline.description,
    phases: pipeline.phases.map(({ id, name, audiences, bakeTimeMs }) => ({
      id,
      name,
      audiences: audiences.map((audience) => ({
        ...toEnvironment(view, audience.environmentId),
        name: audience.name,
        configuration: audience.configuration,
      })),
      configuration: toConfiguration(bakeTimeMs),
    })),
    tags: [...pipeline.tags],
    _version: pipeline.version,
    ...(view.defaultPipelineKey === pipeline.key && { isProjectDefault: true }),
    _isLegacy: false,
  };
}

/** Who the starters of phases are. */
export interface Starters {
  readonly members: ReadonlyMap<string, MemberSummary>;
  readonly tokens: ReadonlyMap<string, TokenSummary>;
}

export function toReleaseRep(release: Release, flagKey: string, view: ProjectView & Starters): ReleaseRep {
  const { canceledAt } = release;
  return {
    _links: {
      self: apiLink('flags', view.projectKey, flagKey, 'release'),
      parent: apiLink('flags', view.projectKey, flagKey),
    },
    name: release.pipelineName,
    releasePipelineKey: release.pipelineKey,
    releasePipelineDescription: release.pipelineDescription,
    phases: release.phases.map((phase) => toPhase(phase, release, view)),
    _version: release.version,
    _releaseVariationId: release.variationId,
    ...(canceledAt !== undefined && { _canceledAt: canceledAt }),
  };
}

function toPhase(phase: ReleasePhase, release: Release, view: ProjectView & Starters): ReleaseRep['phases'][number] {
  const { startedAt, completedAt, startedBy } = phase;
  return {
    _id: phase.id,
    _name: phase.name,
    complete: phase.status === 'completed',
    started: startedAt !== undefined,
    status: phase.status,
    _creationDate: release.createdAt,
    ...(startedAt !== undefined && { _startedDate: startedAt }),
    ...(completedAt !== undefined && { _completionDate: completedAt }),
    ...(completedAt !== undefined && startedBy && { _completedBy: toCompletedBy(startedBy, view) }),
    configuration: toConfiguration(phase.bakeTimeMs),
    _audiences: phase.audiences.map((audience) => ({
      _id: audience.id,
      name: audience.name,
      ...toEnvironment(view, audience.environmentId),
      configuration: audience.configuration,
      status: audience.status,
      _ruleIds: [],
    })),
  };
}

function toCompletedBy(starter: Starter, { members, tokens }: Starters) {
  const member = starter.kind === 'member' ? members.get(starter.id) : undefined;
  if (member) return { member: toMemberSummary(member) };
  const token = starter.kind === 'token' ? tokens.get(starter.id) : undefined;
  if (!token) return {};
  const { id, name, ending, isServiceToken } = token;
  return { token: { _links: { self: apiLink('tokens', id) }, _id: id, name, ending, serviceToken: isServiceToken } };
}

/** The environment of an audience; nothing when it has been deleted. */
function toEnvironment({ projectKey, environments }: ProjectView, environmentId: string) {
  const environment = environments.find(({ id }) => id === environmentId);
  return environment ? { environment: toEnvironmentSummary(projectKey, environment) } : {};
}

const toConfiguration = (bakeTimeMs: number | undefined) =>
  bakeTimeMs === undefined ? {} : { bakeTimeDurationMs: bakeTimeMs };
