import type { Variation } from '../flag/flag.ts';
import { isJsonObject } from '../json.ts';
import type { PrometheusSource } from './prometheus-source.ts';

/** Values that Prometheus writes in words. */
const WORDS: Readonly<Record<string, number>> = { '+Inf': Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY };

/** What a query says of a rollout: whether it does well, or that nothing can be told. */
export type Finding =
  | { readonly kind: 'good' | 'bad'; readonly message: string; readonly value: number }
  | { readonly kind: 'none'; readonly message: string };

/** What an answer is judged by. */
export interface Judging {
  readonly source: PrometheusSource;
  readonly isHigherBetter: boolean;
  readonly target: Variation;
  readonly control: Variation;
}

interface Sample {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** Judges the JSON that `/api/v1/query` has answered. Whatever is not exactly what was asked for tells nothing. */
export function judgeAnswer(answer: unknown, judging: Judging): Finding {
  const samples = readSamples(answer);
  if (typeof samples === 'string') return { kind: 'none', message: samples };
  return judging.source.mode === 'threshold' ? judgeOne(samples, judging) : compareTwo(samples, judging);
}

function judgeOne(samples: readonly Sample[], { source }: Judging): Finding {
  const [sample] = samples;
  if (!sample || samples.length > 1) return { kind: 'none', message: `expected one value, got ${samples.length}` };
  if (source.mode !== 'threshold') throw new Error('a threshold is for queries with one value');
  const { value } = sample;
  const { threshold, comparator } = source;
  const isBad = comparator === '>' ? value > threshold : value < threshold;
  return { kind: isBad ? 'bad' : 'good', value, message: `${value}, bad when ${comparator} ${threshold}` };
}

function compareTwo(samples: readonly Sample[], judging: Judging): Finding {
  const target = valueOf(samples, judging.target);
  const control = valueOf(samples, judging.control);
  if (typeof target === 'string') return { kind: 'none', message: `the new variation: ${target}` };
  if (typeof control === 'string') return { kind: 'none', message: `the original: ${control}` };
  const { source, isHigherBetter } = judging;
  const tolerance = source.mode === 'comparison' ? source.tolerance : 0;
  const margin = Math.abs(control) * tolerance;
  const isBad = isHigherBetter ? target < control - margin : target > control + margin;
  const message = `${target} with the new variation, ${control} with the original`;
  return { kind: isBad ? 'bad' : 'good', value: target, message };
}

/** The value of the one sample whose label `variation` is the id, the name or the value of a variation. */
function valueOf(samples: readonly Sample[], { id, name, value }: Variation): number | string {
  const names = new Set<unknown>([id, typeof value === 'string' ? value : JSON.stringify(value)]);
  if (name !== undefined) names.add(name);
  const own = samples.filter(({ labels }) => names.has(labels['variation']));
  return own.length === 1 && own[0] ? own[0].value : `expected one value with its label, got ${own.length}`;
}

/** @returns what is wrong with the answer, in words, if something is */
function readSamples(answer: unknown): readonly Sample[] | string {
  if (!isJsonObject(answer) || answer['status'] !== 'success' || !isJsonObject(answer['data'])) {
    const error = isJsonObject(answer) ? answer['error'] : undefined;
    return typeof error === 'string' ? error : 'the answer is not one of Prometheus';
  }
  const { resultType, result } = answer['data'];
  if (resultType !== 'vector' && resultType !== 'scalar') return 'expected a vector or a scalar';
  const rows = resultType === 'scalar' ? [{ metric: {}, value: result }] : result;
  if (!Array.isArray(rows)) return 'the answer is not one of Prometheus';
  const samples = rows.map(readSample);
  return samples.every((sample) => sample !== undefined) ? samples : 'a value is not a number';
}

function readSample(row: unknown): Sample | undefined {
  if (!isJsonObject(row) || !isJsonObject(row['metric']) || !Array.isArray(row['value'])) return undefined;
  const text: unknown = row['value'][1];
  if (typeof text !== 'string' || text === '') return undefined;
  const value = WORDS[text] ?? Number(text);
  return Number.isNaN(value) ? undefined : { labels: row['metric'], value };
}
