import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidRequest } from './errors.ts';
import { requireKey, requireName, requireTags } from './naming.ts';

describe('requireKey', () => {
  it.each([
    { name: 'one letter', key: 'a' },
    { name: 'a digit first', key: '2026-cart' },
    { name: 'all the characters', key: 'aZ0._-' },
    { name: '256 characters', key: 'k'.repeat(256) },
  ])('accepts $name', ({ key }) => {
    expect(requireKey('key', key)).toBe(key);
  });

  it.each([
    { name: 'nothing', key: '' },
    { name: 'a dot first', key: '.a' },
    { name: 'a dash first', key: '-a' },
    { name: 'a space', key: 'new cart' },
    { name: 'a line break at the end', key: 'cart\n' },
    { name: 'an umlaut', key: 'käse' },
    { name: 'a slash', key: 'a/b' },
  ])('refuses $name', ({ key }) => {
    expect(() => requireKey('key', key)).toThrow(
      new InvalidRequest(
        `key: ${JSON.stringify(key)} is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
      ),
    );
  });

  it('refuses keys longer than the field allows', () => {
    expect(requireKey('key', 'abc', 3)).toBe('abc');
    expect(() => requireKey('projectKey', 'abcd', 3)).toThrow(
      `projectKey: "abcd" is not a valid key; expected 1 to 3 letters, digits, '.', '_' or '-', starting with a letter or digit`,
    );
  });
});

describe('requireName', () => {
  it('trims', () => {
    expect(requireName('name', '  New cart\n')).toBe('New cart');
  });

  it('counts the length without the space around', () => {
    expect(requireName('name', ` ${'n'.repeat(256)} `)).toHaveLength(256);
    expect(() => requireName('name', 'n'.repeat(257))).toThrow(InvalidRequest);
  });

  it.each(['', '  '])('refuses the empty name %j', (name) => {
    const shown = JSON.stringify(name);
    expect(() => requireName('phases[0].name', name)).toThrow(
      new InvalidRequest(`phases[0].name: ${shown} is not a valid name; expected 1 to 256 characters`),
    );
  });
});

describe('requireTags', () => {
  const tag = fc.stringMatching(/^[a-zA-Z0-9._-]{1,3}$/);

  it('drops repetitions and keeps the first of each', () => {
    expect(requireTags('tags', ['b', 'a', 'b', 'A'])).toEqual(['b', 'a', 'A']);
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 64 }), (tags) => {
        const once = requireTags('tags', tags);
        expect(requireTags('tags', once)).toEqual(once);
        expect(new Set(once)).toEqual(new Set(tags));
      }),
    );
  });

  it.each([
    { name: 'an empty one', tags: ['a', ''] },
    { name: 'one with a space', tags: ['a', 'b c'] },
    { name: 'one of 65 characters', tags: ['a', 'x'.repeat(65)] },
  ])('refuses $name by its index', ({ tags }) => {
    expect(() => requireTags('tags', tags)).toThrow(
      new InvalidRequest(
        `tags[1]: ${JSON.stringify(tags[1])} is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
      ),
    );
  });

  it('counts different tags only, up to 64', () => {
    const tags = Array.from({ length: 64 }, (_, index) => `t${index}`);
    expect(requireTags('tags', [...tags, 't0'])).toHaveLength(64);
    expect(() => requireTags('tags', [...tags, 't64'])).toThrow(
      new InvalidRequest('tags: expected at most 64 tags, got 65'),
    );
  });
});
