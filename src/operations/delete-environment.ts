import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { Conflict } from '../domain/errors.ts';
import { deleteEnvironment as removeEnvironment, getEnvironment, listAllEnvironments } from '../store/environments.ts';
import { lockFlags } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { listActiveReleases } from '../store/releases.ts';
import { advanceRelease } from './advance-release.ts';
import { withoutSecrets } from './create-environment.ts';
import { type Deps, write } from './write.ts';

export interface DeleteEnvironment {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environmentKey: string;
}

/**
 * Deletes an environment with all configurations in it; releases pass over their audiences there.
 * @throws NotFound, Forbidden, Conflict for the project's last environment
 */
export async function deleteEnvironment(deps: Deps, request: DeleteEnvironment): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environment = await getEnvironment(write.tx, project.id, request.environmentKey);
    const accesses = accessesTo(specifier.environment(project, environment), ['deleteEnvironment']);
    authorize(request.actor, accesses);
    if ((await listAllEnvironments(write.tx, [project.id])).length === 1) {
      throw new Conflict('The last environment of a project cannot be deleted');
    }
    await lockFlags(write.tx, project.id);
    await removeEnvironment(write.tx, environment.id);
    for (const release of await listActiveReleases(write.tx, project.id)) {
      if (release.isLegacy) continue;
      await advanceRelease(write, project, release, { kind: 'environmentDeleted', environmentId: environment.id });
    }
    write.record({
      kind: 'environment',
      name: environment.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the environment',
      description: [`Deleted the environment ${environment.key}`],
      before: withoutSecrets(environment),
    });
  });
}
