import { InvalidRequest } from './errors.ts';
import { Fields, oneOf } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { applyJsonPatch } from './json-patch.ts';
import { type Json, show } from './json.ts';
import { goalEventKey } from './measurement/goal.ts';
import { type PrometheusSource, readPrometheusSource } from './measurement/prometheus-source.ts';
import { requireKey, requireName, requireTags } from './naming.ts';

const KINDS = ['custom', 'click', 'pageview'] as const;
const CRITERIA = ['HigherThanBaseline', 'LowerThanBaseline'] as const;

/** Everything about a metric that can be changed (docs/wire/metrics.md). */
export interface MetricSettings {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Whether the event's value is measured, or only that it happened. */
  readonly isNumeric: boolean;
  /** Of numeric metrics: what the value is measured in. */
  readonly unit?: string | undefined;
  /** Of custom metrics: the key of the event. */
  readonly eventKey?: string | undefined;
  /** Whether more is better, or less. */
  readonly successCriteria: (typeof CRITERIA)[number];
  /** Of click metrics: what is clicked. */
  readonly selector?: string | undefined;
  /** Of click and pageview metrics: where. */
  readonly urls: readonly Json[];
  /** Kinds of contexts that the metric can be counted by. */
  readonly randomizationUnits: readonly string[];
  /** How several events of a unit become one value. */
  readonly unitAggregationType: 'average' | 'sum';
  readonly analysisType: 'mean' | 'percentile';
  readonly percentileValue?: number | undefined;
  /** What units without an event count as: nothing at all when disabled. */
  readonly eventDefault: { readonly disabled: boolean; readonly value: number };
  readonly filters?: Json | undefined;
  /** Of custom metrics that SDKs do not measure. */
  readonly prometheus?: PrometheusSource | undefined;
  readonly maintainerId?: string | undefined;
  readonly archived: boolean;
}

/** What is measured of those who are served a variation. */
export interface Metric extends MetricSettings {
  readonly id: string;
  readonly key: string;
  readonly kind: (typeof KINDS)[number];
  readonly version: number;
  /** Another one at every change. */
  readonly versionId: string;
  readonly createdAt: number;
  readonly lastModified: number;
}

/** The key of the events that a metric is counted by; undefined where SDKs do not measure it. */
export function countedEventKey({ kind, key, eventKey }: Metric): string | undefined {
  return kind === 'custom' ? eventKey : goalEventKey(kind, key);
}

/** The action that a change of each setting needs. */
export const METRIC_ACTIONS: Readonly<Record<keyof MetricSettings, string>> = {
  name: 'updateName',
  description: 'updateDescription',
  tags: 'updateTags',
  isNumeric: 'updateNumeric',
  unit: 'updateNumericUnit',
  eventKey: 'updateEventKey',
  successCriteria: 'updateNumericSuccess',
  selector: 'updateSelector',
  urls: 'updateUrls',
  randomizationUnits: 'updateRandomizationUnits',
  unitAggregationType: 'updateUnitAggregationType',
  analysisType: 'updateAnalysisType',
  percentileValue: 'updateAnalysisType',
  eventDefault: 'updateEventDefault',
  filters: 'updateEventKey',
  prometheus: 'updateEventKey',
  maintainerId: 'updateMaintainer',
  archived: 'updateArchived',
};

/** Reads a new metric. @throws InvalidRequest naming the bad field */
export function createMetric(body: unknown, { ids, now }: DecisionContext): Metric {
  const fields = new Fields(body, '');
  const kind = oneOf(KINDS).call(fields, 'kind');
  const key = requireKey('key', fields.string('key'));
  return {
    id: ids.objectId(),
    key,
    kind,
    version: 1,
    versionId: ids.uuid(),
    createdAt: now,
    lastModified: now,
    ...readSettings(fields, kind, key),
  };
}

