import type { Measurement } from './row.ts';
import { median } from './statistics.ts';

/** A rate of ours and one beside it, of one round. */
export interface Pair {
  readonly ours: number;
  readonly bare: number;
}

/** Measures two rates in turns, after one turn of each that does not count. */
export async function inTurns(
  rounds: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<readonly Pair[]> {
  await ours();
  await bare();
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ ours: await ours(), bare: await bare() });
  return pairs;
}

/** The medians of two rates a second, and their ratio with its spread. */
export function rates(pairs: readonly Pair[]): Pick<Measurement, 'ours' | 'bare' | 'ratio'> {
  const ratios = pairs.map(({ ours, bare }) => ours / bare);
  const rate = (values: readonly number[]) => `${Math.round(median(values))}/s`;
  return {
    ours: rate(pairs.map(({ ours }) => ours)),
    bare: rate(pairs.map(({ bare }) => bare)),
    ratio: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
  };
}
