import type { Db, Tx } from './database.ts';

/** Remembers a payload of events. @returns false when it has been received before */
export async function rememberPayload(
  tx: Tx,
  payload: { environmentId: string; payloadId: string; receivedAt: number },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('event_payloads')
    .values({
      environment_id: payload.environmentId,
      payload_id: payload.payloadId,
      received_at: payload.receivedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
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
