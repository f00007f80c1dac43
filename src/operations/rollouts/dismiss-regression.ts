import type { Caller } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import { NotFound } from '../../domain/errors.ts';
import { findRun } from '../../store/rollout-runs.ts';
import { findScene } from '../flag-scene.ts';
import { type Deps, write } from '../write.ts';
import { findRollout, requireMetric, type RolloutPlace } from './find-rollout.ts';
import { advance } from './look-at-rollout.ts';
import { stopAccess } from './rollout-access.ts';

export interface DismissRegression extends RolloutPlace {
  readonly actor: Caller;
  readonly metricKey: string;
}

/**
 * Says that the regression of a metric is none, so that the rollout goes on (docs/wire/guarded-rollouts.md, "Judging").
 * @throws NotFound, Forbidden, InvalidRequest when the metric has not regressed
 */
export async function dismissRegression(deps: Deps, request: DismissRegression): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const found = await findRollout(write.tx, request);
    const scene = await findScene(write, found.run);
    // Whoever changes a rollout holds its flag first; and it may have moved while we waited for that.
    const run = scene && (await findRun(write.tx, found.run.id));
    if (!run) throw new NotFound('automated release', request.rolloutId);
    authorize(request.actor, stopAccess(scene, run));
    requireMetric(run, request.metricKey);
    await advance(write, scene, run, { kind: 'dismissed', metricKey: request.metricKey });
  });
}
