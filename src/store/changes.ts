import type { Actor } from '../domain/access/actor.ts';
import type { Change } from '../domain/change.ts';
import type { Db, Tx } from './database.ts';

/** A change with who made it and when: an entry of the audit log. */
export interface StoredChange extends Change {
  readonly id: string;
  readonly occurredAt: number;
  readonly actor: Actor;
}

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
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    occurredAt: row.occurred_at,
    kind: row.kind as Change['kind'],
    name: row.name,
    projectId: row.project_id ?? undefined,
    ...(JSON.parse(row.document) as Omit<StoredChange, 'id' | 'occurredAt' | 'kind' | 'name' | 'projectId'>),
    ...(JSON.parse(row.states ?? '{}') as Pick<StoredChange, 'before' | 'after'>),
  }));
}
