import { describe, expect, it } from 'vitest';
import { cutPage, pageLinks, toPage } from './paging.ts';

describe('toPage', () => {
  it.each([
    ['the defaults', {}, { limit: 20, offset: 0 }],
    ['a limit of 0 as the default', { limit: 0 }, { limit: 20, offset: 0 }],
    ['what is asked for', { limit: 5, offset: 10 }, { limit: 5, offset: 10 }],
    ['at most the maximum', { limit: 5000 }, { limit: 1000, offset: 0 }],
  ])('takes %s', (_name, query, page) => {
    expect(toPage(query)).toEqual(page);
  });
});

describe('pageLinks', () => {
  const offsets = (offset: number, totalCount: number) => {
    const links = pageLinks('/list?env=test&offset=7', { limit: 10, offset }, totalCount);
    return Object.fromEntries(
      Object.entries(links).map(([role, { href }]) => [role, new URL(href, 'http://x').searchParams.get('offset')]),
    );
  };

  it('has nothing but self when everything is on the page', () => {
    expect(offsets(0, 10)).toEqual({ self: '0' });
  });

  it('leads forward from the first page', () => {
    expect(offsets(0, 25)).toEqual({ self: '0', next: '10', last: '20' });
  });

  it('leads both ways from the middle', () => {
    expect(offsets(10, 25)).toEqual({ self: '10', first: '0', prev: '0', next: '20', last: '20' });
  });

  it('leads back from the last page, and from beyond it', () => {
    expect(offsets(20, 25)).toEqual({ self: '20', first: '0', prev: '10' });
    expect(offsets(50, 25)).toEqual({ self: '50', first: '0', prev: '40' });
  });

  it('repeats the query of the request', () => {
    expect(pageLinks('/list?env=test&env=prod', { limit: 10, offset: 0 }, 0)['self']?.href).toBe(
      '/list?env=test&env=prod&limit=10&offset=0',
    );
  });
});

describe('cutPage', () => {
  it('is empty beyond the end', () => {
    expect(cutPage([1, 2, 3], { limit: 2, offset: 2 })).toEqual([3]);
    expect(cutPage([1, 2, 3], { limit: 2, offset: 9 })).toEqual([]);
  });
});
