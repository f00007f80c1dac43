import { InvalidRequest } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { PARK_ROLLOUT } from '../domain/flag/instructions/automated-releases.ts';
import type { Project } from '../domain/project.ts';
import { advance } from '../domain/release/advance.ts';
import { NOTHING_OBSERVED, type ReleaseEffect, type ReleaseEvent } from '../domain/release/events.ts';
import { type Release, releaseState } from '../domain/release/release.ts';
import { findApprovalForUpdate, saveApproval } from '../store/approvals.ts';
import { findFlagForUpdate } from '../store/flags.ts';
import { findProjectById } from '../store/projects.ts';
import { findLatestRelease, findReleaseById, insertRelease, saveRelease } from '../store/releases.ts';
import { findRun } from '../store/rollout-runs.ts';
import { isOpen } from '../domain/approval.ts';
import { isOpenRun } from '../domain/rollout/run.ts';
import { changeFlag } from './change-flag.ts';
import { findFlagScene } from './flag-scene.ts';
import { askPhaseGates } from './guards/phase-gates.ts';
import { applyAudience } from './releases/apply-audience.ts';
import { observeRelease } from './releases/observe-release.ts';
import { recordProgress } from './releases/record-progress.ts';
import type { Write } from './write.ts';

/**
 * Lets something happen to a release: stores what becomes of it and carries out what follows, in this write.
 * @throws InvalidRequest when a person asks for what is not possible: a start is made for all audiences or for none
 */
export async function advanceRelease(
  write: Write,
  project: Project,
  release: Release,
  event: ReleaseEvent,
): Promise<Release> {
  const { release: first, effects } = advance(release, event, write.now);
  const after = await carryOutAll(write, first, effects, event.kind === 'phaseStarted');
  if (after === release) return release;
  const stored = { ...after, version: release.version + 1 };
  await saveRelease(write.tx, stored);
  await recordProgress(write, project, release, stored);
  return stored;
}

/** Stores a new release of a pipeline and lets it begin. */
export async function beginRelease(
  write: Write,
  project: Project,
  created: Release,
  pipelineId: string,
): Promise<Release> {
  const { release, effects } = created.isLegacy
    ? { release: created, effects: [] }
    : advance(created, { kind: 'created' }, write.now);
  await insertRelease(write.tx, release, pipelineId);
  const after = await carryOutAll(write, release, effects, false);
  if (after === release) return release;
  const stored = { ...after, version: release.version + 1 };
  await saveRelease(write.tx, stored);
  await recordProgress(write, project, created, stored);
  return stored;
}

/** Looks at the world for a release: what the timer `advance-release` does. A release that is gone needs nothing. */
export async function advanceReleaseInTime(write: Write, releaseId: string): Promise<void> {
  const found = await findReleaseById(write.tx, releaseId);
  if (!found) return;
  // Whoever changes a flag and its release holds the flag first; and the release may have moved while we waited for it.
  await findFlagForUpdate(write.tx, found.flagId);
  const release = await findReleaseById(write.tx, releaseId);
  if (!release) return;
  const project = await findProjectById(write.tx, release.projectId);
  if (project) await lookAtRelease(write, project, release);
}

/** Lets a release see what has become of everything that it waits for, and go on. */
export async function lookAtRelease(write: Write, project: Project, release: Release): Promise<Release> {
  const seen = releaseState(release) === 'active' ? await observeRelease(write, release) : NOTHING_OBSERVED;
  return advanceRelease(write, project, release, { kind: 'looked', seen });
}

/** Cancels the flag's release if it is on its way. */
export async function cancelRelease(write: Write, project: Project, flag: Flag): Promise<void> {
  const release = await findLatestRelease(write.tx, flag.id);
  if (release && releaseState(release) === 'active') {
    await advanceRelease(write, project, release, { kind: 'canceled' });
  }
}

/**
 * Carries out effects, and what follows from their outcomes. The transaction that stores the release is theirs too.
 * @param isStrict whether an audience that cannot be released to is an error instead of an outcome
 */
async function carryOutAll(
  write: Write,
  release: Release,
  effects: readonly ReleaseEffect[],
  isStrict: boolean,
): Promise<Release> {
  let current = release;
  const queue = [...effects];
  for (let effect = queue.shift(); effect; effect = queue.shift()) {
    const answer = await carryOut(write, current, effect);
    if (!answer) continue;
    if (isStrict && answer.kind === 'audienceFailed') throw new InvalidRequest(answer.reason);
    const next = advance(current, answer, write.now);
    current = next.release;
    queue.push(...next.effects);
  }
  return current;
}

async function carryOut(write: Write, release: Release, effect: ReleaseEffect): Promise<ReleaseEvent | undefined> {
  switch (effect.kind) {
    case 'wake':
      write.schedule({ kind: 'advance-release', subject: release.id, dueAtMs: effect.dueAtMs });
      return undefined;
    case 'releaseToAudience': {
      const phase = release.phases.find(({ id }) => id === effect.phaseId);
      const audience = phase?.audiences.find(({ id }) => id === effect.audienceId);
      // An answer before this one may have asked for the same once more.
      if (!phase || audience?.status !== 'ready-to-start') return undefined;
      return applyAudience(write, { release, phase, audience });
    }
    case 'closeApproval':
      return closeApproval(write, effect.approvalId);
    case 'parkRollout':
      return parkRollout(write, release, effect.rolloutId);
    case 'askGates':
      await askPhaseGates(write, release, effect.phaseId);
      return undefined;
  }
}

async function closeApproval(write: Write, approvalId: string): Promise<undefined> {
  const request = await findApprovalForUpdate(write.tx, approvalId);
  if (!request || !isOpen(request)) return;
  await saveApproval(write.tx, { ...request, status: 'superseded', version: request.version + 1 }, 'pending');
}

async function parkRollout(write: Write, release: Release, rolloutId: string): Promise<undefined> {
  const run = await findRun(write.tx, rolloutId);
  const scene = run && isOpenRun(run) ? await findFlagScene(write, run) : undefined;
  if (!scene) return;
  const environmentKey = scene.environment.key;
  await changeFlag(write, {
    ...scene,
    steps: [
      { instruction: { kind: PARK_ROLLOUT }, environmentKey, at: `environments.${environmentKey}.`, isDerived: true },
    ],
    by: { kind: 'release', releaseId: release.id, pipelineName: release.pipelineName },
    comment: `The release "${release.pipelineName}" has ended`,
  });
}
