import { describe, expect, it } from 'vitest';
import { createMetric, patchMetric } from '../../../domain/metric.ts';
import type { MetricRep } from '../../../wire/rest/metric.ts';
import {
  BLANK_METRIC,
  BLANK_PROMETHEUS,
  type MetricEdit,
  metricPatch,
  metricProblem,
  toEdit,
  toSettings,
} from './metric-edit.ts';
import { metricWords } from './metric-words.ts';

const context = { now: 0, ids: { objectId: () => 'id', uuid: () => 'uuid', salt: () => 'salt' } };

/** What the service makes of an edit. */
const stored = (edit: MetricEdit) => createMetric({ key: 'k', kind: edit.kind, ...toSettings(edit) }, context);
const shown = (edit: MetricEdit) => stored(edit) as unknown as MetricRep;

const CONVERSION: MetricEdit = { ...BLANK_METRIC, name: 'Orders', eventKey: 'order', urls: [] };
const LATENCY: MetricEdit = {
  ...CONVERSION,
  name: 'Latency',
  eventKey: 'request',
  isNumeric: true,
  isHigherBetter: false,
  unit: 'ms',
  percentile: 95,
};
const CLICK: MetricEdit = {
  ...BLANK_METRIC,
  kind: 'click',
  name: 'Buy',
  selector: '.buy',
  urls: [
    { kind: 'substring', text: '/cart' },
    { kind: 'regex', text: '^/shop' },
  ],
};
const ERRORS: MetricEdit = {
  ...CONVERSION,
  eventKey: '',
  isHigherBetter: false,
  prometheus: { ...BLANK_PROMETHEUS, url: 'https://prometheus.example.com', query: 'errors', threshold: 0.05 },
};
const COMPARED: MetricEdit = {
  ...ERRORS,
  prometheus: { ...BLANK_PROMETHEUS, url: 'https://p.example.com', query: 'e', mode: 'comparison', tolerance: 12.5 },
};

describe('a metric as it is edited', () => {
  it.each([
    ['a conversion', CONVERSION, 'Whether the event order comes for each user; more is better.'],
    [
      'a numeric one',
      LATENCY,
      'The 95th percentile of the average of the event request in ms for each user; less is better.',
    ],
    ['clicks', CLICK, 'Whether .buy is clicked at …/cart… or ^/shop for each user; more is better.'],
    ['one with a threshold', ERRORS, 'Read from Prometheus; values above 0.05 are bad; less is better.'],
    [
      'one with a comparison',
      COMPARED,
      'Read from Prometheus for each variation, which may be 12.5 % worse than the original; less is better.',
    ],
  ])('is what the service stores: %s', (_name, edit, words) => {
    expect(metricProblem(edit)).toBeUndefined();
    expect(toEdit(shown(edit))).toEqual(edit);
    expect(metricWords(shown(edit))).toBe(words);
  });

  it('leads to a patch of what differs', () => {
    expect(metricPatch(LATENCY, LATENCY)).toEqual([]);
    expect(metricPatch(LATENCY, { ...LATENCY, unit: '', tags: ['web'] })).toEqual([
      { op: 'add', path: '/tags', value: ['web'] },
      { op: 'remove', path: '/unit' },
    ]);
  });

  it.each([
    [LATENCY, { ...LATENCY, isNumeric: false }],
    [CONVERSION, ERRORS],
    [COMPARED, ERRORS],
    [CLICK, { ...CLICK, urls: CLICK.urls.slice(1) }],
    [LATENCY, { ...LATENCY, percentile: undefined, aggregation: 'sum', countsMissing: false }],
  ] as const)('is patched into another one: %#', (before, after) => {
    const patched = patchMetric(stored(before), metricPatch(before, after), context);
    expect(toSettings(toEdit(patched as unknown as MetricRep))).toEqual(toSettings(after));
  });

  it.each([
    ['It needs a name', { ...CONVERSION, name: ' ' }],
    ['It needs the key of an event', { ...CONVERSION, eventKey: '' }],
    ['It needs a kind of context to be counted by', { ...CONVERSION, units: [] }],
    ['It needs a page', { ...CLICK, urls: [] }],
    ['A page is empty', { ...CLICK, urls: [...CLICK.urls, { kind: 'exact', text: '' }] }],
    ['It needs a CSS selector', { ...CLICK, selector: '' }],
    ['It needs a percentile', { ...LATENCY, percentile: '' }],
    ['It needs a threshold', { ...ERRORS, prometheus: { ...BLANK_PROMETHEUS, url: 'x', query: 'y' } }],
  ] as const)('says that %s', (problem, edit) => {
    expect(metricProblem(edit)).toBe(problem);
  });
});
