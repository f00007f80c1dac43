import { describe, expect, it } from 'vitest';
import { readEvaluationCounts } from './evaluation-counts.ts';

const summary = (...counters: readonly unknown[]) => ({ kind: 'summary', features: { a: { counters } } });
const counter = (count: unknown, variation?: unknown) => ({
  count,
  version: 1,
  ...(variation !== undefined && { variation }),
});
const feature = (key: unknown, members: object = {}) => ({ kind: 'feature', key, ...members });
const counted = (variation: number | undefined, count: number, flagKey = 'a') => ({ flagKey, variation, count });

describe('readEvaluationCounts', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    [
      'counters of each variation and of the default',
      [summary(counter(2, 0), counter(3, 1), counter(4))],
      [counted(0, 2), counted(1, 3), counted(undefined, 4)],
    ],
    ['the sum of all versions', [summary(counter(2, 0), counter(3, 0))], [counted(0, 5)]],
    [
      'the sum of all summaries',
      [
        summary(counter(2, 0)),
        summary(counter(3, 0)),
        { kind: 'summary', features: { b: { counters: [counter(1, 0)] } } },
      ],
      [counted(0, 5), counted(0, 1, 'b')],
    ],
    [
      'no events of single evaluations beside summaries',
      [feature('a', { variation: 1 }), summary(counter(1, 0))],
      [counted(0, 1)],
    ],
    [
      'events of single evaluations without summaries',
      [feature('a', { variation: 1 }), feature('a', { variation: 1 }), feature('a'), feature('b', { variation: 0 })],
      [counted(1, 2), counted(undefined, 1), counted(0, 1, 'b')],
    ],
    ['nothing that is not for summaries', [feature('a', { excludeFromSummaries: true })], []],
    [
      'nothing of other events',
      [
        { kind: 'debug', key: 'a', variation: 1 },
        { kind: 'custom', key: 'a' },
      ],
      [],
    ],
    ['nothing of flags that the SDK did not find', [summary({ unknown: true, count: 1 })], []],
    [
      'no counts that are none',
      [summary(counter('1', 0), counter(-1, 0), counter(0, 0), counter(0.5, 0), counter(1e9 + 1, 0), null, 7)],
      [],
    ],
    [
      'no variations that are none',
      [summary(counter(1, -1), counter(1, 1000), counter(1, '0'), counter(1, 0.5), counter(1, []))],
      [],
    ],
    ['no keys that are none of flags', [feature('a b'), feature(7), feature('\0')], []],
    [
      'nothing of what is malformed',
      [{ kind: 'summary', features: { a: { counters: {} }, b: null } }, { kind: 'summary' }],
      [],
    ],
  ])('reads %s', (_, events, counts) => {
    expect(readEvaluationCounts(events)).toEqual(counts);
  });
});
