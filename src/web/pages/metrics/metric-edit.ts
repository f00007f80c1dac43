import type { MetricRep } from '../../../wire/rest/metric.ts';

/** How a page is meant: `exact` and `canonical` are whole addresses, `regex` a pattern. */
export const URL_KINDS = ['exact', 'canonical', 'substring', 'regex'] as const;

export interface UrlEdit {
  readonly kind: (typeof URL_KINDS)[number];
  readonly text: string;
}

/** Where the values of a custom metric come from if SDKs do not send them. Numbers are '' while nothing is typed. */
export interface PrometheusEdit {
  readonly url: string;
  readonly query: string;
  readonly mode: 'threshold' | 'comparison';
  readonly threshold: number | '';
  readonly comparator: '>' | '<';
  /** In percent. */
  readonly tolerance: number | '';
  readonly failureLimit: number | '';
}

/** A metric as it is edited. */
export interface MetricEdit {
  readonly kind: 'custom' | 'click' | 'pageview';
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly maintainerId: string | undefined;
  readonly isNumeric: boolean;
  readonly unit: string;
  readonly eventKey: string;
  readonly isHigherBetter: boolean;
  readonly selector: string;
  readonly urls: readonly UrlEdit[];
  readonly units: readonly string[];
  readonly aggregation: 'average' | 'sum';
  /** The mean when absent. */
  readonly percentile: number | '' | undefined;
  /** Whether those who sent no event count as 0. */
  readonly countsMissing: boolean;
  readonly prometheus: PrometheusEdit | undefined;
}

export const BLANK_PROMETHEUS: PrometheusEdit = {
  url: '',
  query: '',
  mode: 'threshold',
  threshold: '',
  comparator: '>',
  tolerance: 10,
  failureLimit: 3,
};

export const BLANK_METRIC: MetricEdit = {
  kind: 'custom',
  name: '',
  description: '',
  tags: [],
  maintainerId: undefined,
  isNumeric: false,
  unit: '',
  eventKey: '',
  isHigherBetter: true,
  selector: '',
  urls: [{ kind: 'substring', text: '' }],
  units: ['user'],
  aggregation: 'average',
  percentile: undefined,
  countsMissing: true,
  prometheus: undefined,
};

/** A stored metric as it is edited. */
export function toEdit(metric: MetricRep): MetricEdit {
  const { prometheus } = metric;
  return {
    kind: metric.kind as MetricEdit['kind'],
    name: metric.name,
    description: metric.description,
    tags: metric.tags,
    maintainerId: metric.maintainerId,
    isNumeric: metric.isNumeric,
    unit: metric.unit ?? '',
    eventKey: metric.eventKey ?? '',
    isHigherBetter: metric.successCriteria === 'HigherThanBaseline',
    selector: metric.selector ?? '',
    urls: ((metric.urls ?? []) as Readonly<Record<string, string>>[]).map(toUrlEdit),
    units: metric.randomizationUnits,
    aggregation: metric.unitAggregationType === 'sum' ? 'sum' : 'average',
    percentile: metric.analysisType === 'percentile' ? metric.percentileValue : undefined,
    countsMissing: !metric.eventDefault.disabled,
    prometheus: prometheus && {
      ...BLANK_PROMETHEUS,
      url: prometheus.url,
      query: prometheus.query,
      failureLimit: prometheus.failureLimit,
      ...(prometheus.mode === 'comparison'
        ? { mode: 'comparison', tolerance: Math.round((prometheus.tolerance ?? 0) * 100_000) / 1_000 }
        : {
            mode: 'threshold',
            threshold: prometheus.threshold ?? '',
            comparator: prometheus.comparator === '<' ? '<' : '>',
          }),
    },
  };
}

function toUrlEdit({ kind, url, substring, pattern }: Readonly<Record<string, string>>): UrlEdit {
  return { kind: kind as UrlEdit['kind'], text: url ?? substring ?? pattern ?? '' };
}

