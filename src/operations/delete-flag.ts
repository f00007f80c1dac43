import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { deleteFlag as removeFlag, getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { everywhere } from './change-flag.ts';
import { type Deps, write } from './write.ts';

export interface DeleteFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
}

/**
 * Deletes a flag in all environments, with its releases. The key is free again; its versions go on from here.
 * @throws NotFound, Forbidden
 */
export async function deleteFlag(deps: Deps, request: DeleteFlag): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const accesses = everywhere(project.key, flag, 'deleteFlag');
    authorize(request.actor, accesses);
    await removeFlag(write.tx, flag);
    for (const { environmentId, version } of Object.values(flag.environments)) {
      write.deliver(environmentId, { kind: 'flag', key: flag.key, version: version + 1, document: null });
    }
    write.record({
      kind: 'flag',
      name: flag.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the flag',
      description: [`Deleted the flag ${flag.key}`],
      before: flag,
    });
  });
}
