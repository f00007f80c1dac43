import type { MemberSummary } from '../../domain/access/actor.ts';
import type { GroupedMetric, MetricGroup } from '../../domain/metric-group.ts';
import type { Metric } from '../../domain/metric.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { countOpenOfGroup } from '../../operations/rollouts/metric-usage.ts';
import type { MetricGroupRep } from '../../wire/rest/metric-group.ts';
import { apiLink } from '../links.ts';
import { toMemberSummary } from './member.ts';

/** What a representation of a group shows beside the group itself. */
export interface MetricGroupView {
  readonly projectKey: string;
  /** By key. */
  readonly metrics: ReadonlyMap<string, Metric>;
  /** By id. */
  readonly members: ReadonlyMap<string, MemberSummary>;
  /** Guarded rollouts that are on their way. */
  readonly runs: readonly RolloutRun[];
}

export function toMetricGroupRep(group: MetricGroup, view: MetricGroupView): MetricGroupRep {
  const { projectKey, members } = view;
  const maintainer = members.get(group.maintainerId ?? '');
  return {
    _id: group.id,
    _version: group.version,
    _links: metricGroupLinks(projectKey, group),
    _creationDate: group.createdAt,
    _lastModified: group.lastModified,
    key: group.key,
    name: group.name,
    kind: group.kind,
    description: group.description,
    tags: [...group.tags],
    maintainer: { ...(maintainer && { member: toMemberSummary(maintainer) }) },
    metrics: group.metrics.flatMap((grouped) => toMetricInGroup(grouped, view)),
    activeGuardedRolloutCount: countOpenOfGroup(view.runs, group.key),
  };
}

/** Where a group is. */
export function metricGroupLinks(projectKey: string, { key }: MetricGroup) {
  return { self: apiLink('projects', projectKey, 'metric-groups', key), parent: apiLink('projects', projectKey) };
}

function toMetricInGroup(
  { key, nameInGroup }: GroupedMetric,
  { projectKey, metrics }: MetricGroupView,
): MetricGroupRep['metrics'] {
  const metric = metrics.get(key);
  if (!metric) return [];
  return [
    {
      key,
      _versionId: metric.versionId,
      name: metric.name,
      kind: metric.kind,
      isNumeric: metric.isNumeric,
      unitAggregationType: metric.unitAggregationType,
      ...(metric.eventKey !== undefined && { eventKey: metric.eventKey }),
      randomizationUnits: [...metric.randomizationUnits],
      ...(nameInGroup !== undefined && { nameInGroup }),
      _links: { self: apiLink('metrics', projectKey, key) },
    },
  ];
}
