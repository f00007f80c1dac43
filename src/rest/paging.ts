import type { PageRequest } from '../store/paging.ts';
import type { Links, PageQuery } from '../wire/rest/common.ts';
import type { ApiVersion } from './api-version.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** The page that a query asks for: 20 items unless it says otherwise, 1000 at the most. */
export function toPage(query: PageQuery, maxLimit = MAX_LIMIT): PageRequest {
  return { limit: Math.min(query.limit || DEFAULT_LIMIT, maxLimit), offset: query.offset ?? 0 };
}

/** Everything, however much there is. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** The same for a list that had no pages before a version: all of it then, unless the query asks for a page. */
export function toPageSince(since: number, { version }: ApiVersion, query: PageQuery): PageRequest {
  return version < since && !query.limit ? { limit: NO_LIMIT, offset: query.offset ?? 0 } : toPage(query);
}

/**
 * The links of a page: `self` with its effective limit and offset, and of `first`, `prev`, `next`, `last` those that
 * exist and are other pages. All repeat the query of the request.
 * @param url path and query of the request
 */
export function pageLinks(url: string, page: PageRequest, totalCount: number): Links {
  const { offset } = page;
  const limit = page.limit === NO_LIMIT ? Math.max(totalCount, 1) : page.limit;
  const at = (newOffset: number) => {
    const [path = '', query = ''] = url.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('limit', String(limit));
    parameters.set('offset', String(newOffset));
    return { href: `${path}?${parameters.toString()}`, type: 'application/json' };
  };
  const lastOffset = Math.max(0, Math.floor((totalCount - 1) / limit) * limit);
  return {
    self: at(offset),
    ...(offset > 0 && { first: at(0), prev: at(Math.max(0, offset - limit)) }),
    ...(offset + limit < totalCount && { next: at(offset + limit), last: at(lastOffset) }),
  };
}

/** Cuts a page from a list that is small enough to be read whole. */
export function cutPage<T>(items: readonly T[], { limit, offset }: PageRequest): readonly T[] {
  return items.slice(offset, offset + limit);
}
