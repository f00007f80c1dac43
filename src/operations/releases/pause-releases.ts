import type { Caller } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Environment } from '../../domain/environment.ts';
import { type Release, releaseState } from '../../domain/release/release.ts';
import { isOver } from '../../domain/release/transitions.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { findFlagForUpdate } from '../../store/flags.ts';
import { getProjectForUpdate } from '../../store/projects.ts';
import { findReleaseById, listActiveReleases } from '../../store/releases.ts';
import { advanceRelease } from '../advance-release.ts';
import { everywhere } from '../change-flag.ts';
import { starterOf } from '../starter-of.ts';
import { type Deps, write } from '../write.ts';

export interface PauseReleases {
  readonly actor: Caller;
  readonly projectKey: string;
  /** Only releases that have something to do there. */
  readonly environmentKey?: string | undefined;
  readonly reason?: string | undefined;
}

/** A release that was paused, and its flag. */
export interface PausedRelease {
  readonly release: Release;
  readonly flagKey: string;
}

/**
 * Pauses all running releases of a project, or those that have something to do in an environment, at once or not at all.
 * @returns those that were not paused before
 * @throws NotFound, Forbidden
 */
export async function pauseReleases(deps: Deps, request: PauseReleases): Promise<readonly PausedRelease[]> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const environment = findEnvironment(environments, request.environmentKey);
    const by = starterOf(request.actor);
    const paused: PausedRelease[] = [];
    const candidates = await listActiveReleases(write.tx, project.id);
    for (const { id, flagId } of candidates.toSorted((left, right) => (left.flagId < right.flagId ? -1 : 1))) {
      const flag = await findFlagForUpdate(write.tx, flagId);
      const release = await findReleaseById(write.tx, id);
      if (!flag || !release || !isRunning(release) || !isConcerned(release, environment)) continue;
      authorize(request.actor, everywhere(project, environments, flag, 'updateReleasePhaseStatus'));
      const after = await advanceRelease(write, project, release, { kind: 'paused', by, reason: request.reason });
      paused.push({ release: after, flagKey: flag.key });
    }
    return paused;
  });
}

function findEnvironment(environments: readonly Environment[], key: string | undefined): Environment | undefined {
  const found = environments.find((environment) => environment.key === key);
  if (key !== undefined && !found) throw new NotFound('environment', key);
  return found;
}

const isRunning = (release: Release) => releaseState(release) === 'active' && !release.isLegacy && !release.pause;

function isConcerned({ phases }: Release, environment: Environment | undefined): boolean {
  if (!environment) return true;
  const audiences = phases.flatMap((phase) => phase.audiences);
  return audiences.some(({ environmentId, status }) => environmentId === environment.id && !isOver(status));
}
