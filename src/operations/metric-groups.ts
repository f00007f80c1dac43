import type { Caller } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import {
  createMetricGroup as makeGroup,
  findGroupFault,
  METRIC_GROUP_ACTIONS,
  type MetricGroup,
  patchMetricGroup,
} from '../domain/metric-group.ts';
import type { Project } from '../domain/project.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { requireMembers } from './account/references.ts';
import { changeSettings } from './change-settings.ts';
import { metricGroups, metrics } from './grouped-metrics.ts';
import { type Deps, type Write, write } from './write.ts';

const resourceOf = (project: Project, group: MetricGroup) => specifier.inProject(project, 'metric-group', group);

/** Whether its maintainer and its metrics are there, and whether these go together. @throws InvalidRequest */
async function check({ tx }: Write, project: Project, group: MetricGroup): Promise<void> {
  if (group.maintainerId !== undefined) await requireMembers(tx, 'maintainerId', [group.maintainerId]);
  const known = new Map((await metrics.list(tx, { projectId: project.id })).map((metric) => [metric.key, metric]));
  const found = group.metrics.map(({ key }, index) => {
    const metric = known.get(key);
    if (!metric) throw new InvalidRequest(`metrics[${index}].key: ${show(key)} is not the key of a metric`);
    return metric;
  });
  const fault = findGroupFault(group.kind, found);
  if (fault !== undefined) throw new InvalidRequest(`metrics: ${fault}`);
}

export interface CreateMetricGroup {
  readonly actor: Caller;
  readonly projectKey: string;
  /** As the request has it. */
  readonly group: unknown;
}

/** The caller maintains it, unless another member is named. @throws NotFound, InvalidRequest, Forbidden, Conflict */
export async function createMetricGroup(deps: Deps, request: CreateMetricGroup): Promise<MetricGroup> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const made = makeGroup(request.group, write);
    const group = { ...made, maintainerId: made.maintainerId ?? request.actor.member.id };
    const accesses = accessesTo(resourceOf(project, group), ['createMetricGroup']);
    authorize(request.actor, accesses);
    await check(write, project, group);
    await metricGroups.insert(write.tx, { projectId: project.id }, group);
    write.record({
      kind: 'metric-group',
      name: group.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the metric group',
      description: [`Created the metric group ${group.key}`],
      after: group,
    });
    return group;
  });
}

export interface ChangeMetricGroup {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly metricGroupKey: string;
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateMetricGroup(
  deps: Deps,
  request: ChangeMetricGroup & { readonly patch: unknown },
): Promise<MetricGroup> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const before = await metricGroups.get(write.tx, { projectId: project.id }, request.metricGroupKey);
    const after = patchMetricGroup(before, request.patch, write.now);
    return changeSettings<MetricGroup>(write, {
      kind: 'metric-group',
      name: after.name,
      projectId: project.id,
      resource: resourceOf(project, before),
      before,
      after,
      actions: METRIC_GROUP_ACTIONS,
      titleVerb: 'updated the metric group',
      check: () => check(write, project, after),
      save: metricGroups.save,
    });
  });
}

/** @throws NotFound, Forbidden */
export async function deleteMetricGroup(deps: Deps, request: ChangeMetricGroup): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const group = await metricGroups.get(write.tx, { projectId: project.id }, request.metricGroupKey);
    const accesses = accessesTo(resourceOf(project, group), ['deleteMetricGroup']);
    authorize(request.actor, accesses);
    await metricGroups.delete(write.tx, group.id);
    write.record({
      kind: 'metric-group',
      name: group.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the metric group',
      description: [`Deleted the metric group ${group.key}`],
      before: group,
    });
  });
}
