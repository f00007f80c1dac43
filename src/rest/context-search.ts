import type { Context } from '../domain/evaluation/context.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import type { Db } from '../store/database.ts';
import {
  type ContextScope,
  countSeenContexts,
  type ContextsWanted,
  readSeenContexts,
  type SeenCursor,
  type SeenContext,
} from '../store/seen-contexts.ts';
import type { Links } from '../wire/rest/common.ts';
import type { ContextSearch } from '../wire/rest/contexts.ts';
import { isTrueOf, readSeen } from './context-filter.ts';
import { parseSort } from './filter.ts';
import { type FilterFields, parseFilterExpression } from './filter-expression.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;
const BODY_OR_QUERY = ['filter', 'sort', 'limit', 'continuationToken'] as const;

/** A context that was found. */
export interface Found {
  readonly seen: SeenContext;
  readonly context: Context;
}

/** Which contexts to search, and how. */
export interface SearchRequest {
  readonly environmentId: string;
  readonly scope: ContextScope;
  readonly kind?: string | undefined;
  readonly key?: string | undefined;
  readonly fields: FilterFields;
  readonly query: ContextSearch;
  /** Path and query of the request. */
  readonly url: string;
}

/** A page of what was found, without the items. */
export interface SearchPage {
  readonly _links: Links;
  readonly _environmentId: string;
  readonly totalCount?: number;
  readonly continuationToken?: string;
}

/** What to search for, from the query or the body, but not both. @throws InvalidRequest */
export function searchOf(query: ContextSearch, body: Partial<ContextSearch> | null | undefined): ContextSearch {
  const given = BODY_OR_QUERY.filter((name) => query[name] !== undefined);
  const inBody = Object.keys(body ?? {});
  if (given.length > 0 && inBody.length > 0) {
    throw new InvalidRequest(
      `body: expected the query parameters (${given.join(', ')}) or a body (${inBody.join(', ')}), got both`,
    );
  }
  return { ...query, ...body };
}

/** Searches contexts in the order in which they were seen. @throws InvalidRequest */
export async function searchContexts(
  db: Db,
  request: SearchRequest,
): Promise<{ readonly page: SearchPage; readonly found: readonly Found[] }> {
  const { environmentId, scope, kind, key, query, url } = request;
  const isMeant = parseFilterExpression(query.filter, request.fields);
  const isFiltered = (query.filter ?? '').trim() !== '';
  const { sign } = parseSort(query.sort ?? '-ts', ['ts'], 'ts');
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const after = query.continuationToken === undefined ? undefined : readToken(query.continuationToken);
  const matching = (wanted: ContextsWanted) => matches(db, wanted, isMeant);
  const wanted = { environmentId, scope, kind, key, sign };

  const found: Found[] = [];
  let isMore = false;
  for await (const one of matching({ ...wanted, after })) {
    isMore = found.length === limit;
    if (isMore) break;
    found.push(one);
  }
  let totalCount = found.length;
  const isCounted = query.includeTotalCount ?? true;
  if (isCounted && (isMore || after)) {
    totalCount = isFiltered ? await countAll(matching(wanted)) : await countSeenContexts(db, wanted);
  }
  const last = found.at(-1);
  const continuationToken = isMore && last ? writeToken(last.seen) : undefined;
  const page = {
    _links: {
      self: { href: url, type: 'application/json' },
      ...(continuationToken !== undefined && { next: nextLink(url, { ...query, limit, continuationToken }) }),
    },
    _environmentId: environmentId,
    ...(isCounted && { totalCount }),
    ...(continuationToken !== undefined && { continuationToken }),
  };
  return { page, found };
}

async function* matches(
  db: Db,
  wanted: ContextsWanted,
  isMeant: ReturnType<typeof parseFilterExpression>,
): AsyncGenerator<Found> {
  for await (const seen of readSeenContexts(db, wanted)) {
    const context = readSeen(seen);
    if (isMeant((term) => isTrueOf(seen, context, term))) yield { seen, context };
  }
}

async function countAll(found: AsyncIterable<Found>): Promise<number> {
  let count = 0;
  for await (const _ of found) count++;
  return count;
}

function nextLink(url: string, query: ContextSearch): Links[string] {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return { href: `${url.split('?')[0] ?? ''}?${text}`, type: 'application/json' };
}

function writeToken({ lastSeen, kind, key, applicationId }: SeenCursor): string {
  return Buffer.from(JSON.stringify([lastSeen, kind, key, applicationId])).toString('base64url');
}

function readToken(token: string): SeenCursor {
  try {
    const [lastSeen, ...texts] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    const [kind, key, applicationId] = texts.map((text) =>
      typeof text === 'string' && !text.includes('\0') ? text : undefined,
    );
    if (Number.isSafeInteger(lastSeen) && kind !== undefined && key !== undefined && applicationId !== undefined) {
      return { lastSeen: lastSeen as number, kind, key, applicationId };
    }
  } catch {
    // Said below.
  }
  throw new InvalidRequest(`continuationToken: expected the token of an earlier page, got ${show(token)}`);
}
