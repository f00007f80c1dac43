import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { NotFound } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import type { Project } from '../domain/project.ts';
import { releaseState } from '../domain/release/release.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { deleteRelease as removeRelease, findLatestRelease } from '../store/releases.ts';
import { deleteTimer } from '../store/timers.ts';
import { advanceRelease } from './advance-release.ts';
import { everywhere } from './change-flag.ts';
import { type Deps, type Write, write } from './write.ts';

export interface DeleteRelease {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
}

/** Takes a flag out of its pipeline and leaves its targeting as it is. @throws NotFound, Forbidden */
export async function deleteRelease(deps: Deps, request: DeleteRelease): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    await takeFromPipeline(write, project, flag);
  });
}

/** The same inside a running write that holds the flag. @throws NotFound, Forbidden */
export async function takeFromPipeline(write: Write, project: Project, flag: Flag): Promise<void> {
  const release = await findLatestRelease(write.tx, flag.id);
  if (!release) throw new NotFound('release of flag', flag.key);
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const accesses = everywhere(project, environments, flag, 'removeReleasePipeline');
  authorize(write.actor, accesses);
  if (releaseState(release) === 'active') await advanceRelease(write, project, release, { kind: 'canceled' });
  await removeRelease(write.tx, release.id);
  await deleteTimer(write.tx, 'advance-release', release.id);
  write.record({
    kind: 'release',
    name: release.pipelineName,
    projectId: project.id,
    accesses,
    titleVerb: 'removed the flag from the release pipeline',
    description: [`Removed the flag ${flag.key} from pipeline ${release.pipelineKey}`],
    before: release,
  });
}
