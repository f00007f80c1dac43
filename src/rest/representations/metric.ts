import type { MemberSummary as Member } from '../../domain/access/actor.ts';
import type { MetricGroup } from '../../domain/metric-group.ts';
import type { Metric } from '../../domain/metric.ts';
import type { Project } from '../../domain/project.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { contains } from '../../operations/grouped-metrics.ts';
import { countOpen } from '../../operations/rollouts/metric-usage.ts';
import type { FlagHead } from '../../store/flags.ts';
import type { MetricRep } from '../../wire/rest/metric.ts';
import { apiLink, pageLink } from '../links.ts';
import { toMemberSummary } from './member.ts';
import { metricGroupLinks } from './metric-group.ts';

/** What representations of metrics show beside them: who maintains them, and all groups of the project. */
export interface MetricView {
  readonly members: ReadonlyMap<string, Member>;
  readonly groups: readonly MetricGroup[];
  /** Guarded rollouts that are on their way. */
  readonly runs: readonly RolloutRun[];
  /** Flags that metrics are attached to, by the key of the metric. */
  readonly flags: ReadonlyMap<string, readonly FlagHead[]>;
}

/** A group as its metrics show it. */
export function toGroupSummary(project: Project, group: MetricGroup) {
  const { key, name, kind } = group;
  return { key, name, kind, _links: metricGroupLinks(project.key, group) };
}

/** A flag as the metrics that are attached to it show it. */
export function toFlagListing(project: Project, { key, name }: FlagHead) {
  return {
    key,
    name,
    _links: { self: apiLink('flags', project.key, key) },
    _site: pageLink(project.key, '~', 'features', key),
  };
}

export function toMetricRep(project: Project, metric: Metric, view: MetricView): MetricRep {
  const { members, groups, runs, flags } = view;
  const { unit, eventKey, selector, percentileValue, filters, prometheus, maintainerId } = metric;
  const maintainer = members.get(maintainerId ?? '');
  const activeRollouts = countOpen(runs, metric.key);
  return {
    _links: { self: apiLink('metrics', project.key, metric.key), parent: apiLink('metrics', project.key) },
    _site: pageLink('experiments', 'metrics', metric.key, 'edit'),
    _id: metric.id,
    _versionId: metric.versionId,
    _version: metric.version,
    _creationDate: metric.createdAt,
    lastModified: { date: new Date(metric.lastModified).toISOString() },
    key: metric.key,
    name: metric.name,
    kind: metric.kind,
    description: metric.description,
    tags: [...metric.tags],
    isNumeric: metric.isNumeric,
    ...(unit !== undefined && { unit }),
    ...(eventKey !== undefined && { eventKey }),
    successCriteria: metric.successCriteria,
    ...(selector !== undefined && { selector }),
    ...(metric.urls.length > 0 && { urls: [...metric.urls] }),
    randomizationUnits: [...metric.randomizationUnits],
    unitAggregationType: metric.unitAggregationType,
    analysisType: metric.analysisType,
    ...(percentileValue !== undefined && { percentileValue }),
    eventDefault: { ...metric.eventDefault },
    ...(filters !== undefined && { filters }),
    ...(prometheus && { prometheus: { ...prometheus } }),
    ...(maintainerId !== undefined && { maintainerId }),
    ...(maintainer && { _maintainer: toMemberSummary(maintainer) }),
    archived: metric.archived,
    isActive: activeRollouts > 0,
    _attachedFlagCount: flags.get(metric.key)?.length ?? 0,
    experimentCount: 0,
    metricGroupCount: groups.filter((group) => contains(group, metric.key)).length,
    activeGuardedRolloutCount: activeRollouts,
    dataSource: { key: prometheus ? 'prometheus' : 'launchdarkly-hosted' },
  };
}
