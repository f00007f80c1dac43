import { InvalidRequest } from './errors.ts';
import { Fields, oneOf } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatch } from './json-patch.ts';
import { show } from './json.ts';
import type { Metric } from './metric.ts';
import { MAX_KEY_LENGTH, requireKey, requireName, requireTags } from './naming.ts';

const KINDS = ['funnel', 'standard'] as const;
const MAX_METRICS = 50;

/** A metric as part of a group. */
export interface GroupedMetric {
  readonly key: string;
  /** What the metric is called in the group: a step of a funnel has such a name. */
  readonly nameInGroup?: string | undefined;
}

/** Everything about a group that can be changed (docs/wire/metrics.md, "Groups"). */
export interface MetricGroupSettings {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly maintainerId?: string | undefined;
  /** In order. */
  readonly metrics: readonly GroupedMetric[];
}

/** Metrics that are looked at together; those of a funnel one after another. */
export interface MetricGroup extends MetricGroupSettings {
  readonly id: string;
  readonly key: string;
  readonly kind: (typeof KINDS)[number];
  readonly version: number;
  readonly createdAt: number;
  readonly lastModified: number;
}

/** The action that a change of each setting needs. */
export const METRIC_GROUP_ACTIONS: Readonly<Record<keyof MetricGroupSettings, string>> = {
  name: 'updateMetricGroupName',
  description: 'updateMetricGroupDescription',
  tags: 'updateMetricGroupTags',
  maintainerId: 'updateMetricGroupMaintainer',
  metrics: 'updateMetricGroupMetrics',
};

/** Reads a new group; one without a key gets it from its name. @throws InvalidRequest naming the bad field */
export function createMetricGroup(body: unknown, { ids, now }: DecisionContext): MetricGroup {
  const fields = new Fields(body, '');
  const kind = oneOf(KINDS).call(fields, 'kind');
  const settings = readSettings(fields, kind);
  return {
    id: ids.objectId(),
    key: requireKey('key', fields.optional('key', fields.string) ?? keyFrom(settings.name)),
    kind,
    version: 1,
    createdAt: now,
    lastModified: now,
    ...settings,
  };
}

/**
 * Applies a JSON patch. What never changes may be named, but not with another value.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchMetricGroup(group: MetricGroup, patch: unknown, now: number): MetricGroup {
  const { id, version, createdAt, lastModified: _lastModified, ...document } = group;
  const known = [...Object.keys(METRIC_GROUP_ACTIONS), 'key', 'kind'];
  const fields = new Fields(applyJsonPatch<object>(document, patch, known), '');
  for (const name of ['key', 'kind'] as const) {
    if (fields.raw(name) !== group[name]) fields.fail(name, `${show(group[name])}, since it never changes`);
  }
  const { key, kind } = group;
  return { id, key, kind, version, createdAt, lastModified: now, ...readSettings(fields, kind) };
}

function readSettings(fields: Fields, kind: MetricGroup['kind']): MetricGroupSettings {
  return {
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
    maintainerId: fields.optional('maintainerId', fields.string) || undefined,
    metrics: readMetrics(fields, kind),
  };
}

function readMetrics(fields: Fields, kind: MetricGroup['kind']): readonly GroupedMetric[] {
  const metrics = fields.objects('metrics').map((metric): GroupedMetric => {
    const nameInGroup = metric.optional('nameInGroup', metric.string)?.trim() || undefined;
    if (kind === 'funnel' && nameInGroup === undefined)
      metric.fail('nameInGroup', 'a name for this step of the funnel');
    return { key: metric.string('key'), ...(nameInGroup !== undefined && { nameInGroup }) };
  });
  if (metrics.length === 0 || metrics.length > MAX_METRICS) {
    throw new InvalidRequest(`metrics: expected 1 to ${MAX_METRICS} metrics, got ${metrics.length}`);
  }
  const keys = metrics.map(({ key }) => key);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined)
    throw new InvalidRequest(`metrics: expected each metric once, got ${show(repeated)} twice`);
  return metrics;
}

function keyFrom(name: string): string {
  const key = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '');
  return key.slice(0, MAX_KEY_LENGTH);
}

/** Why the metrics of a group do not go together, if they do not. @param metrics those of the group */
export function findGroupFault(kind: MetricGroup['kind'], metrics: readonly Metric[]): string | undefined {
  const numeric = kind === 'funnel' && metrics.find(({ isNumeric }) => isNumeric);
  if (numeric) return `a funnel has no numeric metrics, and ${show(numeric.key)} is one`;
  const [first, ...others] = metrics;
  const isCommon = (unit: string) => others.every(({ randomizationUnits }) => randomizationUnits.includes(unit));
  return !first || first.randomizationUnits.some(isCommon)
    ? undefined
    : 'its metrics have no randomization unit in common';
}
