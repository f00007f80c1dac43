import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, jsonEquals, jsonKey, show } from './json.ts';

describe('jsonEquals', () => {
  it.each([
    { name: 'scalars of one value', left: 1, right: 1, expected: true },
    { name: 'a number and its digits', left: 1, right: '1', expected: false },
    { name: 'null and nothing', left: null, right: undefined, expected: false },
    { name: 'null and an object', left: null, right: {}, expected: false },
    { name: 'members in another order', left: { a: 1, b: 2 }, right: { b: 2, a: 1 }, expected: true },
    { name: 'elements in another order', left: [1, 2], right: [2, 1], expected: false },
    { name: 'an undefined member and an absent one', left: { a: undefined }, right: {}, expected: true },
    { name: 'a null member and an absent one', left: { a: null }, right: {}, expected: false },
    {
      name: 'an undefined member against another member',
      left: { a: undefined, b: 1 },
      right: { a: 1 },
      expected: false,
    },
    { name: 'an empty array and an empty object', left: [], right: {}, expected: false },
    { name: 'an array and an object of the same members', left: ['x'], right: { 0: 'x' }, expected: false },
    { name: 'differences in the depth', left: { a: [{ b: 1 }] }, right: { a: [{ b: 2 }] }, expected: false },
  ])('$name: $expected', ({ left, right, expected }) => {
    expect(jsonEquals(left, right)).toBe(expected);
    expect(jsonEquals(right, left)).toBe(expected);
  });

  describe('is an equivalence', () => {
    /** Few leaves, so that values are equal often enough. */
    const small: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Json>(null, false, 0, ''),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b'), tie('value')),
      ),
    })).value;

    it('is reflexive, also over a copy', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          expect(jsonEquals(value, value)).toBe(true);
          expect(jsonEquals(value, JSON.parse(JSON.stringify(value)))).toBe(true);
        }),
      );
    });

    it('is symmetric', () => {
      const pair = fc.oneof(fc.tuple(fc.jsonValue(), fc.jsonValue()), fc.tuple(small, small));
      fc.assert(
        fc.property(pair, ([left, right]) => {
          expect(jsonEquals(left, right)).toBe(jsonEquals(right, left));
        }),
      );
    });

    it('is transitive', () => {
      fc.assert(
        fc.property(small, small, small, (a, b, c) => {
          expect(jsonEquals(a, b) && jsonEquals(b, c) && !jsonEquals(a, c)).toBe(false);
        }),
        { numRuns: 1000 },
      );
    });
  });
});

describe('jsonKey', () => {
  it('is the same for equal values, and for no others', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(jsonKey(left) === jsonKey(right)).toBe(jsonEquals(left, right));
      }),
    );
  });

  it.each([
    ['5', 5],
    ['null', null],
    ['true', true],
    ['[]', []],
    ['{}', {}],
    ['', null],
  ])('tells the text %j from %j', (text, value) => {
    expect(jsonKey(text)).not.toBe(jsonKey(value));
  });

  it('does not mind the order of members', () => {
    expect(jsonKey({ a: 1, b: { c: 2, d: 3 } })).toBe(jsonKey({ b: { d: 3, c: 2 }, a: 1 }));
  });
});

describe('show', () => {
  it.each([
    { name: 'a string in quotes', value: 'a"b', expected: '"a\\"b"' },
    { name: 'an object as JSON', value: { a: [1, null] }, expected: '{"a":[1,null]}' },
    { name: 'the absence of a value in words', value: undefined, expected: 'nothing' },
    { name: 'eighty characters in full', value: 'x'.repeat(78), expected: `"${'x'.repeat(78)}"` },
    { name: 'longer values cut', value: 'x'.repeat(79), expected: `"${'x'.repeat(76)}…` },
  ])('shows $name', ({ value, expected }) => {
    expect(show(value)).toBe(expected);
  });
});
