import { SYSTEM } from '../../domain/access/actor.ts';
import { afterAnswer, type GateCheck } from '../../domain/release/gate-check.ts';
import { releaseState } from '../../domain/release/release.ts';
import type { ReleasePhase } from '../../domain/release/release.ts';
import { isWatched, type RolloutRun } from '../../domain/rollout/run.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { findFlagKeys } from '../../store/flags.ts';
import { claimDueGateCheck, deleteGateCheck, saveGateCheck } from '../../store/gate-checks.ts';
import { findProjectById } from '../../store/projects.ts';
import { findReleaseById } from '../../store/releases.ts';
import { findRun } from '../../store/rollout-runs.ts';
import { sendJson } from '../webhooks/safe-request.ts';
import { type Deps, write } from '../write.ts';
import { within } from './within.ts';

/** How much longer than its time-out one process has a check to itself. */
const LEASE_MS = 60_000;
/** How often gates of a paused release are looked at. */
const WHILE_PAUSED_MS = 5_000;

/** Something that is taken, and can be done outside of any transaction until a signal says to stop. */
export type Taken = (stop: AbortSignal) => Promise<void>;

/**
 * Takes one gate that is due to be asked; nobody else asks it meanwhile. Asking it stores the answer, and wakes the release
 * or the rollout that waits for it once the gate agrees.
 * @returns undefined when none is due
 */
export async function takeGateCheck(deps: Deps): Promise<Taken | undefined> {
  const { database, clock } = deps;
  const check = await database.transaction((tx) =>
    claimDueGateCheck(database, tx, { now: clock.now(), leaseMs: LEASE_MS }),
  );
  return check && ((stop) => ask(deps, check, stop));
}

async function ask(deps: Deps, check: GateCheck, stop: AbortSignal): Promise<void> {
  const { clock, limits } = deps;
  const question = await questionOf(deps, check);
  if (question === 'moot') return write(deps, SYSTEM, ({ tx }) => deleteGateCheck(tx, check));
  if (question === 'later') {
    const later = { ...check, dueAt: clock.now() + WHILE_PAUSED_MS };
    await write(deps, SYSTEM, ({ tx }) => saveGateCheck(tx, later));
    return;
  }
  const answer = await deps.tracer.root('gate check', { 'slipway.gate': check.kind }, () =>
    within({ clock, timeoutMs: check.timeoutMs, stop }, (signal) =>
      sendJson(check.url, JSON.stringify(question), { ...limits, signal }),
    ),
  );
  const now = clock.now();
  const after = stop.aborted ? { ...check, dueAt: now } : afterAnswer(check, answer, now);
  if (!stop.aborted) deps.observer.gateAsked(check.kind, outcomeOf(after));
  await write(deps, SYSTEM, async (write) => {
    const isWaitedFor = await saveGateCheck(write.tx, after);
    if (!isWaitedFor || after.state !== 'agreed') return;
    const { runId, releaseId } = check;
    const waiting =
      runId === undefined
        ? ({ kind: 'advance-release', subject: releaseId } as const)
        : ({ kind: 'look-at-rollout', subject: runId } as const);
    write.schedule({ ...waiting, dueAtMs: now });
  });
}

function outcomeOf({ state, lastStatus }: GateCheck): 'agreed' | 'not yet' | 'no answer' {
  if (state === 'agreed') return 'agreed';
  return lastStatus === undefined ? 'no answer' : 'not yet';
}

/**
 * What a gate is sent (docs/wire/gates.md); `moot` when nobody waits for its answer any more, `later` while its release is
 * paused, unless harm is to be acted upon.
 */
async function questionOf({ database }: Deps, check: GateCheck) {
  const { db } = database;
  const release = await findReleaseById(db, check.releaseId);
  const phase = release?.phases.find(({ id }) => id === check.phaseId);
  if (!release || !phase || releaseState(release) !== 'active') return 'moot';
  const run = check.runId === undefined ? undefined : await findRun(db, check.runId);
  if (!isWaitedFor(check, phase, run)) return 'moot';
  if (release.pause && check.kind !== 'rollback') return 'later';
  const project = await findProjectById(db, release.projectId);
  const [flagKey] = await findFlagKeys(db, [release.flagId]);
  if (!project || flagKey === undefined) return 'moot';
  const ids = run ? [run.environmentId] : phase.audiences.map(({ environmentId }) => environmentId);
  const environments = (await listAllEnvironments(db, [project.id])).filter(({ id }) => ids.includes(id));
  return {
    name: check.kind,
    project: project.key,
    flag: flagKey,
    environments: environments.map(({ key }) => key),
    variation: release.variationId,
    release: release.id,
    releasePipeline: release.pipelineKey,
    phase: phase.name,
    ...(run && { rollout: run.id, stage: run.stageIndex, allocation: run.plan.stages[run.stageIndex]?.allocation }),
  };
}

function isWaitedFor(check: GateCheck, phase: ReleasePhase, run: RolloutRun | undefined): boolean {
  if (check.runId === undefined) return phase.gate?.kind === check.kind && phase.gate.since === check.openedAt;
  if (!run || !isWatched(run)) return false;
  return check.kind === 'rollback' || check.step === run.stageIndex;
}
