import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { Conflict } from '../domain/errors.ts';
import { lockAccount } from '../store/account.ts';
import { lockFlags } from '../store/flags.ts';
import { countProjects, deleteProject as removeProject, getProjectForUpdate } from '../store/projects.ts';
import { type Deps, write } from './write.ts';

export interface DeleteProject {
  readonly actor: Actor;
  readonly projectKey: string;
}

/** Deletes a project with everything in it. @throws NotFound, Forbidden, Conflict for the last project */
export async function deleteProject(deps: Deps, request: DeleteProject): Promise<void> {
  await write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const accesses = accessesTo(specifier.project(project), ['deleteProject']);
    authorize(request.actor, accesses);
    if ((await countProjects(write.tx)) === 1) throw new Conflict('The last project of the account cannot be deleted');
    await lockFlags(write.tx, project.id);
    await removeProject(write.tx, project.id);
    write.record({
      kind: 'project',
      name: project.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the project',
      description: [`Deleted the project ${project.key}`],
      before: project,
    });
  });
}
