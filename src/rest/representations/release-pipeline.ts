import type { Caller } from '../../domain/access/actor.ts';
import { isAdmin } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Project } from '../../domain/project.ts';
import type {
  AudienceConfiguration,
  GuardianConfiguration,
  Pipeline,
  PipelineAudience,
  PipelinePhase,
} from '../../domain/release/pipeline.ts';
import { PIPELINE_RIGHTS } from '../../domain/release/pipeline-differences.ts';
import type * as wire from '../../wire/rest/release-pipeline.ts';
import { toAccessRep } from './access.ts';
import { toEnvironmentSummary } from './environment.ts';

/** The project that pipelines and releases speak of. */
export interface ProjectView {
  readonly projectKey: string;
  readonly environments: readonly Environment[];
}

/** @param scene with the caller, who learns what they may do unless they may do everything */
export function toPipelineRep(
  pipeline: Pipeline,
  scene: { readonly project: Project; readonly environments: readonly Environment[]; readonly caller: Caller },
): wire.PipelineRep {
  const { project, environments, caller } = scene;
  const view = { projectKey: project.key, environments };
  const resource = specifier.inProject(project, 'release-pipeline', pipeline);
  return {
    createdAt: new Date(pipeline.createdAt).toISOString(),
    key: pipeline.key,
    name: pipeline.name,
    description: pipeline.description,
    phases: pipeline.phases.map((phase) => ({
      id: phase.id,
      name: phase.name,
      audiences: phase.audiences.map((audience) => toAudience(audience, view)),
      configuration: toPhaseConfiguration(phase),
    })),
    tags: [...pipeline.tags],
    _version: pipeline.version,
    ...(!isAdmin(caller) && { _access: toAccessRep(caller, resource, PIPELINE_RIGHTS) }),
    ...(project.defaultReleasePipelineKey === pipeline.key && { isProjectDefault: true }),
    _isLegacy: pipeline.isLegacy ?? false,
  };
}

/** An audience of a pipeline or a release; without its environment when that has been deleted. */
export function toAudience(audience: PipelineAudience, { projectKey, environments }: ProjectView) {
  const { name, environmentId, segmentKeys, configuration } = audience;
  const environment = environments.find(({ id }) => id === environmentId);
  return {
    ...(environment && { environment: toEnvironmentSummary(projectKey, environment) }),
    name,
    ...(segmentKeys && { segmentKeys: [...segmentKeys] }),
    configuration: toAudienceConfiguration(configuration),
  };
}

function toAudienceConfiguration(configuration: AudienceConfiguration): wire.AudienceConfiguration {
  const { releaseStrategy, requireApproval, releaseGuardianConfiguration: guardian } = configuration;
  return {
    releaseStrategy,
    requireApproval,
    ...lists(configuration, ['notifyMemberIds', 'notifyTeamKeys']),
    ...(guardian && { releaseGuardianConfiguration: toGuardian(guardian) }),
  };
}

function toGuardian(guardian: GuardianConfiguration) {
  const { stages, minSampleSize, whenUndecided } = guardian;
  return {
    monitoringWindowMilliseconds: guardian.monitoringWindowMilliseconds,
    rolloutWeight: guardian.rolloutWeight,
    rollbackOnRegression: guardian.rollbackOnRegression,
    randomizationUnit: guardian.randomizationUnit,
    ...(stages && { stages: stages.map((stage) => ({ ...stage })) }),
    ...(minSampleSize !== undefined && { minSampleSize }),
    ...(whenUndecided !== undefined && { whenUndecided }),
    ...lists(guardian, ['metricKeys', 'observedMetricKeys']),
  };
}

/** Those of the lists that are there. */
function lists<Name extends string>(
  from: { readonly [name in Name]?: readonly string[] | undefined },
  names: readonly Name[],
): { [name in Name]?: string[] } {
  const present = names.flatMap((name) => (from[name] ? [[name, [...from[name]]]] : []));
  return Object.fromEntries(present) as { [name in Name]?: string[] };
}

/** `configuration` of a phase, of a pipeline or a release. */
export function toPhaseConfiguration({
  bakeTimeMs,
  startsAutomatically,
  gates,
}: Pick<PipelinePhase, 'bakeTimeMs' | 'startsAutomatically' | 'gates'>): wire.PhaseConfiguration {
  return {
    ...(bakeTimeMs !== undefined && { bakeTimeDurationMs: bakeTimeMs }),
    ...(startsAutomatically && { startAutomatically: true }),
    ...(gates && { gates: gates.map(({ kind, url, timeoutMs }) => ({ kind, url, timeoutMillis: timeoutMs })) }),
  };
}
