import { describe, expect, it } from 'vitest';
import { OPERATORS as EVALUATED } from '../../domain/evaluation/operators.ts';
import { type Clause, clauseProblem, clauseWords, OPERATORS, readValue, showValue } from './clause.ts';

const clause = (more: Partial<Clause> = {}): Clause => ({
  id: 'c',
  contextKind: 'user',
  attribute: 'country',
  op: 'in',
  values: ['de'],
  negate: false,
  ...more,
});

describe('operators', () => {
  it('are all that are evaluated, and segments', () => {
    expect(OPERATORS.map(({ op }) => op).toSorted()).toEqual([...Object.keys(EVALUATED), 'segmentMatch'].toSorted());
  });
});

describe('readValue', () => {
  it.each([
    ['42', 'in', 'age', 42],
    ['"42"', 'in', 'age', '42'],
    ['042', 'in', 'age', '042'],
    ['true', 'in', 'beta', true],
    ['42', 'in', 'key', '42'],
    ['42', 'startsWith', 'age', '42'],
    ['1.5', 'lessThan', 'age', 1.5],
    ['1700000000000', 'before', 'since', 1_700_000_000_000],
    ['2026-01-01T00:00:00Z', 'before', 'since', '2026-01-01T00:00:00Z'],
    ['2.1.0', 'semVerEqual', 'version', '2.1.0'],
  ])('reads %s for %s of %s', (typed, op, attribute, value) => {
    expect(readValue(typed, { op, attribute })).toBe(value);
  });

  it('reads again what is shown', () => {
    for (const value of ['42', 'true', 'de', 42, false, '']) {
      expect(readValue(showValue(value, clause()), clause())).toBe(value);
    }
  });
});

describe('a clause', () => {
  it('has words', () => {
    expect(clauseWords(clause({ values: ['de', 'fr'] }))).toBe('user country is one of de, fr');
    expect(clauseWords(clause({ op: 'segmentMatch', negate: true, values: ['beta'] }))).toBe(
      'user is not in segment beta',
    );
    expect(clauseWords(clause({ op: 'applicationVersionSupported', values: [true] }))).toContain(
      'applicationVersionSupported',
    );
  });

  it('says what is missing', () => {
    expect(clauseProblem(clause())).toBeUndefined();
    expect(clauseProblem(clause({ attribute: ' ' }))).toBe('Choose an attribute');
    expect(clauseProblem(clause({ values: [] }))).toBe('Add a value');
    expect(clauseProblem(clause({ op: 'segmentMatch', attribute: '', values: [] }))).toBe('Choose a segment');
    expect(clauseProblem(clause({ op: 'lessThan', values: ['x'] }))).toBe('Expected numbers');
  });
});
