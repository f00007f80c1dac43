import { describe, expect, it } from 'vitest';
import { readVariations } from './variations.ts';

describe('readVariations', () => {
  it('leaves those of a boolean flag to the service, unless they have names', () => {
    expect(readVariations('boolean', undefined)).toBeUndefined();
    expect(readVariations('boolean', undefined, ['On'])).toEqual([{ value: true, name: 'On' }, { value: false }]);
  });

  it('reads texts as they are, numbers and JSON', () => {
    expect(readVariations('string', ['1', ''])).toEqual([{ value: '1' }, { value: '' }]);
    expect(readVariations('number', ['1', '-2.5'])).toEqual([{ value: 1 }, { value: -2.5 }]);
    expect(readVariations('json', ['null', '{"a":[]}'], ['None'])).toEqual([
      { value: null, name: 'None' },
      { value: { a: [] } },
    ]);
  });

  it.each([
    ['boolean', ['true'], [], '--variation: expected none for a boolean flag, got 1'],
    ['string', ['a'], [], '--variation: expected at least two for a flag of kind string, got 1'],
    ['json', undefined, [], '--variation: expected at least two for a flag of kind json, got 0'],
    ['number', ['1', '"1"'], [], '--variation: expected a number, got "\\"1\\""'],
    ['number', ['1', 'x'], [], '--variation: expected a number, got "x"'],
    ['json', ['1', '{'], [], '--variation: expected JSON, got "{"'],
    ['boolean', undefined, ['a', 'b', 'c'], '--variation-name: expected at most 2, one for each variation, got 3'],
  ] as const)('refuses %s %j %j', (kind, values, names, message) => {
    expect(() => readVariations(kind, values, names)).toThrow(message);
  });
});
