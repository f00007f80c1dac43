import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySnapshot, encodeSnapshot, nextSnapshot } from './snapshot.ts';

const flag = (key: string, version: number, sequence: number, document: string | null = `{"key":"${key}"}`) => ({
  kind: 'flag' as const,
  key,
  version,
  sequence,
  document,
});

describe('nextSnapshot', () => {
  it('adds, replaces and removes items and rises to the newest delivery', () => {
    const first = nextSnapshot(emptySnapshot('e'), [flag('a', 1, 1), flag('b', 1, 2)]);
    const second = nextSnapshot(first, [flag('a', 2, 3, '{"key":"a","on":true}'), flag('b', 2, 4, null)]);
    expect(encodeSnapshot(first)).toBe('{"flags":{"a":{"key":"a"},"b":{"key":"b"}},"segments":{}}');
    expect(encodeSnapshot(second)).toBe('{"flags":{"a":{"key":"a","on":true}},"segments":{}}');
    expect([first.payloadVersion, second.payloadVersion]).toEqual([2, 4]);
  });

  it('keeps segments apart from flags of the same key', () => {
    const snapshot = nextSnapshot(emptySnapshot('e'), [flag('a', 1, 1), { ...flag('a', 1, 2), kind: 'segment' }]);
    expect(JSON.parse(encodeSnapshot(snapshot))).toEqual({ flags: { a: { key: 'a' } }, segments: { a: { key: 'a' } } });
  });

  it('comes to the same state in one step as in many', () => {
    const items = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), isGone: fc.boolean() }), { maxLength: 20 });
    fc.assert(
      fc.property(items, (changes) => {
        const deliveries = changes.map(({ key, isGone }, index) =>
          flag(key, index + 1, index + 1, isGone ? null : `${index}`),
        );
        const steps = deliveries.reduce((snapshot, one) => nextSnapshot(snapshot, [one]), emptySnapshot('e'));
        const leap = nextSnapshot(emptySnapshot('e'), deliveries);
        expect(JSON.parse(encodeSnapshot(steps))).toEqual(JSON.parse(encodeSnapshot(leap)));
        expect(steps.payloadVersion).toBe(leap.payloadVersion);
      }),
    );
  });
});
