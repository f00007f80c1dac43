import { Conflict } from '../../domain/errors.ts';
import { isOpenRun, type RolloutRun } from '../../domain/rollout/run.ts';
import type { Db } from '../../store/database.ts';
import { findFlagKeys } from '../../store/flags.ts';
import { listRuns } from '../../store/rollout-runs.ts';

/** Guarded rollouts of a project that are on their way, newest first; with those that are over if `all` is asked for. */
export async function listGuardedRuns(
  db: Db,
  projectId: string,
  which: 'open' | 'all',
): Promise<readonly RolloutRun[]> {
  return listRuns(db, projectId, { kind: 'guarded', isOpen: which === 'open' ? true : undefined });
}

/** Those of some rollouts that are judged by a metric. */
export function runsOfMetric(runs: readonly RolloutRun[], metricKey: string): readonly RolloutRun[] {
  return runs.filter(({ metrics }) => metrics.some(({ key }) => key === metricKey));
}

/** How many of some rollouts are on their way and judged by a metric. */
export function countOpen(runs: readonly RolloutRun[], metricKey: string): number {
  return runsOfMetric(runs, metricKey).filter(isOpenRun).length;
}

/** How many of some rollouts are on their way and were begun with a metric group. */
export function countOpenOfGroup(runs: readonly RolloutRun[], groupKey: string): number {
  return runs.filter((run) => isOpenRun(run) && run.metrics.some((metric) => metric.groupKey === groupKey)).length;
}

/** @throws Conflict naming flags with a rollout on its way that is judged by a metric */
export async function requireUnwatched(db: Db, projectId: string, metricKey: string): Promise<void> {
  const runs = runsOfMetric(await listGuardedRuns(db, projectId, 'open'), metricKey);
  if (runs.length === 0) return;
  const keys = await findFlagKeys(
    db,
    runs.map(({ flagId }) => flagId),
  );
  const flags = keys.slice(0, 5).map((key) => `'${key}'`);
  throw new Conflict(
    `Metric '${metricKey}' is in use by guarded rollouts of flags ${flags.join(', ')}; end them first`,
  );
}
