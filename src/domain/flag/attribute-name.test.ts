import { describe, expect, it } from 'vitest';
import { parseReference } from '../evaluation/attribute-reference.ts';
import { Fields } from '../fields.ts';
import { portableReference, readAttribute, readBucketBy } from './attribute-name.ts';

const fields = (value: unknown) => new Fields({ by: value }, '');
const EXPECTED = 'by: expected the name of an attribute, or a path such as "/address/city"';

describe('attributes', () => {
  it.each(['plan', '/address/city', 'a//b', 'a~', '/a~0~1', 'meta', '/a/_meta'])('may be %s', (attribute) => {
    expect(readAttribute(fields(attribute), 'by')).toBe(attribute);
    expect(readBucketBy(fields(attribute), 'by')).toBe(attribute);
  });

  it.each(['/', '/a/', '//a', '/a//b', '/a~', '/a~2'])('are not %s', (attribute) => {
    const problem = `${EXPECTED}, got ${JSON.stringify(attribute)}`;
    expect(() => readAttribute(fields(attribute), 'by')).toThrow(problem);
    expect(() => readBucketBy(fields(attribute), 'by')).toThrow(problem);
  });

  it.each(['_meta', '/_meta', '/_meta/x'])('do not stand in %s', (attribute) => {
    const problem = `${EXPECTED}, outside of _meta, got ${JSON.stringify(attribute)}`;
    expect(() => readAttribute(fields(attribute), 'by')).toThrow(problem);
    expect(() => readBucketBy(fields(attribute), 'by')).toThrow(problem);
  });

  it('that decide about shares are the key where nothing is said', () => {
    expect(readBucketBy(fields(undefined), 'by')).toBe(undefined);
    expect(readBucketBy(fields(''), 'by')).toBe(undefined);
    expect(() => readAttribute(fields(''), 'by')).toThrow('by: expected the name of an attribute, got ""');
  });
});

describe('portableReference', () => {
  it.each([
    ['a~', '/a~0'],
    ['a//b', '/a~1~1b'],
    ['~', '/~0'],
    ['plan', 'plan'],
    ['a/b', 'a/b'],
    ['/a~0', '/a~0'],
  ])('writes %s as %s, which is the same', (reference, portable) => {
    expect(portableReference(reference)).toBe(portable);
    expect(parseReference(portable)).toEqual(parseReference(reference));
  });
});
