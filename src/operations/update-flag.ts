import type { Actor } from '../domain/access/actor.ts';
import type { SemanticPatch } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { cancelRelease } from './advance-release.ts';
import { changeFlag } from './change-flag.ts';
import { type Deps, write } from './write.ts';

export interface UpdateFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly patch: SemanticPatch;
  readonly comment?: string | undefined;
  readonly isDryRun?: boolean;
}

/**
 * Changes a flag by instructions, all or none. Archiving it cancels its release.
 * @throws NotFound, and what `changeFlag` throws
 */
export async function updateFlag(deps: Deps, request: UpdateFlag): Promise<Flag> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const after = await changeFlag(write, { ...request, project, environments, flag, by: request.actor });
    const isArchivedNow = flag.archivedAt === undefined && after.archivedAt !== undefined;
    if (isArchivedNow && !request.isDryRun) await cancelRelease(write, project, after);
    return after;
  });
}
