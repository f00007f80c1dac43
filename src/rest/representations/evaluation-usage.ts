import type { Flag } from '../../domain/flag/flag.ts';
import type { EvaluationCount } from '../../store/evaluation-counts.ts';
import type { EvaluationUsage } from '../../wire/rest/evaluation-usage.ts';

/** What was counted in a minute or hour. */
type Counted = Omit<EvaluationCount, 'flagKey'> & { readonly startsAt: number };

/**
 * The series of a flag: one for each variation, and one for the default of code if it was ever served.
 * @param starts when the slices begin, in order
 * @param counts in order of time, none before the first slice
 */
export function toUsage(
  { variations }: Pick<Flag, 'variations'>,
  starts: readonly number[],
  counts: readonly Counted[],
): Omit<EvaluationUsage, '_links'> {
  const known = variations.map(({ name, value }, variation) => ({
    variation,
    ...(name !== undefined && { name }),
    value,
  }));
  const hasDefault = counts.some(({ variation }) => variation === undefined);
  const metadata = hasDefault ? [...known, {}] : known;
  let slice = 0;
  const bySlice = Map.groupBy(counts, ({ startsAt }) => {
    while ((starts[slice + 1] ?? Infinity) <= startsAt) slice++;
    return starts[slice];
  });
  const series = starts.map((time) => ({
    ...Object.fromEntries(metadata.map((of, index) => [index, total(bySlice.get(time) ?? [], of)])),
    time,
  }));
  return { metadata, series };
}

function total(counts: readonly Counted[], of: { readonly variation?: number }): number {
  return counts.filter(({ variation }) => variation === of.variation).reduce((sum, { count }) => sum + count, 0);
}
