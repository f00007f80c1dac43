import type { Db, Tx } from './database.ts';

/**
 * Remembers payloads of events, in the order of their ids, so that processes do not block each other crosswise.
 * @returns those that have not been received before
 */
export async function rememberPayloads(
  tx: Tx,
  environmentId: string,
  payloadIds: ReadonlySet<string>,
  receivedAt: number,
): Promise<ReadonlySet<string>> {
  if (payloadIds.size === 0) return payloadIds;
  const rows = await tx
    .insertInto('event_payloads')
    .values(
      [...payloadIds]
        .toSorted()
        .map((payloadId) => ({ environment_id: environmentId, payload_id: payloadId, received_at: receivedAt })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('payload_id')
    .execute();
  return new Set(rows.map((row) => row.payload_id));
}

/** Forgets payloads received before a time. */
export async function forgetPayloads(tx: Tx, receivedBefore: number): Promise<void> {
  await tx.deleteFrom('event_payloads').where('received_at', '<', receivedBefore).execute();
}

/** Adds to the numbers of events by kind. */
export async function addEventCounts(
  tx: Tx,
  environmentId: string,
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0) return;
  await tx
    .insertInto('event_counts')
    .values(
      [...counts]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([kind, count]) => ({ environment_id: environmentId, kind, count })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['environment_id', 'kind'])
        .doUpdateSet((set) => ({ count: set('event_counts.count', '+', set.ref('excluded.count')) })),
    )
    .execute();
}

/** The numbers of events that an environment has received, by kind. */
export async function findEventCounts(db: Db, environmentId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('event_counts')
    .select(['kind', 'count'])
    .where('environment_id', '=', environmentId)
    .execute();
  return new Map(rows.map((row) => [row.kind, row.count]));
}
