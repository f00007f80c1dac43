import type { Caller } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import { isOpenRun, type RolloutRun } from '../../domain/rollout/run.ts';
import { readStopSignals, reasonFor, type StopSignal } from '../../domain/rollout/stop-signal.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProjectForUpdate } from '../../store/projects.ts';
import { findRun, listRuns } from '../../store/rollout-runs.ts';
import { accessIn } from '../change-flag.ts';
import { findFlagScene, type FlagScene } from '../flag-scene.ts';
import { type Deps, type Write, write } from '../write.ts';
import { advance } from './look-at-rollout.ts';

export interface StopRollouts {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly environmentKey: string;
  /** As it came. */
  readonly signal: unknown;
}

/** A rollout that was taken back. */
export interface StoppedRollout {
  readonly run: RolloutRun;
  readonly flagKey: string;
  readonly reason: string;
}

/** A rollout that is meant, and the flag as the transaction holds it. */
interface Meant extends Omit<StoppedRollout, 'flagKey'> {
  readonly scene: FlagScene;
}

/**
 * Takes rollouts of an environment back to the original, at once: those of the flags that the signal names, or all. The
 * caller must be allowed to stop each of them, or none is stopped.
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function stopRollouts(deps: Deps, request: StopRollouts): Promise<readonly StoppedRollout[]> {
  const signals = readStopSignals(request.signal);
  return write(deps, request.actor, async (write) => {
    const all = await findMeant(write, request, signals);
    authorize(request.actor, all.flatMap(accessesOf));
    const stopped: StoppedRollout[] = [];
    for (const meant of all) {
      const { scene, reason } = meant;
      const run = await advance(write, scene, meant.run, { kind: 'stopped', reason });
      write.record({
        kind: 'flag',
        name: scene.flag.name,
        projectId: scene.project.id,
        accesses: accessesOf(meant),
        titleVerb: `stopped the ${run.plan.kind} rollout of the flag`,
        description: [`Stopped from outside in ${scene.environment.name}: ${reason}`],
        before: scene.flag,
        after: scene.flag,
      });
      stopped.push({ run, flagKey: scene.flag.key, reason });
    }
    return stopped;
  });
}

async function findMeant(
  write: Write,
  { projectKey, environmentKey }: StopRollouts,
  signals: readonly StopSignal[],
): Promise<readonly Meant[]> {
  const project = await getProjectForUpdate(write.tx, projectKey);
  const environment = await getEnvironment(write.tx, project.id, environmentKey);
  for (const { flagKey, isExact } of signals) {
    if (isExact && flagKey !== undefined) await getFlag(write.tx, project.id, flagKey);
  }
  const open = await listRuns(write.tx, project.id, { environmentId: environment.id, isOpen: true });
  const meant: Meant[] = [];
  for (const { id } of open.toSorted((left, right) => (left.flagId < right.flagId ? -1 : 1))) {
    const found = await findMeantRun(write, id, signals);
    if (found) meant.push(found);
  }
  return meant;
}

async function findMeantRun(write: Write, id: string, signals: readonly StopSignal[]): Promise<Meant | undefined> {
  const found = await findRun(write.tx, id);
  const scene = found && (await findFlagScene(write, found));
  const reason = scene && reasonFor(signals, scene.flag.key);
  // The rollout may have moved while we waited for its flag.
  const run = reason === undefined ? undefined : await findRun(write.tx, id);
  return scene && reason !== undefined && run && isOpenRun(run) ? { scene, reason, run } : undefined;
}

function accessesOf({ scene, run }: Meant) {
  const { project, environments, environment, flag } = scene;
  const action = run.ruleId === undefined ? 'stopMeasuredRolloutOnFlagFallthrough' : 'stopMeasuredRolloutOnFlagRule';
  return accessIn(project, environments, flag, environment.key, action);
}
