import type { ActorRecord } from '../domain/access/actor.ts';
import type { Change } from '../domain/change.ts';
import { NotFound } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { ChangesTable } from './tables.ts';

/** What lists show of an entry of the audit log: the change without the states before and after, who made it and when. */
export interface ChangeSummary extends Omit<Change, 'before' | 'after'> {
  readonly id: string;
  /** Unix milliseconds. */
  readonly occurredAt: number;
  readonly actor: ActorRecord;
}

/** A change with who made it and when: an entry of the audit log. */
export type StoredChange = ChangeSummary & Pick<Change, 'before' | 'after'>;

/** Appends an entry to the audit log. */
export async function appendChange(tx: Tx, entry: StoredChange): Promise<void> {
  const { id, occurredAt, kind, name, projectId, before, after, ...document } = entry;
  await tx
    .insertInto('changes')
    .values({
      id,
      occurred_at: occurredAt,
      kind,
      name,
      project_id: projectId ?? null,
      document: JSON.stringify(document),
      states: JSON.stringify({ before, after }),
    })
    .execute();
}

/** The newest entries first. */
export async function listChanges(db: Db, limit: number): Promise<readonly StoredChange[]> {
  const rows = await newestFirst(db).selectAll().limit(limit).execute();
  return rows.map(toStored);
}

/** @throws NotFound */
export async function getChange(db: Db, id: string): Promise<StoredChange> {
  const row = await db.selectFrom('changes').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new NotFound('audit log entry', id);
  return toStored(row);
}

/** A span of time, in Unix milliseconds, both ends excluded; open where it has none. */
export interface Span {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** Of the entries at the very time `before`, those before this one belong to the span too. */
  readonly beforeId?: string | undefined;
}

/** Entries that are looked through at once. */
const CHUNK = 200;

/**
 * The entries of a span, the newest first, without their states; read in pieces, so that whoever has enough can stop.
 */
export async function* readChanges(db: Db, span: Span): AsyncGenerator<ChangeSummary> {
  for (let rest = span; ; ) {
    const rows = await within(newestFirst(db), rest)
      .select(['id', 'occurred_at', 'kind', 'name', 'project_id', 'document'])
      .limit(CHUNK)
      .execute();
    yield* rows.map((row) => toStored({ ...row, states: null }));
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) return;
    rest = { ...span, before: last.occurred_at, beforeId: last.id };
  }
}

/** Deletes entries that are older than a time, some at once. @returns how many there were */
export async function deleteChangesBefore(tx: Tx, time: number, limit: number): Promise<number> {
  const old = tx.selectFrom('changes').select('id').where('occurred_at', '<', time).orderBy('occurred_at').limit(limit);
  const { numDeletedRows } = await tx.deleteFrom('changes').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}

const newestFirst = (db: Db) => db.selectFrom('changes').orderBy('occurred_at', 'desc').orderBy('id', 'desc');

function within(query: ReturnType<typeof newestFirst>, { after, before, beforeId }: Span) {
  const from = after === undefined ? query : query.where('occurred_at', '>', after);
  if (before === undefined) return from;
  if (beforeId === undefined) return from.where('occurred_at', '<', before);
  return from.where((where) =>
    where.or([
      where('occurred_at', '<', before),
      where.and([where('occurred_at', '=', before), where('id', '<', beforeId)]),
    ]),
  );
}

function toStored(row: ChangesTable): StoredChange {
  return {
    id: row.id,
    occurredAt: row.occurred_at,
    kind: row.kind as Change['kind'],
    name: row.name,
    projectId: row.project_id ?? undefined,
    ...(JSON.parse(row.document) as Omit<StoredChange, 'id' | 'occurredAt' | 'kind' | 'name' | 'projectId'>),
    ...(JSON.parse(row.states ?? '{}') as Pick<StoredChange, 'before' | 'after'>),
  };
}
