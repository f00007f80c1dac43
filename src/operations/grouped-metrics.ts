import type { MetricGroup } from '../domain/metric-group.ts';
import { findGroupFault } from '../domain/metric-group.ts';
import type { Metric } from '../domain/metric.ts';
import { Conflict } from '../domain/errors.ts';
import type { Db } from '../store/database.ts';
import { resourceStore } from '../store/resources.ts';

/** The metrics of projects. */
export const metrics = resourceStore<Metric>('metric', 'metric');

/** The metric groups of projects. */
export const metricGroups = resourceStore<MetricGroup>('metric-group', 'metric group');

/** The groups that a metric is part of. */
export async function groupsOf(db: Db, projectId: string, metricKey: string): Promise<readonly MetricGroup[]> {
  return (await metricGroups.list(db, { projectId })).filter((group) => contains(group, metricKey));
}

/** Whether a metric is part of a group. */
export function contains(group: MetricGroup, metricKey: string): boolean {
  return group.metrics.some(({ key }) => key === metricKey);
}

/** @throws Conflict naming groups that a metric is part of */
export async function requireUngrouped(db: Db, projectId: string, metricKey: string): Promise<void> {
  const groups = await groupsOf(db, projectId, metricKey);
  if (groups.length === 0) return;
  const keys = groups.slice(0, 5).map(({ key }) => `'${key}'`);
  throw new Conflict(`Metric '${metricKey}' is in use by metric groups ${keys.join(', ')}; take it out of them first`);
}

/** @throws Conflict naming the first group that a metric would not fit into any more */
export async function requireGroupsFit(db: Db, projectId: string, changed: Metric): Promise<void> {
  const groups = await groupsOf(db, projectId, changed.key);
  if (groups.length === 0) return;
  const all = (await metrics.list(db, { projectId })).map((metric) => (metric.key === changed.key ? changed : metric));
  for (const group of groups) {
    const fault = findGroupFault(
      group.kind,
      all.filter(({ key }) => contains(group, key)),
    );
    if (fault !== undefined) throw new Conflict(`The metric would not fit into metric group '${group.key}': ${fault}`);
  }
}
