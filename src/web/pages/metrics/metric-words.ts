import { type MetricEdit, toEdit } from './metric-edit.ts';
import type { MetricRep } from '../../../wire/rest/metric.ts';

/** What kind of metric it is, in a word or two. */
export function kindWords({ kind, isNumeric }: Pick<MetricEdit, 'kind' | 'isNumeric'>): string {
  if (kind === 'click') return 'Clicks';
  if (kind === 'pageview') return 'Page views';
  return isNumeric ? 'Numeric' : 'Conversion';
}

/** What a metric measures, and which way is better, as one sentence. */
export function metricWords(metric: MetricRep): string {
  const edit = toEdit(metric);
  const better = edit.isHigherBetter ? 'more is better' : 'less is better';
  if (edit.prometheus) return `${prometheusWords(edit)}; ${better}.`;
  return `${measureWords(edit)} for each ${listWords(edit.units)}; ${better}.`;
}

function measureWords(edit: MetricEdit): string {
  const pages = listWords(edit.urls.map(({ kind, text }) => (kind === 'substring' ? `…${text}…` : text)));
  if (edit.kind === 'pageview') return `Whether a page at ${pages} is seen`;
  if (edit.kind === 'click') return `Whether ${edit.selector} is clicked at ${pages}`;
  if (!edit.isNumeric) return `Whether the event ${edit.eventKey} comes`;
  const unit = edit.unit === '' ? '' : ` in ${edit.unit}`;
  const value = `${edit.aggregation} of the event ${edit.eventKey}${unit}`;
  return edit.percentile === undefined
    ? `The mean of the ${value}`
    : `The ${ordinal(edit.percentile)} percentile of the ${value}`;
}

function prometheusWords({ prometheus }: MetricEdit): string {
  if (prometheus?.mode === 'comparison') {
    return `Read from Prometheus for each variation, which may be ${prometheus.tolerance} % worse than the original`;
  }
  const side = prometheus?.comparator === '<' ? 'below' : 'above';
  return `Read from Prometheus; values ${side} ${prometheus?.threshold} are bad`;
}

function ordinal(value: number | ''): string {
  const last = Number(value) % 10;
  const isTeen = Math.floor(Number(value) / 10) === 1;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][last] ?? 'th');
  return `${value}${ending}`;
}

const listWords = (words: readonly string[]) => words.join(' or ');
