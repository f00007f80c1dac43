import { describe, expect, it } from 'vitest';
import { readApplicationTags } from './tags.ts';

describe('readApplicationTags', () => {
  it.each([
    ['application-id/shop application-version/1.2', { key: 'shop', version: { key: '1.2' } }],
    ['application-version/1.2 application-id/com.example.shop', { key: 'com.example.shop', version: { key: '1.2' } }],
    ['application-id/shop:other', { key: 'shop' }],
    ['application-id/shop application-name/Shop', { key: 'shop', name: 'Shop' }],
    ['application-id/shop application-name/a?b', { key: 'shop' }],
    [
      'application-id/shop application-version/7 application-version-name/Spring',
      { key: 'shop', version: { key: '7', name: 'Spring' } },
    ],
    ['application-id/shop application-version-name/Spring', { key: 'shop' }],
    [`application-id/shop application-version/${'x'.repeat(65)}`, { key: 'shop' }],
    ['application-version/1.2', undefined],
    [`application-id/${'x'.repeat(65)}`, undefined],
    ['application-id/a?b', undefined],
    ['application-id', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s', (header, tags) => {
    expect(readApplicationTags(header)).toEqual(tags);
  });
});
