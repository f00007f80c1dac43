import { describe, expect, it } from 'vitest';
import { contains, hasAllTags, parseFilter, parseSort, parseSorts } from './filter.ts';

describe('parseFilter', () => {
  it.each([
    ['nothing', undefined, {}],
    ['one field', 'query:cart', { query: 'cart' }],
    ['several fields', 'query:cart, tags:a+b', { query: 'cart', tags: 'a+b' }],
    ['a colon in the value', 'query:a:b', { query: 'a:b' }],
    ['a comma in quotes', 'query:"a,b",tags:c', { query: '"a,b"', tags: 'c' }],
    ['a comma in brackets', 'query:{"a":1,"b":[2,3]},tags:c', { query: '{"a":1,"b":[2,3]}', tags: 'c' }],
  ])('reads %s', (_name, text, expected) => {
    expect(parseFilter(text, ['query', 'tags'])).toEqual(expected);
  });

  it.each([
    ['an unknown field', 'color:red', 'filter: "color:red" is not a known filter; expected query:value, tags:value'],
    ['no field at all', 'cart', 'filter: "cart" is not a known filter; expected query:value, tags:value'],
    ['an empty value', 'query:', 'filter: expected a value for query, got nothing'],
    ['a repeated field', 'query:a,query:b', 'filter: expected query once, got it twice'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseFilter(text, ['query', 'tags'])).toThrow(message);
  });
});

describe('contains', () => {
  it('ignores case and looks into every text', () => {
    expect(contains('CART', 'new', 'The cart')).toBe(true);
    expect(contains('cart', 'new', 'shop')).toBe(false);
    expect(contains(undefined, 'anything')).toBe(true);
  });
});

describe('hasAllTags', () => {
  it.each([
    ['a+b', true],
    ['a b', true],
    ['A', true],
    ['a+c', false],
  ])('finds %s in a and b: %s', (list, expected) => {
    expect(hasAllTags(list, ['a', 'b'])).toBe(expected);
  });
});

describe('parseSort', () => {
  it('reads the direction', () => {
    expect(parseSort('-name', ['name', 'createdOn'], 'createdOn')).toEqual({ by: 'name', sign: -1 });
    expect(parseSort(undefined, ['name', 'createdOn'], 'createdOn')).toEqual({ by: 'createdOn', sign: 1 });
  });

  it('refuses an unknown field', () => {
    expect(() => parseSort('size', ['name'], 'name')).toThrow(
      'sort: "size" is not a known order; expected one of name',
    );
  });
});

describe('parseSorts', () => {
  it('reads fields in order, none from nothing', () => {
    expect(parseSorts('-name, size', ['name', 'size'])).toEqual([
      { by: 'name', sign: -1 },
      { by: 'size', sign: 1 },
    ]);
    expect(parseSorts(undefined, ['name'])).toEqual([]);
    expect(parseSorts('', ['name'])).toEqual([]);
  });

  it.each(['name,color', 'name,', '--name', '+name'])('refuses %s', (text) => {
    expect(() => parseSorts(text, ['name'])).toThrow('is not a known order; expected one of name');
  });
});
