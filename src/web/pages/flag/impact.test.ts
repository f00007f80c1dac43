import { describe, expect, it } from 'vitest';
import type { Draft } from './draft.ts';
import { impactOf, impactWords, needsSurroundings } from './impact.ts';

const nameOf = (position: number | null) => (position === null ? 'the default' : (['on', 'off'][position] ?? ''));
const pair = (before: number | null, after: number | null) => ({
  before: { variationIndex: before },
  after: { variationIndex: after },
});

describe('the impact of a draft', () => {
  it('counts who is served something else, the most frequent move first', () => {
    const pairs = [pair(0, 0), pair(null, 1), pair(1, 0), pair(1, 0)];
    const impact = impactOf(pairs, nameOf);
    expect(impact).toEqual({
      lookedAt: 4,
      changed: 3,
      moves: [
        { from: 'off', to: 'on', count: 2 },
        { from: 'the default', to: 'off', count: 1 },
      ],
    });
    expect(impactWords(impact, 4)).toBe(
      '3 of the 4 contexts seen lately change: 2 from off to on, 1 from the default to off.',
    );
  });

  it('says how many were looked at when there are more', () => {
    const impact = impactOf(
      Array.from({ length: 1000 }, (_, index) => pair(1, index === 0 ? 0 : 1)),
      nameOf,
    );
    expect(impactWords(impact, 12_000)).toBe('1 of the last 1,000 contexts seen of 12,000 changes: 1 from off to on.');
  });

  it('says when nothing changes, and when nobody was seen', () => {
    expect(impactWords(impactOf([pair(0, 0)], nameOf), 1)).toBe(
      'None of the 1 context seen lately is served anything else.',
    );
    expect(impactWords(impactOf([], nameOf), 0)).toBe('No contexts have been seen yet.');
  });

  it('depends on more than the context with segments and prerequisites', () => {
    const clause = { id: 'c', contextKind: 'user', attribute: '', op: 'in', values: ['x'], negate: false };
    const rule = (op: string) => ({
      id: 'r',
      isNew: false,
      description: '',
      clauses: [{ ...clause, op }],
      serve: { kind: 'variation', variationId: 'a' } as const,
      isDisabled: false,
      tracksEvents: false,
    });
    const draft: Draft = {
      isOn: true,
      targets: [],
      ends: [],
      rules: [rule('in')],
      fallthrough: { kind: 'variation', variationId: 'a' },
      offVariationId: 'a',
      prerequisites: [],
      tracksEvents: false,
      tracksDefault: false,
    };
    expect(needsSurroundings(draft)).toBe(false);
    expect(needsSurroundings({ ...draft, rules: [rule('segmentMatch')] })).toBe(true);
    expect(needsSurroundings({ ...draft, prerequisites: [{ key: 'k', variationId: 'a' }] })).toBe(true);
  });
});
