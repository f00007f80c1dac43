import { describe, expect, it } from 'vitest';
import { beginOf, RANGES, roundUp, shareWords, toUsage } from './usage.ts';

describe('counts of evaluations', () => {
  it('are added up by slice and by what was served', () => {
    const usage = toUsage({
      metadata: [{ variation: 0, value: true }, { variation: 1, name: 'Never', value: false }, {}],
      series: [
        { time: 1000, 0: 2, 1: 3, 2: 1 },
        { time: 2000, 0: 0, 1: 4, 2: 0 },
      ],
    });
    expect(usage).toEqual({
      served: [
        { label: 'true', position: 0, total: 2 },
        { label: 'Never', position: 1, total: 7 },
        { label: 'The default of the code', position: undefined, total: 1 },
      ],
      slices: [
        { at: 1000, counts: [2, 3, 1], total: 6 },
        { at: 2000, counts: [0, 4, 0], total: 4 },
      ],
      total: 10,
    });
  });

  it('begin at a whole minute', () => {
    const [hour] = RANGES;
    if (!hour) throw new Error('There is no range');
    expect(beginOf(hour, 3_600_000 + 61_234)).toBe(60_000);
  });

  it.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [10, 10],
    [11, 20],
    [612, 1000],
  ])('with %i as the highest are drawn up to %i', (highest, end) => {
    expect(roundUp(highest)).toBe(end);
  });

  it.each([
    [0, 0, '0%'],
    [1, 3, '33.3%'],
    [1, 10_000, 'below 0.1%'],
    [5, 5, '100%'],
  ])('of %i in %i are %s', (part, whole, words) => {
    expect(shareWords(part, whole)).toBe(words);
  });
});
