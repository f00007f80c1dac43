import type { Caller } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import { Conflict, InvalidRequest, NotFound } from '../../domain/errors.ts';
import { semanticSteps } from '../../domain/flag/apply-instructions.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import type { Project } from '../../domain/project.ts';
import type { ReleaseEvent } from '../../domain/release/events.ts';
import { requireAutomated } from '../../domain/release/legacy.ts';
import { type Release, releaseState } from '../../domain/release/release.ts';
import { planUndo, type UndoConflict } from '../../domain/release/undo.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getFlagForUpdate } from '../../store/flags.ts';
import { getProjectForUpdate } from '../../store/projects.ts';
import { listReleaseChanges } from '../../store/release-changes.ts';
import { findLatestRelease, findReleaseById } from '../../store/releases.ts';
import { advanceRelease } from '../advance-release.ts';
import { changeFlag, everywhere } from '../change-flag.ts';
import { starterOf } from '../starter-of.ts';
import { type Deps, type Write, write } from '../write.ts';

/** What people may do with a release besides starting its phases. */
export type Steering = 'pause' | 'resume' | 'cancel' | 'rollback';

export interface SteerRelease {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly steering: Steering;
  /** Why a release is paused. */
  readonly reason?: string | undefined;
}

const ACTIONS: Readonly<Record<Steering, readonly string[]>> = {
  pause: ['updateReleasePhaseStatus'],
  resume: ['updateReleasePhaseStatus'],
  cancel: ['removeReleasePipeline'],
  rollback: ['removeReleasePipeline', 'updateReleasePhaseStatus'],
};

/**
 * Pauses a release, lets it go on, ends it where it is, or takes back all that it has changed
 * (docs/wire/releases.md, "Steer a release").
 * @throws NotFound, Forbidden, InvalidRequest when the release is over or legacy, Conflict naming what others have changed
 */
export async function steerRelease(deps: Deps, request: SteerRelease): Promise<Release> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const release = await findLatestRelease(write.tx, flag.id);
    if (!release) throw new NotFound('release of flag', flag.key);
    requireAutomated(release);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    authorize(
      request.actor,
      ACTIONS[request.steering].flatMap((action) => everywhere(project, environments, flag, action)),
    );
    if (request.steering === 'rollback') return rollBack(write, project, flag, release);
    if (releaseState(release) !== 'active') {
      throw new InvalidRequest(`release of ${flag.key}: expected one on its way, but it is ${releaseState(release)}`);
    }
    return advanceRelease(write, project, release, eventOf(request));
  });
}

function eventOf({ steering, actor, reason }: SteerRelease): ReleaseEvent {
  if (steering === 'pause') return { kind: 'paused', by: starterOf(actor), reason };
  return steering === 'resume' ? { kind: 'resumed' } : { kind: 'canceled' };
}

async function rollBack(write: Write, project: Project, flag: Flag, release: Release): Promise<Release> {
  if (release.rolledBackAt !== undefined) throw new InvalidRequest('This release has been taken back already');
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const changes = await listReleaseChanges(write.tx, release.id);
  const { steps, conflicts } = planUndo(flag, changes, environmentsBackwards(release));
  if (conflicts.length > 0) throw new Conflict(conflictWords(flag, conflicts));
  for (const { environmentKey, instructions } of steps) {
    const held = await getFlagForUpdate(write.tx, project.id, flag.key);
    await changeFlag(write, {
      project,
      environments,
      flag: held,
      by: { kind: 'release', releaseId: release.id, pipelineName: release.pipelineName },
      steps: semanticSteps({ environmentKey, instructions }),
      comment: `Took back the release "${release.pipelineName}"`,
    });
  }
  const current = (await findReleaseById(write.tx, release.id)) ?? release;
  return advanceRelease(write, project, current, { kind: 'rolledBack' });
}

/** The environments of a release, those of its last phase first. */
function environmentsBackwards({ phases }: Release): readonly string[] {
  return [
    ...new Set(phases.toReversed().flatMap(({ audiences }) => audiences.map(({ environmentId }) => environmentId))),
  ];
}

function conflictWords(flag: Flag, conflicts: readonly UndoConflict[]): string {
  const words: Readonly<Record<string, string>> = { on: 'whether it is on', fallthrough: 'its default rule' };
  const parts = conflicts.map(({ environmentKey, part }) => `${words[part] ?? `its ${part}`} in ${environmentKey}`);
  return `Flag ${flag.key} has been changed by others since the release: ${parts.join(', ')}; change it by hand, or restore these parts first`;
}
