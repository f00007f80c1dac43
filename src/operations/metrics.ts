import type { Caller } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { createMetric as makeMetric, type Metric, METRIC_ACTIONS, patchMetric } from '../domain/metric.ts';
import type { Project } from '../domain/project.ts';
import { getProject, getProjectForUpdate } from '../store/projects.ts';
import { requireUnattached } from './attached-metrics.ts';
import { requireMembers } from './account/references.ts';
import { changeSettings } from './change-settings.ts';
import { metrics, requireGroupsFit, requireUngrouped } from './grouped-metrics.ts';
import { requireUnwatched } from './rollouts/metric-usage.ts';
import { refusePrivateAddress } from './webhooks/safe-request.ts';
import { type Deps, type Write, write } from './write.ts';

const resourceOf = (project: Project, metric: Metric) => specifier.inProject(project, 'metric', metric);

async function requireMaintainer({ tx }: Write, { maintainerId }: Metric): Promise<void> {
  if (maintainerId !== undefined) await requireMembers(tx, 'maintainerId', [maintainerId]);
}

function requireSourceOutside({ limits }: Write, { prometheus }: Metric): void {
  if (prometheus) refusePrivateAddress('prometheus.url', prometheus.url, limits);
}

export interface CreateMetric {
  readonly actor: Caller;
  readonly projectKey: string;
  /** As the request has it. */
  readonly metric: unknown;
}

/** The caller maintains it, unless another member is named. @throws NotFound, InvalidRequest, Forbidden, Conflict */
export async function createMetric(deps: Deps, request: CreateMetric): Promise<Metric> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const made = makeMetric(request.metric, write);
    const metric = { ...made, maintainerId: made.maintainerId ?? request.actor.member.id };
    const accesses = accessesTo(resourceOf(project, metric), ['createMetric']);
    authorize(request.actor, accesses);
    requireSourceOutside(write, metric);
    await requireMaintainer(write, metric);
    await metrics.insert(write.tx, { projectId: project.id }, metric);
    write.record({
      kind: 'metric',
      name: metric.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the metric',
      description: [`Created the metric ${metric.key}`],
      after: metric,
    });
    return metric;
  });
}

export interface ChangeMetric {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly metricKey: string;
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed, Conflict when it would not fit into its groups */
export async function updateMetric(deps: Deps, request: ChangeMetric & { readonly patch: unknown }): Promise<Metric> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const before = await metrics.get(write.tx, { projectId: project.id }, request.metricKey);
    const after = patchMetric(before, request.patch, write);
    return changeSettings<Metric>(write, {
      kind: 'metric',
      name: after.name,
      projectId: project.id,
      resource: resourceOf(project, before),
      before,
      after,
      actions: METRIC_ACTIONS,
      titleVerb: 'updated the metric',
      check: async () => {
        if (after.prometheus?.url !== before.prometheus?.url) requireSourceOutside(write, after);
        await requireMaintainer(write, after);
        await requireGroupsFit(write.tx, project.id, after);
      },
      save: metrics.save,
    });
  });
}

/** @throws NotFound, Forbidden, Conflict while a metric group, a flag, a pipeline or a rollout needs it */
export async function deleteMetric(deps: Deps, request: ChangeMetric): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const metric = await metrics.get(write.tx, { projectId: project.id }, request.metricKey);
    const accesses = accessesTo(resourceOf(project, metric), ['deleteMetric']);
    authorize(request.actor, accesses);
    await requireUngrouped(write.tx, project.id, metric.key);
    await requireUnattached(write.tx, project.id, metric.key);
    await requireUnwatched(write.tx, project.id, metric.key);
    await metrics.delete(write.tx, metric.id);
    write.record({
      kind: 'metric',
      name: metric.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the metric',
      description: [`Deleted the metric ${metric.key}`],
      before: metric,
    });
  });
}
