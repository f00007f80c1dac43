import { describe, expect, it } from 'vitest';
import { contextPath, siteTarget } from '../../shell/paths.ts';
import { partsOf, searchFilter, titleOf } from './seen-context.ts';

describe('a context that was seen', () => {
  it('is called by its name, else by its key', () => {
    expect(titleOf({ kind: 'user', key: 'kim', name: 'Kim' })).toBe('Kim');
    expect(titleOf({ kind: 'multi', user: { key: 'kim' }, org: { key: 'acme' } })).toContain(' + ');
    expect(titleOf('nothing')).toBe('A context that cannot be read');
    expect(partsOf({ kind: 'user', key: 'kim' }).map(({ kind }) => kind)).toEqual(['user']);
  });

  it('is found by text and kind', () => {
    expect(searchFilter('contexts', 'org', 'a"b')).toBe('kind equals "org",q equals "a\\"b"');
    expect(searchFilter('contexts', undefined, undefined)).toBe('');
    expect(searchFilter('instances', undefined, 'kim')).toBe('kindKeys contains ["user:kim"]');
    expect(searchFilter('instances', 'org', 'org:acme')).toBe('kinds contains ["org"],kindKeys contains ["org:acme"]');
  });

  it('has an address, whatever its key is', () => {
    const path = contextPath('shop', 'test', { kind: 'user', key: '100%/kim@x' });
    expect(new URLSearchParams(path.split('?')[1]).get('key')).toBe('100%/kim@x');
    expect(siteTarget('/shop/test/contexts/user/100%25%2Fkim%40x')).toBe(path);
    expect(siteTarget('/shop/test/context-instances/a2lt')).toBe(contextPath('shop', 'test', { instance: 'a2lt' }));
  });
});
