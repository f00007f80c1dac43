import type { Watch } from '../domain/measurement/measure.ts';
import type { Db, Tx } from './database.ts';

/** Begins to measure a flag. Whoever does so ends it, too. */
export async function insertWatch(tx: Tx, watch: Watch): Promise<void> {
  await tx
    .insertInto('watches')
    .values({
      id: watch.id,
      environment_id: watch.environmentId,
      flag_key: watch.flagKey,
      unit_kind: watch.unitKind,
      from_version: watch.fromVersion,
      event_keys: JSON.stringify(watch.eventKeys),
    })
    .execute();
}

/** Ends to measure a flag, and forgets what was measured. */
export async function deleteWatch(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('watches').where('id', '=', id).execute();
}

/** What is measured in an environment. */
export async function listWatches(db: Db, environmentId: string): Promise<readonly Watch[]> {
  const rows = await db
    .selectFrom('watches')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    environmentId: row.environment_id,
    flagKey: row.flag_key,
    unitKind: row.unit_kind,
    fromVersion: row.from_version,
    eventKeys: JSON.parse(row.event_keys) as readonly string[],
  }));
}
