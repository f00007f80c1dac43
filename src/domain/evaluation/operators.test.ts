import { describe, expect, it, vi } from 'vitest';
import type { Json } from '../json.ts';
import { OPERATORS } from './operators.ts';

const date = '2026-01-05T09:00:00Z';
const moment = Date.parse(date);

const ROWS: readonly (readonly [value: Json, operator: string, clauseValue: Json, expected: boolean])[] = [
  ['a', 'in', 'a', true],
  ['a', 'in', 'A', false],
  [1, 'in', 1, true],
  [1, 'in', '1', false],
  [true, 'in', true, true],
  [true, 'in', 1, false],
  [null, 'in', null, false],
  [{}, 'in', {}, false],
  ['abc', 'startsWith', 'ab', true],
  ['abc', 'startsWith', 'b', false],
  ['abc', 'startsWith', '', true],
  ['abc', 'endsWith', 'bc', true],
  ['abc', 'endsWith', 'b', false],
  ['abc', 'contains', 'b', true],
  ['abc', 'contains', 'B', false],
  [12, 'contains', '1', false],
  ['12', 'startsWith', 1, false],
  ['hello world', 'matches', 'l+o', true],
  ['hello world', 'matches', '^world', false],
  ['hello', 'matches', '(', false],
  [5, 'matches', '5', false],
  [1, 'lessThan', 1.5, true],
  [1, 'lessThan', 1, false],
  [1, 'lessThanOrEqual', 1, true],
  [2, 'lessThanOrEqual', 1, false],
  [2, 'greaterThan', 1, true],
  [1, 'greaterThan', 1, false],
  [1, 'greaterThanOrEqual', 1, true],
  [0, 'greaterThanOrEqual', 1, false],
  ['2', 'greaterThan', 1, false],
  [2, 'greaterThan', '1', false],
  [date, 'before', moment + 1, true],
  [date, 'before', moment, false],
  [moment, 'after', '2026-01-05T08:59:59.999Z', true],
  [date, 'after', '2026-01-05T10:00:00+01:00', false],
  ['2026-01-05', 'before', moment + 1e9, false],
  ['0', 'before', moment, false],
  ['2', 'semVerEqual', '2.0.0', true],
  ['2.0.0', 'semVerEqual', '2.0.1', false],
  ['2.0.0-beta', 'semVerLessThan', '2', true],
  ['2', 'semVerLessThan', '2', false],
  ['2.10', 'semVerGreaterThan', '2.9', true],
  ['2', 'semVerGreaterThan', '2', false],
  ['v2', 'semVerGreaterThan', '1', false],
  [2, 'semVerEqual', '2', false],
];

describe('OPERATORS', () => {
  it.each(ROWS)('%j %s %j: %s', (value, operator, clauseValue, expected) => {
    expect(OPERATORS[operator]?.([clauseValue])(value)).toBe(expected);
    expect(OPERATORS[operator]?.([{}, null, clauseValue, 'another'])(value)).toBe(expected);
    expect(OPERATORS[operator]?.([])(value)).toBe(false);
  });
});

/** Engines that try one way after the other would be busy with these for longer than the universe is old. */
const EVIL = ['(a+)+$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y|(a*)*b'];

describe('matches', () => {
  it.each(EVIL)('comes to an end with %s on a long text', (pattern) => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(OPERATORS['matches']?.([pattern])(text)).toBe(false);
    expect(OPERATORS['matches']?.([`${pattern}|!`])(text)).toBe(true);
  });

  it('shows no text to the engine of JavaScript', () => {
    const text = 'some text';
    const exec = vi.spyOn(RegExp.prototype, 'exec');
    const test = vi.spyOn(RegExp.prototype, 'test');
    try {
      expect(OPERATORS['matches']?.(['(e t)+'])(text)).toBe(true);
      const shown = [...exec.mock.calls, ...test.mock.calls].map(([each]) => each);
      expect(shown).not.toContain(text);
    } finally {
      vi.restoreAllMocks();
    }
  });

  it.each([
    ['semVerEqual', '1.0.0'],
    ['before', '2026-01-05T09:00:00Z'],
  ])('and %s read long texts once', (operator, clauseValue) => {
    const endless = ['1'.repeat(50_000), 'a1'.repeat(25_000), '1.'.repeat(25_000), 'a-'.repeat(25_000)];
    for (const text of endless.flatMap((each) => [each, `1.0.0-${each}!`, `2026-01-05T09:00:00.${each}!`])) {
      expect(OPERATORS[operator]?.([clauseValue])(text)).toBe(false);
    }
  });
});
