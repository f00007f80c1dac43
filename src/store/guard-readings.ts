import type { GuardReading, LastReading } from '../domain/rollout/guard-reading.ts';
import { type Database, type Db, skipLocked, type Tx } from './database.ts';
import type { GuardReadingsTable } from './tables.ts';

/** The readings of a rollout, by the keys of metrics. */
export async function findReadings(db: Db, runId: string): Promise<ReadonlyMap<string, GuardReading>> {
  const rows = await db.selectFrom('guard_readings').selectAll().where('run_id', '=', runId).execute();
  return new Map(rows.map((row) => [row.metric_key, toReading(row)]));
}

/** Has metrics read that are not being read yet. */
export async function openReadings(tx: Tx, readings: readonly GuardReading[]): Promise<void> {
  if (readings.length === 0) return;
  await tx
    .insertInto('guard_readings')
    .values(readings.map(toRow))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Takes a reading that is due and that no other process is making, and puts it off until a time: whoever dies meanwhile
 * leaves it to others.
 */
export async function claimDueReading(
  database: Database,
  tx: Tx,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<GuardReading | undefined> {
  const due = tx.selectFrom('guard_readings').selectAll().where('due_at', '<=', now).orderBy('due_at').limit(1);
  const row = await skipLocked(database, due).executeTakeFirst();
  if (!row) return undefined;
  const reading = toReading(row);
  await saveReading(tx, { ...reading, dueAt: until });
  return reading;
}

/** Stores a reading, unless nobody wants it any more. @returns whether it was stored */
export async function saveReading(tx: Tx, reading: GuardReading): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('guard_readings')
    .set(toRow(reading))
    .where('run_id', '=', reading.runId)
    .where('metric_key', '=', reading.metricKey)
    .executeTakeFirst();
  return Number(numUpdatedRows) > 0;
}

/** Nobody wants the readings of a rollout any more. */
export async function deleteReadings(tx: Tx, runId: string): Promise<void> {
  await tx.deleteFrom('guard_readings').where('run_id', '=', runId).execute();
}

function toRow({ runId, metricKey, dueAt, last }: GuardReading): GuardReadingsTable {
  return {
    run_id: runId,
    metric_key: metricKey,
    due_at: dueAt,
    document: last ? JSON.stringify(last) : null,
  };
}

function toReading(row: GuardReadingsTable): GuardReading {
  return {
    runId: row.run_id,
    metricKey: row.metric_key,
    dueAt: row.due_at,
    last: row.document === null ? undefined : (JSON.parse(row.document) as LastReading),
  };
}
