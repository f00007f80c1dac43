import { describe, expect, it } from 'vitest';
import { createVersion, newName, patchVersion } from './application.ts';

describe('newName', () => {
  it.each([
    ['the first that is told', { key: 'shop', name: 'shop' }, 'Shop', 'Shop'],
    ['no other one later', { key: 'shop', name: 'Shop' }, 'Store', undefined],
    ['none when none is told', { key: 'shop', name: 'shop' }, undefined, undefined],
    ['none when the key is told', { key: 'shop', name: 'shop' }, 'shop', undefined],
  ])('is %s', (_, known, name, expected) => {
    expect(newName(known, { key: known.key, name })).toBe(expected);
  });
});

describe('patchVersion', () => {
  it.each([
    [false, false],
    ['false', false],
    ['true', true],
    [true, true],
  ])('takes %j for %s', (value, isSupported) => {
    const patch = [{ op: 'replace', path: '/supported', value }];
    expect(patchVersion(createVersion({ key: '1' }, 0), patch).isSupported).toBe(isSupported);
  });
});
