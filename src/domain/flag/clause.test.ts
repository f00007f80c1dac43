import { describe, expect, it } from 'vitest';
import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { parseClause } from './clause.ts';

const parse = (clause: object) => parseClause(new Fields(clause, 'clauses[0].'));
const OPERATORS =
  'in, startsWith, endsWith, contains, matches, lessThan, lessThanOrEqual, greaterThan, greaterThanOrEqual, before, after, semVerEqual, semVerLessThan, semVerGreaterThan, segmentMatch, applicationVersionSupported';

const STRINGS = { expected: 'a string', accepts: ['', 'x'], refuses: [1, null, true, ['x'], {}] };
const NUMBERS = { expected: 'a number', accepts: [0, -1.5], refuses: ['1', null, true] };
const DATES = {
  expected: 'Unix milliseconds, or an RFC 3339 date to the millisecond such as "2026-01-05T09:00:00Z"',
  accepts: [0, 1767603600000, '2026-01-05T09:00:00Z', '2026-01-05T09:00:00.123+02:00'],
  refuses: [
    '2026-01-05t09:00:00z',
    '2026-01-05',
    '2026-02-30T09:00:00Z',
    '2026-01-05T09:00:00',
    '1767603600000',
    'today',
    null,
  ],
};
const VERSIONS = {
  expected: 'a semantic version such as "1.2.3"',
  accepts: ['1', '1.2', '1.2.3', '0.0.0', '1.2.3-beta.1', '1.2.3+build.5', '1.2.3-rc-1+b'],
  refuses: ['', 'v1.2.3', '1.2.3.4', '01.2.3', '1.2.', '1.2.3-', '1.2.3-01', 1, null],
};

describe('parseClause', () => {
  const operators = [
    { op: 'in', expected: 'any value', accepts: ['x', 1, true, null, [1], { a: 1 }], refuses: [] },
    { op: 'startsWith', ...STRINGS },
    { op: 'endsWith', ...STRINGS },
    { op: 'contains', ...STRINGS },
    {
      op: 'matches',
      expected:
        'a regular expression that RE2 and JavaScript read alike, without look-around, back-references, flags and named classes',
      accepts: ['', '^a+$', '(a|b)'],
      refuses: ['(', '(?=a)', '(a)\\1', '[', '*a', 1],
    },
    { op: 'lessThan', ...NUMBERS },
    { op: 'lessThanOrEqual', ...NUMBERS },
    { op: 'greaterThan', ...NUMBERS },
    { op: 'greaterThanOrEqual', ...NUMBERS },
    { op: 'before', ...DATES },
    { op: 'after', ...DATES },
    { op: 'semVerEqual', ...VERSIONS },
    { op: 'semVerLessThan', ...VERSIONS },
    { op: 'semVerGreaterThan', ...VERSIONS },
    { op: 'segmentMatch', ...STRINGS },
  ];
  const accepted = operators.flatMap(({ op, accepts }) => accepts.map((value) => ({ op, value })));
  const refused = operators.flatMap(({ op, expected, refuses }) => refuses.map((value) => ({ op, expected, value })));

  it.each(accepted)('accepts for $op the value $value', ({ op, value }) => {
    expect(parse({ attribute: 'a', op, values: [value] }).values).toEqual([value]);
  });

  it.each(refused)('refuses for $op the value $value', ({ op, expected, value }) => {
    const problem = `clauses[0].values: expected only values that are ${expected}, got ${JSON.stringify([value])}`;
    expect(() => parse({ attribute: 'a', op, values: [value] })).toThrow(new InvalidRequest(problem));
  });

  it('checks every value, and takes an empty list', () => {
    expect(() => parse({ attribute: 'a', op: 'lessThan', values: [1, 'x'] })).toThrow(InvalidRequest);
    expect(parse({ attribute: 'a', op: 'lessThan', values: [] }).values).toEqual([]);
  });

  it('speaks of users and does not negate unless told', () => {
    const clause = { attribute: 'plan', op: 'in', values: ['pilot'] };
    expect(parse(clause)).toEqual({ ...clause, contextKind: 'user', negate: false });
    expect(parse({ ...clause, contextKind: '' }).contextKind).toBe('user');
    expect(parse({ ...clause, contextKind: 'organization', negate: true })).toEqual({
      ...clause,
      contextKind: 'organization',
      negate: true,
    });
  });

  it('names the attribute of a segment match itself', () => {
    const clause = { op: 'segmentMatch', values: ['unknown-segment'] };
    expect(parse(clause)).toMatchObject({ attribute: 'segmentMatch' });
    expect(parse({ ...clause, attribute: 'plan' })).toMatchObject({ attribute: 'segmentMatch' });
  });

  it.each([
    { name: 'no operator', bad: { op: undefined }, problem: 'op: expected a string, got nothing' },
    { name: 'an unknown operator', bad: { op: 'equals' }, problem: `op: expected one of ${OPERATORS}, got "equals"` },
    {
      name: 'an operator that every object has by birth',
      bad: { op: 'toString' },
      problem: `op: expected one of ${OPERATORS}, got "toString"`,
    },
    {
      name: 'no attribute',
      bad: { attribute: undefined },
      problem: 'attribute: expected the name of an attribute, got nothing',
    },
    {
      name: 'an empty attribute',
      bad: { attribute: '' },
      problem: 'attribute: expected the name of an attribute, got ""',
    },
    {
      name: 'a path with an empty part',
      bad: { attribute: '/address//city' },
      problem: 'attribute: expected the name of an attribute, or a path such as "/address/city", got "/address//city"',
    },
    { name: 'no values', bad: { values: undefined }, problem: 'values: expected an array, got nothing' },
    { name: 'one value without a list', bad: { values: 'x' }, problem: 'values: expected an array, got "x"' },
    {
      name: 'an impossible kind of context',
      bad: { contextKind: 'a b' },
      problem: `contextKind: expected a context kind of 1 to 100 letters, digits, '.', '_' or '-', other than kind and multi, got "a b"`,
    },
    { name: 'a negation in words', bad: { negate: 'yes' }, problem: 'negate: expected true or false, got "yes"' },
  ])('refuses $name', ({ bad, problem }) => {
    expect(() => parse({ attribute: 'plan', op: 'in', values: ['x'], ...bad })).toThrow(
      new InvalidRequest(`clauses[0].${problem}`),
    );
  });
});
