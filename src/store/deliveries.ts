import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { DeliveryItemsTable } from './tables.ts';

/** A flag or segment as SDKs of an environment are to hold it. */
export interface DeliveryItem {
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  readonly version: number;
  /** The item as JSON, ready to be sent; null when it is gone. */
  readonly document: string | null;
}

/** A record of the delivery log. */
export interface Delivery extends DeliveryItem {
  /** The payload version of its environment that it was written under. */
  readonly sequence: number;
}

/** Where an environment's deliveries stand. */
export interface PayloadVersion {
  readonly environmentId: string;
  readonly payloadVersion: number;
}

/**
 * Appends delivery records to an environment, all under one new payload version. The environment's row is locked until
 * the transaction ends, so payload versions become visible in the order of their numbers.
 * @returns the new payload version; undefined when the environment has been deleted meanwhile
 */
export async function appendDeliveries(
  tx: Tx,
  environmentId: string,
  items: readonly DeliveryItem[],
): Promise<PayloadVersion | undefined> {
  const row = await tx
    .updateTable('environments')
    .set((set) => ({ payload_version: set('payload_version', '+', 1) }))
    .where('id', '=', environmentId)
    .returning('payload_version')
    .executeTakeFirst();
  if (!row) return undefined;
  const rows = items.map((item) => ({ ...item, environment_id: environmentId, sequence: row.payload_version }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('delivery_items')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['environment_id', 'kind', 'key']).doUpdateSet((set) => ({
          version: set.ref('excluded.version'),
          sequence: set.ref('excluded.sequence'),
          document: set.ref('excluded.document'),
        })),
      )
      .execute();
  }
  return { environmentId, payloadVersion: row.payload_version };
}

/** What a payload version rises by at least when deliveries are made anew. */
const LEAST_RISE = 1_000;

/**
 * Makes all deliveries of all environments anew, under one payload version of each environment: SDKs that come back with
 * an older one get everything.
 * @param least what payload versions are raised to, unless they are about there or above already
 */
export async function renewDeliveries(tx: Tx, least: number): Promise<void> {
  await tx
    .updateTable('environments')
    .set(({ eb, case: choose }) => {
      const risen = eb('payload_version', '+', LEAST_RISE);
      return { payload_version: choose().when(risen, '<', least).then(least).else(risen).end() };
    })
    .execute();
  await tx
    .updateTable('delivery_items')
    .set(({ selectFrom }) => ({
      sequence: selectFrom('environments').select('payload_version').whereRef('id', '=', 'environment_id').$asScalar(),
    }))
    .execute();
}

/** The newest record of every item written after a payload version, oldest first; 0 asks for everything. */
export async function listDeliveriesSince(
  db: Db,
  environmentId: string,
  payloadVersion: number,
): Promise<readonly Delivery[]> {
  return db
    .selectFrom('delivery_items')
    .select(['kind', 'key', 'version', 'sequence', 'document'])
    .where('environment_id', '=', environmentId)
    .where('sequence', '>', payloadVersion)
    .orderBy('sequence')
    .orderBy('kind')
    .orderBy('key')
    .execute();
}

/** Payload versions of those of the environments that exist. */
export async function findPayloadVersions(
  db: Db,
  environmentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (environmentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('environments')
    .select(['id', 'payload_version'])
    .where('id', 'in', environmentIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.payload_version]));
}

/** The last version that an item had in each environment, also after it was deleted. */
export async function findLastVersions(
  db: Db,
  environmentIds: readonly string[],
  item: Pick<DeliveryItemsTable, 'kind' | 'key'>,
): Promise<ReadonlyMap<string, number>> {
  if (environmentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('delivery_items')
    .select(['environment_id', 'version'])
    .where('environment_id', 'in', environmentIds)
    .where('kind', '=', item.kind)
    .where('key', '=', item.key)
    .execute();
  return new Map(rows.map((row) => [row.environment_id, row.version]));
}
