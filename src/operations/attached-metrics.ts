import { authorize } from '../domain/access/can.ts';
import type { Caller } from '../domain/access/actor.ts';
import { Conflict, InvalidRequest } from '../domain/errors.ts';
import { Fields } from '../domain/fields.ts';
import { jsonEquals, show } from '../domain/json.ts';
import { listAllEnvironments } from '../store/environments.ts';
import type { Db } from '../store/database.ts';
import { findFlagHeads, findFlagKeys, type FlagHead, getFlagForUpdate } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { listPipelines } from '../store/release-pipelines.ts';
import { type Resource, resourceStore } from '../store/resources.ts';
import { everywhere } from './change-flag.ts';
import { metrics } from './grouped-metrics.ts';
import { type Deps, type Write, write } from './write.ts';

/** The metrics that guarded rollouts of a flag are judged by; each flag has one at the most. */
interface AttachedMetrics extends Resource {
  readonly metricKeys: readonly string[];
}

const attachments = resourceStore<AttachedMetrics>('measured-rollout', 'measured rollout configuration');
const KEY = 'metrics';
const MAX_METRICS = 50;

/** Keys of the metrics that are attached to a flag for guarded rollouts, in the order in which they were sent. */
export async function attachedMetricKeys(db: Db, flagId: string): Promise<readonly string[]> {
  const [attached] = await attachments.listIn(db, { flagId });
  return attached?.resource.metricKeys ?? [];
}

/** The flags that each metric of a project is attached to, by the key of the metric. */
export async function flagsByMetric(db: Db, projectId: string): Promise<ReadonlyMap<string, readonly FlagHead[]>> {
  const all = await attachments.listIn(db, { projectId });
  const heads = await findFlagHeads(
    db,
    all.flatMap(({ place }) => place.flagId ?? []),
  );
  const pairs = all.flatMap(({ resource, place }) => {
    const flag = heads.get(place.flagId ?? '');
    return flag ? resource.metricKeys.map((metricKey) => ({ metricKey, flag })) : [];
  });
  const byMetric = Map.groupBy(pairs, ({ metricKey }) => metricKey);
  return new Map([...byMetric].map(([metricKey, found]) => [metricKey, found.map(({ flag }) => flag)]));
}

export interface AttachMetrics {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly flagKey: string;
  /** As it came. */
  readonly body: unknown;
}

/**
 * Attaches metrics to a flag, in the place of those that were.
 * @returns their keys
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function attachMetrics(deps: Deps, request: AttachMetrics): Promise<readonly string[]> {
  const metricKeys = readMetricKeys(new Fields(request.body, ''));
  return write(deps, request.actor, async (write) => {
    // Whoever deletes a metric holds the project too.
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const place = { projectId: project.id, flagId: flag.id };
    const before = await attachments.find(write.tx, place, KEY);
    if (jsonEquals(before?.metricKeys ?? [], metricKeys)) return metricKeys;
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const accesses = everywhere(project, environments, flag, 'updateMeasuredRolloutConfiguration');
    authorize(request.actor, accesses);
    await requireMetrics(write, project.id, metricKeys);
    if (before) await attachments.save(write.tx, { ...before, metricKeys, version: before.version + 1 });
    else {
      const identity = { id: write.ids.objectId(), key: KEY, version: 1, createdAt: write.now };
      await attachments.insert(write.tx, place, { ...identity, metricKeys });
    }
    write.record({
      kind: 'flag',
      name: flag.name,
      projectId: project.id,
      accesses,
      titleVerb: 'changed the metrics of guarded rollouts of the flag',
      description: [`Changed the attached metrics from ${show(before?.metricKeys ?? [])} to ${show(metricKeys)}`],
    });
    return metricKeys;
  });
}

function readMetricKeys(fields: Fields): readonly string[] {
  const keys = [...new Set(fields.strings('metricKeys'))];
  return keys.length <= MAX_METRICS ? keys : fields.fail('metricKeys', `at most ${MAX_METRICS} metrics`);
}

async function requireMetrics({ tx }: Write, projectId: string, metricKeys: readonly string[]): Promise<void> {
  const known = new Set((await metrics.list(tx, { projectId })).map(({ key }) => key));
  for (const [index, key] of metricKeys.entries()) {
    if (!known.has(key)) throw new InvalidRequest(`metricKeys[${index}]: ${show(key)} is not a metric of this project`);
  }
}

/**
 * Checks that nothing is released by a metric: neither a flag has it attached nor a pipeline names it.
 * @throws Conflict naming the flags and pipelines
 */
export async function requireUnattached(db: Db, projectId: string, metricKey: string): Promise<void> {
  const attached = (await attachments.listIn(db, { projectId })).filter(({ resource }) =>
    resource.metricKeys.includes(metricKey),
  );
  const flagKeys = await findFlagKeys(
    db,
    attached.flatMap(({ place }) => place.flagId ?? []),
  );
  const pipelines = (await listPipelines(db, projectId)).filter(({ phases }) =>
    phases
      .flatMap(({ audiences }) => audiences)
      .map(({ configuration }) => configuration.releaseGuardianConfiguration)
      .some((guardian) =>
        [...(guardian?.metricKeys ?? []), ...(guardian?.observedMetricKeys ?? [])].includes(metricKey),
      ),
  );
  const users = [...flagKeys.map((key) => `flag '${key}'`), ...pipelines.map(({ key }) => `release pipeline '${key}'`)];
  if (users.length === 0) return;
  throw new Conflict(`Metric '${metricKey}' is in use by ${users.slice(0, 5).join(', ')}; take it out of them first`);
}
