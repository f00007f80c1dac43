import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import type { Access } from '../domain/access/resource.ts';
import { NotFound } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import { tickPhases as tick } from '../domain/release/legacy.ts';
import type { Release, ReleasePhase } from '../domain/release/release.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { findLatestRelease, saveRelease } from '../store/releases.ts';
import { everywhere } from './change-flag.ts';
import { starterOf } from './starter-of.ts';
import { type Deps, type Write, write } from './write.ts';

export interface TickPhases {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  /** A JSON patch of what is complete. */
  readonly patch: unknown;
}

/**
 * Marks phases of a flag's legacy release complete or incomplete; the flag itself does not change.
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function tickPhases(deps: Deps, request: TickPhases): Promise<Release> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const before = await findLatestRelease(write.tx, flag.id);
    if (!before) throw new NotFound('release of flag', flag.key);
    const after = tick(before, request.patch, starterOf(request.actor), write.now);
    if (after === before) return before;
    const changed = after.phases.filter(({ completedAt }, index) => completedAt !== before.phases[index]?.completedAt);
    const accesses = await accessesOf(write, project, flag, changed);
    authorize(request.actor, accesses);
    await saveRelease(write.tx, after);
    write.record({
      kind: 'release',
      name: after.pipelineName,
      projectId: project.id,
      accesses,
      titleVerb: 'marked phases of the release',
      description: changed.map(
        ({ name, status }) => `Marked phase ${show(name)} ${status === 'completed' ? 'complete' : 'incomplete'}`,
      ),
      before,
      after,
    });
    return after;
  });
}

/** Whoever ticks a phase off needs the right in all its environments; in those of the flag when it has lost its own. */
async function accessesOf(
  { tx }: Write,
  project: Project,
  flag: Flag,
  phases: readonly ReleasePhase[],
): Promise<readonly Access[]> {
  const environments = await listAllEnvironments(tx, [project.id]);
  const ids = new Set(phases.flatMap(({ audiences }) => audiences.map(({ environmentId }) => environmentId)));
  const own = environments.filter(({ id }) => ids.has(id));
  return everywhere(project, own.length > 0 ? own : environments, flag, 'updateReleasePhaseCompleted');
}