/** The settings of a metric as requests have them; what its kind does not have is undefined. */
export function toSettings(edit: MetricEdit): Readonly<Record<string, unknown>> {
  const isCustom = edit.kind === 'custom';
  const isNumeric = isCustom && edit.isNumeric;
  const isPercentile = isNumeric && edit.percentile !== undefined;
  return {
    name: edit.name.trim(),
    description: edit.description.trim(),
    tags: edit.tags,
    maintainerId: edit.maintainerId,
    isNumeric,
    unit: (isNumeric && edit.unit.trim()) || undefined,
    eventKey: (isCustom && edit.eventKey.trim()) || undefined,
    successCriteria: edit.isHigherBetter ? 'HigherThanBaseline' : 'LowerThanBaseline',
    selector: edit.kind === 'click' ? edit.selector.trim() : undefined,
    urls: isCustom ? undefined : edit.urls.map(toUrl),
    randomizationUnits: edit.units,
    unitAggregationType: isNumeric ? edit.aggregation : 'average',
    analysisType: isPercentile ? 'percentile' : 'mean',
    percentileValue: isPercentile ? edit.percentile : undefined,
    eventDefault: { disabled: !edit.countsMissing, value: 0 },
    prometheus: isCustom && edit.prometheus ? toPrometheus(edit.prometheus) : undefined,
  };
}

const URL_MEMBERS = { exact: 'url', canonical: 'url', substring: 'substring', regex: 'pattern' } as const;

const toUrl = ({ kind, text }: UrlEdit) => ({ kind, [URL_MEMBERS[kind]]: text.trim() });

function toPrometheus({ url, query, mode, threshold, comparator, tolerance, failureLimit }: PrometheusEdit) {
  const common = { url: url.trim(), query: query.trim(), mode, failureLimit };
  return mode === 'threshold'
    ? { ...common, threshold, comparator }
    : { ...common, tolerance: Number(tolerance) / 100 };
}

/** The JSON patch that leads from one edit to another. */
export function metricPatch(before: MetricEdit, after: MetricEdit): readonly object[] {
  const [from, to] = [toSettings(before), toSettings(after)];
  return Object.entries(to).flatMap(([name, value]): readonly object[] => {
    if (JSON.stringify(value) === JSON.stringify(from[name])) return [];
    return value === undefined ? [{ op: 'remove', path: `/${name}` }] : [{ op: 'add', path: `/${name}`, value }];
  });
}

/** What is still missing before a metric can be saved, in words. */
export function metricProblem(edit: MetricEdit): string | undefined {
  if (edit.name.trim() === '') return 'It needs a name';
  if (edit.units.length === 0) return 'It needs a kind of context to be counted by';
  if (edit.kind !== 'custom' && edit.urls.every(({ text }) => text.trim() === '')) return 'It needs a page';
  if (edit.kind !== 'custom' && edit.urls.some(({ text }) => text.trim() === '')) return 'A page is empty';
  if (edit.kind === 'click') return edit.selector.trim() === '' ? 'It needs a CSS selector' : undefined;
  if (edit.kind === 'pageview') return undefined;
  if (edit.isNumeric && edit.percentile === '') return 'It needs a percentile';
  if (edit.prometheus) return prometheusProblem(edit.prometheus);
  return edit.eventKey.trim() === '' ? 'It needs the key of an event' : undefined;
}

function prometheusProblem({ url, query, mode, threshold, tolerance, failureLimit }: PrometheusEdit) {
  if (url.trim() === '') return 'It needs the address of Prometheus';
  if (query.trim() === '') return 'It needs a query';
  if (mode === 'threshold' && threshold === '') return 'It needs a threshold';
  if (mode === 'comparison' && tolerance === '') return 'It needs a tolerance';
  return failureLimit === '' ? 'It needs a number of bad readings' : undefined;
}
