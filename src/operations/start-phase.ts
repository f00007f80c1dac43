import { type Actor, personOf } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { type Access, specifier } from '../domain/access/resource.ts';
import { type Environment, requiresApproval } from '../domain/environment.ts';
import { InvalidRequest, MethodNotAllowed, NotFound } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import type { Release, ReleasePhase, Starter } from '../domain/release/release.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject } from '../store/projects.ts';
import { findLatestRelease } from '../store/releases.ts';
import { advanceRelease } from './advance-release.ts';
import { type Deps, write } from './write.ts';

export interface StartPhase {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly phaseId: string;
  /** Audiences that the caller has something to say about; they must be of this phase. */
  readonly audienceIds: readonly string[];
}

/**
 * Starts a phase of the flag's release: the flag changes in all environments of the phase, in one transaction. A phase
 * that is only waiting for the clock to complete the one before it is let through.
 * @throws NotFound, Forbidden, InvalidRequest when the phase cannot start, MethodNotAllowed where the environment
 * lets flags change only by approval
 */
export async function startPhase(deps: Deps, request: StartPhase): Promise<Release> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const release = await findLatestRelease(write.tx, flag.id);
    if (!release) throw new NotFound('release of flag', flag.key);
    const phase = release.phases.find(({ id }) => id === request.phaseId);
    if (!phase) throw new NotFound('release phase', request.phaseId);
    const stranger = request.audienceIds.find((id) => !phase.audiences.some((audience) => audience.id === id));
    if (stranger !== undefined)
      throw new InvalidRequest(`audiences: ${show(stranger)} is not an audience of this phase`);
    const environments = environmentsOf(await listAllEnvironments(write.tx, [project.id]), phase);
    authorize(request.actor, accessesOf(project, flag, environments));
    refuseWhereApprovalIsRequired(flag, environments);
    const isWaiting = phase.status === 'not-started';
    const settled = isWaiting ? await advanceRelease(write, project, release, { kind: 'timePassed' }) : release;
    const event = { kind: 'phaseStarted', phaseId: phase.id, by: starter(request.actor) } as const;
    return advanceRelease(write, project, settled, event);
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

function refuseWhereApprovalIsRequired(flag: Flag, environments: readonly Environment[]): void {
  const guarded = environments.find((environment) => requiresApproval(environment.approvalSettings, flag.tags));
  if (guarded) {
    throw new MethodNotAllowed(
      `Flag configuration updates require approval: environment '${guarded.key}' lets no release change its flags`,
    );
  }
}

/** A personal token acts for its member; a service token for itself. */
function starter(actor: Actor): Starter {
  const person = personOf(actor);
  if (person) return { kind: 'member', id: person.id };
  if (actor.kind !== 'token') throw new Error('only people and their tokens start phases');
  return { kind: 'token', id: actor.tokenId };
}
