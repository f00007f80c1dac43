import type { Project } from '../domain/project.ts';
import type { RolloutRun } from '../domain/rollout/run.ts';
import { runsOfMetric } from '../operations/rollouts/metric-usage.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagHeads } from '../store/flags.ts';
import type { MetricRep } from '../wire/rest/metric.ts';
import { listWords } from './flag-query.ts';
import { toDependentRollout } from './representations/automated-release.ts';

type RolloutParts = Pick<MetricRep, 'guardedRollouts' | 'guardedRolloutCount' | 'lastUsedInGuardedRollout'>;

const PARTS: readonly string[] = ['guardedRollouts', 'guardedRolloutCount', 'lastUsedInGuardedRollout'];

/**
 * What `expand` adds to metrics about the guarded rollouts that they judge or judged.
 * @param runs guarded rollouts of the project, newest first
 * @returns a function that makes these parts for the key of a metric
 */
export async function rolloutViews(
  db: Db,
  project: Project,
  runs: readonly RolloutRun[],
  expand: string | undefined,
): Promise<(metricKey: string) => RolloutParts> {
  const wanted = new Set(listWords(expand));
  if (!PARTS.some((part) => wanted.has(part))) return () => ({});
  const environments = new Map((await listAllEnvironments(db, [project.id])).map((one) => [one.id, one]));
  const flags = await findFlagHeads(
    db,
    runs.map(({ flagId }) => flagId),
  );
  return (metricKey) => {
    const rollouts = runsOfMetric(runs, metricKey).flatMap((run) => {
      const flag = flags.get(run.flagId);
      const environment = environments.get(run.environmentId);
      return flag && environment ? toDependentRollout(run, { projectKey: project.key, flag, environment }) : [];
    });
    return {
      ...(wanted.has('guardedRollouts') && { guardedRollouts: rollouts }),
      ...(wanted.has('guardedRolloutCount') && { guardedRolloutCount: rollouts.length }),
      ...(wanted.has('lastUsedInGuardedRollout') && rollouts[0] && { lastUsedInGuardedRollout: rollouts[0] }),
    };
  };
}
