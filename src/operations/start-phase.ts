import type { Caller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { type Access, specifier } from '../domain/access/resource.ts';
import type { Environment } from '../domain/environment.ts';
import { NotFound } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import type { Project } from '../domain/project.ts';
import { requireAutomated } from '../domain/release/legacy.ts';
import type { Release, ReleasePhase } from '../domain/release/release.ts';
import { readStartSettings } from '../domain/release/start-settings.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { findLatestRelease } from '../store/releases.ts';
import { requireMembers, requireTeams } from './account/references.ts';
import { advanceRelease, lookAtRelease } from './advance-release.ts';
import { starterOf } from './starter-of.ts';
import { type Deps, write } from './write.ts';

export interface StartPhase {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly phaseId: string;
  /** What the caller has to say about some of its audiences, as it came. */
  readonly audiences: readonly unknown[];
}

/**
 * Starts a phase of the flag's release, or what is not done of it once more: the flag changes in all environments of the
 * phase, in one transaction, or approvals of that are asked for. A phase that is only waiting for the clock to complete the
 * one before it is let through.
 * @throws NotFound, Forbidden, InvalidRequest when the phase cannot start
 */
export async function startPhase(deps: Deps, request: StartPhase): Promise<Release> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const release = await findLatestRelease(write.tx, flag.id);
    if (!release) throw new NotFound('release of flag', flag.key);
    requireAutomated(release);
    const phase = release.phases.find(({ id }) => id === request.phaseId);
    if (!phase) throw new NotFound('release phase', request.phaseId);
    const environments = environmentsOf(await listAllEnvironments(write.tx, [project.id]), phase);
    authorize(request.actor, accessesOf(project, flag, environments));
    const settings = readStartSettings(phase, request.audiences);
    await requireMembers(write.tx, 'audiences', [
      ...new Set(settings.flatMap(({ notifyMemberIds = [] }) => notifyMemberIds)),
    ]);
    await requireTeams(write.tx, 'audiences', [
      ...new Set(settings.flatMap(({ notifyTeamKeys = [] }) => notifyTeamKeys)),
    ]);
    const settled = phase.status === 'not-started' ? await lookAtRelease(write, project, release) : release;
    const by = starterOf(request.actor);
    return advanceRelease(write, project, settled, { kind: 'phaseStarted', phaseId: phase.id, by, settings });
  });
}

function environmentsOf(environments: readonly Environment[], phase: ReleasePhase): readonly Environment[] {
  const ids = new Set(phase.audiences.map(({ environmentId }) => environmentId));
  return environments.filter(({ id }) => ids.has(id));
}

function accessesOf(project: Project, flag: Flag, environments: readonly Environment[]): readonly Access[] {
  return environments.map((environment) => ({
    action: 'updateReleasePhaseStatus',
    ...specifier.flag(project, environment, flag),
  }));
}
