import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/clock.ts';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { createPipeline } from '../../src/operations/create-pipeline.ts';
import { addToPipeline } from '../../src/operations/create-release.ts';
import { write } from '../../src/operations/write.ts';
import type { Slipway } from '../../src/slipway.ts';
import { listAllFlags } from '../../src/store/flags.ts';
import { getProjectForUpdate } from '../../src/store/projects.ts';
import { serve } from '../support/child.ts';
import { createFlags, openSlipway } from '../support/slipway.ts';

/** How fast a backlog of releases was worked off. */
export interface BacklogReady {
  readonly perSecond: number;
  readonly cpuMilliseconds: number;
}

const BAKE_TIME_MS = 60 * 60 * 1000;
const LOOK_MS = 50;

/**
 * Releases whose bake time has ended while nobody looked, and the loop of the service that finds them all due at once:
 * each completes a phase, changes its flag in production and is complete.
 */
serve(async ({ releases }: { releases: number }): Promise<BacklogReady> => {
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const slipway = await openSlipway(undefined, clock);
  await createFlags(slipway, releases);
  await startReleases(slipway);
  await until(async () => (await count(slipway, 'active')) === releases);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  aheadMs = 2 * BAKE_TIME_MS;
  await until(async () => (await count(slipway, 'completed')) === releases);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { perSecond: releases / seconds, cpuMilliseconds: (user + system) / 1000 / releases };
});

async function startReleases(slipway: Slipway): Promise<void> {
  const phase = (name: string, environmentKey: string, bakeTimeDurationMs: number) => ({
    name,
    configuration: { startAutomatically: true, bakeTimeDurationMs },
    audiences: [
      {
        name,
        environmentKey,
        configuration: { releaseStrategy: 'immediate-rollout', requireApproval: false },
      },
    ],
  });
  const phases = [phase('Test', 'test', BAKE_TIME_MS), phase('Production', 'production', 0)];
  const pipeline = { key: 'bench', name: 'Bench', phases };
  await createPipeline(slipway, { actor: SYSTEM, projectKey: 'default', pipeline });
  await write(slipway, SYSTEM, async (write) => {
    const project = await getProjectForUpdate(write.tx, 'default');
    for (const flag of await listAllFlags(write.tx, project.id)) {
      await addToPipeline(write, { project, flag, pipelineKey: pipeline.key });
    }
  });
}

async function count({ database }: Slipway, state: 'active' | 'completed'): Promise<number> {
  const rows = database.db.selectFrom('releases').select(({ fn }) => fn.countAll<number>().as('count'));
  return (await rows.where('state', '=', state).executeTakeFirstOrThrow()).count;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(LOOK_MS);
}
