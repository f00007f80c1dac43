import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import { createPipeline as makePipeline } from '../domain/release/create-pipeline.ts';
import { MAX_PIPELINES, type Pipeline } from '../domain/release/pipeline.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { insertPipeline, listPipelines } from '../store/release-pipelines.ts';
import { requireReferences } from './pipeline-references.ts';
import { storeProject } from './update-project.ts';
import { type Deps, write } from './write.ts';

export interface CreatePipeline {
  readonly actor: Actor;
  readonly projectKey: string;
  /** As it came. */
  readonly pipeline: unknown;
  readonly isProjectDefault?: boolean | undefined;
}

/**
 * Makes a release pipeline. The first one of a project becomes its default.
 * @throws NotFound, InvalidRequest, Forbidden, Conflict when the key is taken
 */
export async function createPipeline(deps: Deps, request: CreatePipeline): Promise<Pipeline> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const pipeline = makePipeline(request.pipeline, { projectId: project.id, environments }, write);
    const accesses = accessesTo(specifier.inProject(project, 'release-pipeline', pipeline), ['createReleasePipeline']);
    authorize(request.actor, accesses);
    await requireReferences(write, environments, pipeline);
    const existing = await listPipelines(write.tx, project.id);
    if (existing.length >= MAX_PIPELINES && !existing.some(({ key }) => key === pipeline.key)) {
      throw new InvalidRequest(
        `Project ${show(project.key)} has ${MAX_PIPELINES} release pipelines already, the most it can have`,
      );
    }
    await insertPipeline(write.tx, pipeline);
    write.record({
      kind: 'release-pipeline',
      name: pipeline.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the release pipeline',
      description: [`Created the release pipeline ${pipeline.key}`],
      after: pipeline,
    });
    if (existing.length === 0 || request.isProjectDefault) {
      await storeProject(write, project, { ...project, defaultReleasePipelineKey: pipeline.key });
    }
    return pipeline;
  });
}
