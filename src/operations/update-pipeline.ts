import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { jsonEquals } from '../domain/json.ts';
import type { Pipeline } from '../domain/release/pipeline.ts';
import { pipelineDifferences } from '../domain/release/pipeline-differences.ts';
import type { Release } from '../domain/release/release.ts';
import {
  patchPipeline as applyPatch,
  replacePipeline as applyReplacement,
  type UpdateScope,
} from '../domain/release/update-pipeline.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { getPipeline, hasActiveReleases, savePipeline } from '../store/release-pipelines.ts';
import { listActiveReleasesForUpdate, saveRelease } from '../store/releases.ts';
import { requireReferences } from './pipeline-references.ts';
import { type Deps, type Write, write } from './write.ts';

interface OfPipeline {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly pipelineKey: string;
}

/**
 * Puts other settings in the place of all there are.
 * @param request `pipeline`: as it came
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function replacePipeline(
  deps: Deps,
  request: OfPipeline & { readonly pipeline: unknown },
): Promise<Pipeline> {
  return write(deps, request.actor, (write) =>
    changePipeline(write, request, (before, scope) => applyReplacement(before, request.pipeline, scope, write)),
  );
}

/**
 * Changes a pipeline by a JSON patch.
 * @throws NotFound, InvalidRequest, InvalidPatch, Forbidden
 */
export async function patchPipeline(deps: Deps, request: OfPipeline & { readonly patch: unknown }): Promise<Pipeline> {
  return write(deps, request.actor, (write) =>
    changePipeline(write, request, (before, scope) => applyPatch(before, request.patch, scope, write)),
  );
}

async function changePipeline(
  write: Write,
  request: OfPipeline,
  decide: (before: Pipeline, scope: UpdateScope) => Pipeline,
): Promise<Pipeline> {
  // Whoever adds a flag to a pipeline holds the project too, so that no release begins meanwhile.
  const project = await getProjectForUpdate(write.tx, request.projectKey);
  const before = await getPipeline(write.tx, project.id, request.pipelineKey);
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const isInUse = await hasActiveReleases(write.tx, before.id);
  const decided = decide(before, { environments, hasActiveReleases: isInUse });
  const differences = pipelineDifferences(before, decided);
  if (differences.length === 0) return before;
  const accesses = accessesTo(
    specifier.inProject(project, 'release-pipeline', before),
    differences.map(({ action }) => action),
  );
  authorize(request.actor, accesses);
  await requireReferences(write, environments, decided, before);
  const after = { ...decided, version: before.version + 1 };
  await savePipeline(write.tx, after);
  if (isInUse) await renameReleases(write, after);
  write.record({
    kind: 'release-pipeline',
    name: after.name,
    projectId: project.id,
    accesses,
    titleVerb: 'updated the release pipeline',
    description: differences.map(({ words }) => words),
    before,
    after,
  });
  return after;
}

/** Active releases are called what their pipeline is called; those that are over keep the names of their time. */
async function renameReleases(write: Write, pipeline: Pipeline): Promise<void> {
  const names = new Map(pipeline.phases.map(({ id, name }) => [id, name]));
  for (const release of await listActiveReleasesForUpdate(write.tx, pipeline.id)) {
    const renamed: Release = {
      ...release,
      pipelineName: pipeline.name,
      pipelineDescription: pipeline.description,
      phases: release.phases.map((phase) => ({ ...phase, name: names.get(phase.id) ?? phase.name })),
    };
    if (jsonEquals(release, renamed)) continue;
    await saveRelease(write.tx, { ...renamed, version: release.version + 1 });
  }
}
