import { type Expression, sql } from 'kysely';
import type { Flag } from '../domain/flag/flag.ts';
import { chunks } from './chunks.ts';
import { byBytes, type Db } from './database.ts';
import { type FlagFilter, flagConditions } from './flag-conditions.ts';
import { withConfigsIn } from './flag-configs.ts';
import { countFlags } from './flag-indexes.ts';
import type { Page, PageRequest } from './paging.ts';
import type { Tables } from './tables.ts';

export type FlagSortField =
  | 'creationDate'
  | 'key'
  | 'maintainerId'
  | 'name'
  | 'tags'
  | 'targetingModifiedDate'
  | 'type';

export interface FlagSort {
  readonly by: FlagSortField;
  readonly sign: 1 | -1;
}

export interface FlagListRequest {
  readonly projectId: string;
  readonly filter: FlagFilter;
  /** Newest first when empty. The key breaks ties. */
  readonly sorts: readonly FlagSort[];
  /** The environment whose changes `targetingModifiedDate` speaks of. */
  readonly sortEnvironmentId?: string | undefined;
  /** Whose configurations to load with the flags. */
  readonly environmentIds: readonly string[];
}

/** A page of the flags of a project (docs/wire/flags.md, "List"). */
export async function listFlags(db: Db, request: FlagListRequest, page: PageRequest): Promise<Page<Flag>> {
  const ids = await sorted(db, listQuery(db, request).select('flags.id'), request)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { items: await findInOrder(db, ids, request), totalCount: await countMatches(db, request) };
}

/** All the flags of a list, for filters that only the flags themselves can answer. */
export async function listMatchingFlags(db: Db, request: FlagListRequest): Promise<readonly Flag[]> {
  return findInOrder(db, await sorted(db, listQuery(db, request).select('flags.id'), request).execute(), request);
}

/** Loads flags whose order is known. Sorting without their documents is what makes it fast. */
async function findInOrder(
  db: Db,
  ids: readonly { readonly id: string }[],
  { environmentIds }: FlagListRequest,
): Promise<readonly Flag[]> {
  const flags = new Map<string, Flag>();
  for (const chunk of chunks(ids.map(({ id }) => id))) {
    const rows = await db.selectFrom('flags').selectAll().where('id', 'in', chunk).execute();
    for (const flag of await withConfigsIn(db, rows, environmentIds)) flags.set(flag.id, flag);
  }
  return ids.flatMap(({ id }) => flags.get(id) ?? []);
}

/** Counts the flags of a list; those that are not archived, and those that are, are counted already. */
async function countMatches(db: Db, request: FlagListRequest): Promise<number> {
  const { states, queries, tags = [], environmentId: _environmentId, ...conditions } = request.filter;
  const isArchived = states.includes('archived');
  const isWhole = states.length === (isArchived ? 1 : 2);
  const isConditional = [...queries, ...tags, ...Object.values(conditions)].some((value) => value !== undefined);
  if (isWhole && !isConditional) return countFlags(db, request.projectId, isArchived);
  const { count } = await listQuery(db, request)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function listQuery(db: Db, { projectId, filter }: FlagListRequest) {
  return db
    .selectFrom('flags')
    .where('flags.project_id', '=', projectId)
    .where((expression) => expression.and(flagConditions(expression, filter)));
}

/** Orders a list of flags. Texts go by their lower case first; those without a maintainer come last. */
function sorted<Q extends Ordered<Q>>(db: Db, query: Q, { sorts, sortEnvironmentId = '' }: FlagListRequest): Q {
  const orders = sorts.length === 0 ? [{ by: 'creationDate', sign: -1 } as const] : sorts;
  const ordered = orders.reduce<Q>((state, { by, sign }) => {
    const way = sign === 1 ? 'asc' : 'desc';
    switch (by) {
      case 'creationDate':
        return state.orderBy('flags.created_at', way);
      case 'key':
        return state.orderBy('flags.lower_key', way).orderBy(byBytes(db, 'flags.key'), way);
      case 'name':
        return state.orderBy('flags.lower_name', way).orderBy(byBytes(db, 'flags.name'), way);
      case 'maintainerId':
        return state.orderBy(sql`flags.maintainer_id is null`, 'asc').orderBy(byBytes(db, 'flags.maintainer_id'), way);
      case 'tags':
        return state.orderBy('flags.sorted_tags', way);
      case 'type':
        return state.orderBy('flags.is_temporary', way);
      case 'targetingModifiedDate':
        return state.orderBy(
          sql`(select last_modified from flag_configs where flag_id = flags.id and environment_id = ${sortEnvironmentId})`,
          way,
        );
    }
  }, query);
  return ordered.orderBy('flags.lower_key', 'asc').orderBy(byBytes(db, 'flags.key'), 'asc');
}

/** What is asked of a query to order it. */
interface Ordered<Q> {
  orderBy(by: `flags.${keyof Tables['flags']}` | Expression<unknown>, way: 'asc' | 'desc'): Q;
}
