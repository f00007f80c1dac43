import type { ReleaseActor } from '../domain/access/actor.ts';
import { semanticSteps } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import type { Project } from '../domain/project.ts';
import { type Advance, advance, type ReleaseEffect, type ReleaseEvent } from '../domain/release/advance.ts';
import { planImmediateRelease } from '../domain/release/plan-audience.ts';
import { type Release, releaseState } from '../domain/release/release.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagForUpdate } from '../store/flags.ts';
import { findProjectById } from '../store/projects.ts';
import { findLatestRelease, findReleaseById, saveRelease } from '../store/releases.ts';
import { changeFlag } from './change-flag.ts';
import type { Write } from './write.ts';

/** Lets something happen to a release: stores what becomes of it and carries out what follows, in this write. */
export async function advanceRelease(
  write: Write,
  project: Project,
  release: Release,
  event: ReleaseEvent,
): Promise<Release> {
  const advanced = advance(release, event, write.now);
  if (advanced.release !== release) await saveRelease(write.tx, advanced.release);
  recordProgress(write, project, release, advanced.release);
  await carryOut(write, project, advanced);
  return advanced.release;
}

/** Looks at the clock for a release: what the timer `advance-release` does. A release that is gone needs nothing. */
export async function advanceReleaseInTime(write: Write, releaseId: string): Promise<void> {
  const found = await findReleaseById(write.tx, releaseId);
  if (!found) return;
  // Whoever changes a flag and its release holds the flag first; and the release may have moved while we waited for it.
  await findFlagForUpdate(write.tx, found.flagId);
  const release = await findReleaseById(write.tx, releaseId);
  if (!release) return;
  const project = await findProjectById(write.tx, release.projectId);
  if (project) await advanceRelease(write, project, release, { kind: 'timePassed' });
}

/** Cancels the flag's release if it is on its way. */
export async function cancelRelease(write: Write, project: Project, flag: Flag): Promise<void> {
  const release = await findLatestRelease(write.tx, flag.id);
  if (release && releaseState(release) === 'active') {
    await advanceRelease(write, project, release, { kind: 'canceled' });
  }
}

/** Carries out the effects of an event. The transaction that stores the release is theirs too. */
export async function carryOut(write: Write, project: Project, { release, effects }: Advance): Promise<void> {
  for (const effect of effects) {
    switch (effect.kind) {
      case 'wake':
        write.schedule({ kind: 'advance-release', subject: release.id, dueAtMs: effect.dueAtMs });
        break;
      case 'releaseToAudience':
        await releaseToAudience(write, project, release, effect);
        break;
    }
  }
}

async function releaseToAudience(
  write: Write,
  project: Project,
  release: Release,
  { phase, audience }: Extract<ReleaseEffect, { kind: 'releaseToAudience' }>,
): Promise<void> {
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const environment = environments.find(({ id }) => id === audience.environmentId);
  const flag = await findFlagForUpdate(write.tx, release.flagId);
  if (!flag || !environment) throw new Error(`release ${release.id} lost its flag or environment in mid-write`);
  const by: ReleaseActor = { kind: 'release', releaseId: release.id, pipelineName: release.pipelineName };
  await changeFlag(write, {
    project,
    environments,
    flag,
    by,
    steps: semanticSteps({
      environmentKey: environment.key,
      instructions: planImmediateRelease(release.variationId),
    }),
    comment: `Started phase "${phase.name}" of release "${release.pipelineName}"`,
  });
}

/** One audit entry for every event that moved the release, in words about its phases. */
function recordProgress(write: Write, project: Project, before: Release, after: Release): void {
  if (before === after) return;
  const phases = after.phases.flatMap((phase, index) => {
    const words = {
      'not-started': undefined,
      'ready-to-start': 'is ready to start',
      active: 'was started',
      completed: 'is complete',
    };
    const isMoved = phase.status !== before.phases[index]?.status;
    return isMoved && words[phase.status] ? [`Phase "${phase.name}" ${words[phase.status]}`] : [];
  });
  const state = releaseState(after);
  const ending =
    state === releaseState(before)
      ? []
      : [state === 'canceled' ? 'The release was canceled' : 'The release is complete'];
  write.record({
    kind: 'release',
    name: after.pipelineName,
    projectId: project.id,
    accesses: [],
    titleVerb: 'advanced the release',
    description: [...phases, ...ending],
    before,
    after,
  });
}
