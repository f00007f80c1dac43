import { describe, expect, it } from 'vitest';
import { parseReference } from './attribute-reference.ts';

describe('parseReference', () => {
  it.each([
    ['name', ['name']],
    ['/name', ['name']],
    ['a/b', ['a/b']],
    ['a//b', ['a//b']],
    ['a~', ['a~']],
    ['/address/city', ['address', 'city']],
    ['/a~1b', ['a/b']],
    ['/a~0b', ['a~b']],
    ['/a~01b', ['a~1b']],
    ['/0/1', ['0', '1']],
  ])('reads %s', (reference, parts) => {
    expect(parseReference(reference)).toEqual(parts);
  });

  it.each(['', '/', '//', '//a', '/a/', '/a//b', '/a~', '/a~x', '/~2'])('refuses %j', (reference) => {
    expect(parseReference(reference)).toBeUndefined();
  });
});
