import { type Actor, type ReleaseActor, SYSTEM } from '../../domain/access/actor.ts';
import { GROW_ROLLOUT } from '../../domain/flag/instructions/automated-releases.ts';
import type { Instruction } from '../../domain/flag/instruction.ts';
import { advanceRun, type RunEffect, type RunHappening } from '../../domain/rollout/advance-run.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { findReleaseById } from '../../store/releases.ts';
import { findRun } from '../../store/rollout-runs.ts';
import { changeFlag } from '../change-flag.ts';
import { findFlagScene, type FlagScene } from '../flag-scene.ts';
import type { Write } from '../write.ts';
import { askForGrowth, observeRolloutGates } from '../guards/rollout-gates.ts';
import { observeReadings } from '../guards/rollout-readings.ts';
import { measureRun } from './evidence.ts';
import { recordEvents } from './record-events.ts';
import { storeRun } from './store-run.ts';

/** Looks at a rollout: what the timer `look-at-rollout` does. One that is over or gone needs nothing. */
export async function lookAtRollout(write: Write, runId: string): Promise<void> {
  const found = await findRun(write.tx, runId);
  const scene = found && (await findFlagScene(write, found));
  // Whoever changes a flag and its rollouts holds the flag first; and the rollout may have moved while we waited for it.
  const run = scene && (await findRun(write.tx, runId));
  if (!run) return;
  const release = run.releaseId === undefined ? undefined : await findReleaseById(write.tx, run.releaseId);
  const gates = await observeRolloutGates(write, run, release);
  const readings = await observeReadings(write, run);
  const measured = await measureRun(write.tx, run, scene.flag);
  const evidence = {
    units: measured.units,
    metrics: new Map([...measured.metrics, ...readings.metrics]),
    isGateOpen: gates.mayGrow && readings.mayGrow,
    stopSignal: gates.stopSignal,
    isPaused: release?.pause !== undefined,
  };
  await advance(write, scene, run, { kind: 'looked', evidence });
}

/** Lets something happen to a rollout: stores what becomes of it and changes the flag accordingly, in this write. */
export async function advance(
  write: Write,
  scene: FlagScene,
  run: RolloutRun,
  happening: RunHappening,
): Promise<RolloutRun> {
  const { run: after, effects } = advanceRun(run, happening, write.now);
  if (after === run) return run;
  const stored = await storeRun(write, run, after);
  await recordEvents(write, scene, run, stored);
  for (const effect of effects) await carryOut(write, scene, stored, effect);
  return stored;
}

async function carryOut(write: Write, scene: FlagScene, run: RolloutRun, effect: RunEffect): Promise<void> {
  const place = run.ruleId === undefined ? {} : { ruleId: run.ruleId };
  switch (effect.kind) {
    case 'wake':
      write.schedule({ kind: 'look-at-rollout', subject: run.id, dueAtMs: effect.dueAtMs });
      break;
    case 'grow':
      await change(write, scene, run, { kind: GROW_ROLLOUT, allocation: effect.allocation });
      break;
    case 'serve':
      await change(write, scene, run, {
        kind: 'stopAutomatedRelease',
        finalVariationId: effect.variationId,
        ...place,
      });
      break;
    case 'askGate':
      await askForGrowth(write, run);
      break;
  }
}

async function change(write: Write, scene: FlagScene, run: RolloutRun, instruction: Instruction): Promise<void> {
  const { environment } = scene;
  await changeFlag(write, {
    ...scene,
    steps: [{ instruction, environmentKey: environment.key, at: `environments.${environment.key}.`, isDerived: true }],
    by: await actorOf(write, run),
    comment: `By the ${run.plan.kind} rollout that began at ${new Date(run.createdAt).toISOString()}`,
  });
}

/** Rollouts of a release act as that release. */
async function actorOf(write: Write, { releaseId }: RolloutRun): Promise<Actor> {
  const release = releaseId === undefined ? undefined : await findReleaseById(write.tx, releaseId);
  if (!release) return SYSTEM;
  return { kind: 'release', releaseId: release.id, pipelineName: release.pipelineName } satisfies ReleaseActor;
}
