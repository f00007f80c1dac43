import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { Forbidden } from '../domain/errors.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { deletePipeline as removePipeline, getPipeline, hasActiveReleases } from '../store/release-pipelines.ts';
import { type Deps, write } from './write.ts';

export interface DeletePipeline {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly pipelineKey: string;
}

/**
 * Deletes a pipeline; releases that have ended stay readable.
 * @throws NotFound; Forbidden, also for the project's default and while releases are on their way
 */
export async function deletePipeline(deps: Deps, request: DeletePipeline): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const pipeline = await getPipeline(write.tx, project.id, request.pipelineKey);
    const accesses = accessesTo(specifier.inProject(project, 'release-pipeline', pipeline), ['deleteReleasePipeline']);
    authorize(request.actor, accesses);
    if (project.defaultReleasePipelineKey === pipeline.key) {
      throw new Forbidden(
        `Release pipeline '${pipeline.key}' is the project's default; make another one the default first`,
      );
    }
    if (await hasActiveReleases(write.tx, pipeline.id)) {
      throw new Forbidden(`Release pipeline '${pipeline.key}' has active releases; complete or delete them first`);
    }
    await removePipeline(write.tx, pipeline.id);
    write.record({
      kind: 'release-pipeline',
      name: pipeline.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the release pipeline',
      description: [`Deleted the release pipeline ${pipeline.key}`],
      before: pipeline,
    });
  });
}
