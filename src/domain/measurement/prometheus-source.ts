import type { Fields } from '../fields.ts';
import { oneOf } from '../fields.ts';

const MODES = ['threshold', 'comparison'] as const;
const COMPARATORS = ['>', '<'] as const;
const MAX_QUERY_LENGTH = 10_000;
const MAX_FAILURES = 100;
const DEFAULT_FAILURES = 3;
const DEFAULT_TOLERANCE = 0.1;

interface PrometheusQuery {
  /** Where Prometheus is, without `/api/v1`. */
  readonly url: string;
  /** PromQL; `${flagKey}`, `${environmentKey}` and `${release}` are filled in. */
  readonly query: string;
  /** So many bad readings in a row are harm. */
  readonly failureLimit: number;
}

/**
 * Where the values of a metric come from if not from SDKs: one value that must not be beyond a threshold, or one for each
 * variation, which are compared (docs/wire/metrics.md, "Prometheus").
 */
export type PrometheusSource =
  | (PrometheusQuery & {
      readonly mode: 'threshold';
      readonly threshold: number;
      /** On which side of the threshold values are bad. */
      readonly comparator: (typeof COMPARATORS)[number];
    })
  | (PrometheusQuery & {
      readonly mode: 'comparison';
      /** By which part of the original's value the new variation may be worse. */
      readonly tolerance: number;
    });

/** Reads `prometheus` of a metric. @throws InvalidRequest naming the bad field */
export function readPrometheusSource(fields: Fields, isHigherBetter: boolean): PrometheusSource {
  const query = { url: readUrl(fields), query: readQuery(fields), failureLimit: readFailureLimit(fields) };
  const mode = oneOf(MODES).call(fields, 'mode');
  if (mode === 'comparison') {
    refuse(fields, ['threshold', 'comparator'], mode);
    const tolerance = fields.optional('tolerance', number) ?? DEFAULT_TOLERANCE;
    return tolerance >= 0 ? { ...query, mode, tolerance } : fields.fail('tolerance', 'a number of 0 or more');
  }
  refuse(fields, ['tolerance'], mode);
  const comparator = fields.optional('comparator', oneOf(COMPARATORS)) ?? (isHigherBetter ? '<' : '>');
  return { ...query, mode, threshold: number.call(fields, 'threshold'), comparator };
}

function number(this: Fields, name: string): number {
  const value = this.raw(name);
  return typeof value === 'number' ? value : this.fail(name, 'a number');
}

function refuse(fields: Fields, names: readonly string[], mode: string): void {
  const name = names.find((one) => fields.has(one));
  if (name !== undefined) fields.fail(name, `nothing, since the mode is ${mode}`);
}

function readUrl(fields: Fields): string {
  const given = fields.string('url');
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isFit =
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  return isFit ? given.replace(/\/+$/, '') : fields.fail('url', 'an http or https URL without password and query');
}

function readQuery(fields: Fields): string {
  const query = fields.string('query');
  const isFit = query.trim() !== '' && query.length <= MAX_QUERY_LENGTH;
  return isFit ? query : fields.fail('query', `a PromQL query of 1 to ${MAX_QUERY_LENGTH} characters`);
}

function readFailureLimit(fields: Fields): number {
  const limit = fields.optional('failureLimit', fields.integer) ?? DEFAULT_FAILURES;
  const isFit = limit >= 1 && limit <= MAX_FAILURES;
  return isFit ? limit : fields.fail('failureLimit', `a whole number from 1 to ${MAX_FAILURES}`);
}

/** What placeholders of queries stand for. */
export interface QueryContext {
  readonly flagKey: string;
  readonly environmentKey: string;
  /** The id of the release; empty where there is none. */
  readonly release: string;
}

/** A query with its placeholders filled in, so that they stay inside the quotes around them. */
export function fillQuery(query: string, context: QueryContext): string {
  return query.replaceAll(/\$\{(flagKey|environmentKey|release)\}/g, (_, name: keyof QueryContext) =>
    context[name].replaceAll(/["'\\]/g, (character) => `\\${character}`),
  );
}
