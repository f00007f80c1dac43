import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { SeenContextsTable } from './tables.ts';

/** A context of one kind for itself, or all contexts of an evaluation together. */
export type ContextScope = SeenContextsTable['scope'];

/** A context that SDKs have told of. */
export interface SeenContext {
  readonly scope: ContextScope;
  /** `multi` for instances of several kinds. */
  readonly kind: string;
  /** The key of the context; of instances, the canonical key. */
  readonly key: string;
  /** Empty when the SDK does not say. */
  readonly applicationId: string;
  /** Unix milliseconds. */
  readonly lastSeen: number;
  /** The context as SDKs write it, as JSON. */
  readonly document: string;
}

/**
 * Remembers contexts, each once in the list. Rows go in the order of their keys, so that batches do not block each other
 * crosswise; the later of two times wins, whichever is stored first.
 */
export async function saveSeenContexts(tx: Tx, environmentId: string, contexts: readonly SeenContext[]): Promise<void> {
  const order = ({ scope, kind, key, applicationId }: SeenContext) => `${scope} ${kind} ${key} ${applicationId}`;
  const rows = contexts
    .toSorted((left, right) => (order(left) < order(right) ? -1 : 1))
    .map(({ scope, kind, key, applicationId, lastSeen, document }) => ({
      environment_id: environmentId,
      scope,
      kind,
      key,
      application_id: applicationId,
      first_seen: lastSeen,
      last_seen: lastSeen,
      document,
    }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('seen_contexts')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'scope', 'kind', 'key', 'application_id'])
          .doUpdateSet((set) => ({
            last_seen: set.ref('excluded.last_seen'),
            document: set.ref('excluded.document'),
          }))
          .whereRef('seen_contexts.last_seen', '<=', 'excluded.last_seen'),
      )
      .execute();
  }
}

/** Which contexts of an environment to read. */
export interface ContextsWanted {
  readonly environmentId: string;
  readonly scope: ContextScope;
  readonly kind?: string | undefined;
  readonly key?: string | undefined;
  /** -1 for those seen last first. */
  readonly sign: 1 | -1;
  /** The context to go on after. */
  readonly after?: SeenCursor | undefined;
}

/** Where a context stands in the order of being seen. */
export type SeenCursor = Pick<SeenContext, 'lastSeen' | 'kind' | 'key' | 'applicationId'>;

/** The order of being seen, in which no two contexts of an environment and scope are alike. */
const ORDER = ['last_seen', 'kind', 'key', 'application_id'] as const;

/** Contexts that are read at once. */
const PAGE = 500;

/** The contexts of an environment by the time at which they were last seen. */
export async function* readSeenContexts(db: Db, wanted: ContextsWanted): AsyncGenerator<SeenContext> {
  const [way, beyond] = wanted.sign === 1 ? (['asc', '>'] as const) : (['desc', '<'] as const);
  for (let last = wanted.after; ; ) {
    let query = wantedRows(db, wanted).selectAll();
    if (last) {
      const { lastSeen, kind, key, applicationId } = last;
      query = query.where((row) => row(row.refTuple(...ORDER), beyond, row.tuple(lastSeen, kind, key, applicationId)));
    }
    const rows = await query
      .orderBy('last_seen', way)
      .orderBy('kind', way)
      .orderBy('key', way)
      .orderBy('application_id', way)
      .limit(PAGE)
      .execute();
    const page = rows.map(toSeenContext);
    yield* page;
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}

/** How many contexts an environment has of a scope, of a kind and a key if these are asked for. */
export async function countSeenContexts(db: Db, wanted: Omit<ContextsWanted, 'sign' | 'after'>): Promise<number> {
  const { count } = await wantedRows(db, wanted)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function wantedRows(db: Db, { environmentId, scope, kind, key }: Omit<ContextsWanted, 'sign' | 'after'>) {
  let query = db.selectFrom('seen_contexts').where('environment_id', '=', environmentId).where('scope', '=', scope);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (key !== undefined) query = query.where('key', '=', key);
  return query;
}

/** How many contexts of a kind came for the first time since a time, and when the first of all came; Unix milliseconds. */
export async function countNewContexts(
  db: Db,
  environmentId: string,
  kind: string,
  since: number,
): Promise<{ readonly count: number; readonly firstSeen: number | undefined }> {
  const { count, first } = await wantedRows(db, { environmentId, scope: 'context', kind })
    .select(({ fn, eb }) => [
      fn.count<number>('key').distinct().filterWhere('first_seen', '>=', since).as('count'),
      fn.min(eb.ref('first_seen')).as('first'),
    ])
    .executeTakeFirstOrThrow();
  return { count, firstSeen: first ?? undefined };
}

/** The kinds that contexts of environments had, with when they were seen first and last. */
export async function listSeenKinds(
  db: Db,
  environmentIds: readonly string[],
): Promise<readonly { readonly kind: string; readonly firstSeen: number; readonly lastSeen: number }[]> {
  if (environmentIds.length === 0) return [];
  const rows = await db
    .selectFrom('seen_contexts')
    .select(['kind', ({ fn }) => fn.min('first_seen').as('first'), ({ fn }) => fn.max('last_seen').as('last')])
    .where('environment_id', 'in', environmentIds)
    .where('scope', '=', 'context')
    .groupBy('kind')
    .orderBy('kind')
    .execute();
  return rows.map(({ kind, first, last }) => ({ kind, firstSeen: first, lastSeen: last }));
}

/** Forgets an instance, of whatever application. @returns whether there was one */
export async function deleteInstance(tx: Tx, environmentId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('seen_contexts')
    .where('environment_id', '=', environmentId)
    .where('scope', '=', 'instance')
    .where('key', '=', key)
    .executeTakeFirst();
  return numDeletedRows > 0;
}

/** Forgets contexts that have not been seen since a time. */
export async function deleteSeenBefore(tx: Tx, time: number): Promise<void> {
  await tx.deleteFrom('seen_contexts').where('last_seen', '<', time).execute();
}

/** Forgets those seen longest ago where an environment has more than so many of a scope. */
export async function deleteSeenBeyond(tx: Tx, most: number): Promise<void> {
  const crowded = await tx
    .selectFrom('seen_contexts')
    .select(['environment_id', 'scope'])
    .groupBy(['environment_id', 'scope'])
    .having((row) => row.fn.countAll(), '>', most)
    .execute();
  for (const { environment_id, scope } of crowded) {
    const first = await tx
      .selectFrom('seen_contexts')
      .select(ORDER)
      .where('environment_id', '=', environment_id)
      .where('scope', '=', scope)
      .orderBy('last_seen', 'desc')
      .orderBy('kind', 'desc')
      .orderBy('key', 'desc')
      .orderBy('application_id', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirstOrThrow();
    await tx
      .deleteFrom('seen_contexts')
      .where('environment_id', '=', environment_id)
      .where('scope', '=', scope)
      .where((row) =>
        row(row.refTuple(...ORDER), '<=', row.tuple(first.last_seen, first.kind, first.key, first.application_id)),
      )
      .execute();
  }
}

function toSeenContext(row: SeenContextsTable): SeenContext {
  const { scope, kind, key, application_id, last_seen, document } = row;
  return { scope, kind, key, applicationId: application_id, lastSeen: last_seen, document };
}