/**
 * Applies a JSON patch. What never changes may be named, but not with another value.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchMetric(metric: Metric, patch: unknown, { ids, now }: DecisionContext): Metric {
  const { id, version, versionId: _versionId, createdAt, lastModified: _lastModified, ...document } = metric;
  const fields = new Fields(
    applyJsonPatch<object>(document, patch, [...Object.keys(METRIC_ACTIONS), 'key', 'kind']),
    '',
  );
  for (const name of ['key', 'kind'] as const) {
    if (fields.raw(name) !== metric[name]) fields.fail(name, `${show(metric[name])}, since it never changes`);
  }
  const settings = readSettings(fields, metric.kind, metric.key);
  return {
    id,
    key: metric.key,
    kind: metric.kind,
    version,
    createdAt,
    ...settings,
    versionId: ids.uuid(),
    lastModified: now,
  };
}

function readSettings(fields: Fields, kind: Metric['kind'], key: string): MetricSettings {
  const isNumeric = fields.optional('isNumeric', fields.boolean) ?? false;
  const text = (name: string) => fields.optional(name, fields.string) || undefined;
  const successCriteria = fields.optional('successCriteria', oneOf(CRITERIA)) ?? 'HigherThanBaseline';
  const prometheus = fields.optional('prometheus', fields.object);
  const settings: MetricSettings = {
    name: requireName('name', text('name') ?? key),
    description: text('description') ?? '',
    tags: requireTags('tags', fields.optional('tags', fields.strings) ?? []),
    isNumeric,
    unit: text('unit'),
    eventKey: text('eventKey'),
    successCriteria,
    selector: text('selector'),
    urls: (fields.optional('urls', fields.objects) ?? []).map(readUrl),
    randomizationUnits: readUnits(fields),
    unitAggregationType:
      fields.optional('unitAggregationType', oneOf(['average', 'sum'] as const)) ?? (isNumeric ? 'sum' : 'average'),
    analysisType: fields.optional('analysisType', oneOf(['mean', 'percentile'] as const)) ?? 'mean',
    percentileValue: readPercentile(fields),
    eventDefault: readEventDefault(fields),
    ...(fields.has('filters') && { filters: fields.raw('filters') }),
    ...(prometheus && { prometheus: readPrometheusSource(prometheus, successCriteria === 'HigherThanBaseline') }),
    maintainerId: text('maintainerId'),
    archived: fields.optional('archived', fields.boolean) ?? false,
  };
  requireConsistent(settings, kind);
  return settings;
}

const URL_MEMBERS: Readonly<Record<string, string>> = {
  exact: 'url',
  canonical: 'url',
  substring: 'substring',
  regex: 'pattern',
};

function readUrl(fields: Fields): Json {
  const kind = oneOf(['exact', 'canonical', 'substring', 'regex'] as const).call(fields, 'kind');
  const member = URL_MEMBERS[kind] ?? 'url';
  return { kind, [member]: fields.string(member) };
}

function readUnits(fields: Fields): readonly string[] {
  const units = [...new Set(fields.optional('randomizationUnits', fields.strings) ?? ['user'])];
  return units.length > 0 ? units : fields.fail('randomizationUnits', 'at least one kind of context');
}

function readPercentile(fields: Fields): number | undefined {
  const value = fields.optional('percentileValue', fields.integer);
  const isFit = value === undefined || (value > 0 && value < 100);
  return isFit ? value : fields.fail('percentileValue', 'a whole number from 1 to 99');
}

function readEventDefault(fields: Fields): MetricSettings['eventDefault'] {
  const given = fields.optional('eventDefault', fields.object) ?? new Fields({}, '');
  if (given.has('value') && given.raw('value') !== 0) {
    given.fail('value', '0, the only value for units without an event');
  }
  return { disabled: given.optional('disabled', given.boolean) ?? false, value: 0 };
}

/** What each kind of metric needs, and what it cannot have. */
function requireConsistent(settings: MetricSettings, kind: Metric['kind']): void {
  const { isNumeric, unit, eventKey, prometheus, selector, urls, analysisType, percentileValue } = settings;
  const expect = (isFine: boolean, message: string) => {
    if (!isFine) throw new InvalidRequest(message);
  };
  const isMeasured = eventKey !== undefined || prometheus !== undefined;
  expect(kind !== 'custom' || isMeasured, 'eventKey: expected the key of an event for a custom metric');
  expect(
    kind === 'custom' || !prometheus,
    'prometheus: expected nothing, since only custom metrics are read elsewhere',
  );
  expect(kind === 'custom' || !isNumeric, 'isNumeric: expected false, since only custom metrics measure values');
  expect(isNumeric || unit === undefined, 'unit: expected nothing, since the metric is not numeric');
  expect(kind !== 'click' || selector !== undefined, 'selector: expected a CSS selector for a click metric');
  expect(kind === 'custom' || urls.length > 0, 'urls: expected at least one URL for a click or pageview metric');
  expect(
    (analysisType === 'percentile') === (percentileValue !== undefined),
    'percentileValue: expected a value with analysisType percentile, and only then',
  );
  expect(analysisType === 'mean' || isNumeric, 'analysisType: expected mean, since the metric is not numeric');
}
