import { describe, expect, it } from 'vitest';
import { type EventBatch, mergeBatches } from './merge-batches.ts';

const nothing: EventBatch = {
  environmentId: 'e',
  payloadId: undefined,
  countsByKind: new Map(),
  evaluations: [],
  evaluationCounts: [],
  occurrences: [],
  contexts: [],
  applicationId: undefined,
};

describe('mergeBatches', () => {
  it('says nothing of no batches', () => {
    expect(mergeBatches([])).toEqual({
      countsByKind: new Map(),
      evaluations: [],
      evaluationCounts: [],
      occurrences: [],
      contexts: [],
    });
  });

  it('adds counts, those of evaluations for each flag, variation and application', () => {
    const merged = mergeBatches([
      {
        ...nothing,
        applicationId: 'shop',
        countsByKind: new Map([['summary', 1]]),
        evaluationCounts: [{ flagKey: 'a', variation: 0, count: 2 }],
      },
      {
        ...nothing,
        applicationId: 'shop',
        countsByKind: new Map([
          ['summary', 1],
          ['custom', 4],
        ]),
        evaluationCounts: [
          { flagKey: 'a', variation: 0, count: 5 },
          { flagKey: 'a', variation: undefined, count: 1 },
        ],
      },
      { ...nothing, evaluationCounts: [{ flagKey: 'a', variation: 0, count: 10 }] },
    ]);
    expect([...merged.countsByKind]).toEqual([
      ['summary', 2],
      ['custom', 4],
    ]);
    expect(merged.evaluationCounts).toEqual([
      { flagKey: 'a', variation: 0, applicationId: 'shop', count: 7 },
      { flagKey: 'a', variation: undefined, applicationId: 'shop', count: 1 },
      { flagKey: 'a', variation: 0, applicationId: '', count: 10 },
    ]);
  });

  it('keeps the last default that is known, and all kinds and applications', () => {
    const evaluated = (defaultValue: string | undefined, kind: string) => [
      { flagKey: 'a', defaultValue, contextKinds: new Set([kind]) },
    ];
    const { evaluations } = mergeBatches([
      { ...nothing, applicationId: 'shop', evaluations: evaluated('first', 'user') },
      { ...nothing, evaluations: evaluated('second', 'org') },
      { ...nothing, applicationId: 'till', evaluations: evaluated(undefined, 'user') },
    ]);
    expect(evaluations).toEqual([
      {
        flagKey: 'a',
        defaultValue: 'second',
        contextKinds: new Set(['user', 'org']),
        applicationIds: new Set(['shop', 'till']),
      },
    ]);
  });

  it('keeps the last of a context for each application, and occurrences in their order', () => {
    const context = (document: string) => [{ scope: 'context' as const, kind: 'user', key: 'kim', document }];
    const occurrence = (eventKey: string) => [
      { kind: 'event' as const, eventKey, value: undefined, times: 1, units: new Map() },
    ];
    const merged = mergeBatches([
      { ...nothing, contexts: context('old'), occurrences: occurrence('one') },
      { ...nothing, applicationId: 'shop', contexts: context('of the shop'), occurrences: occurrence('two') },
      { ...nothing, contexts: context('new') },
    ]);
    expect(merged.contexts.map(({ applicationId, document }) => [applicationId, document])).toEqual([
      ['', 'new'],
      ['shop', 'of the shop'],
    ]);
    expect(merged.occurrences).toEqual([...occurrence('one'), ...occurrence('two')]);
  });
});
