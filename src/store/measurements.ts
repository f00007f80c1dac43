import type { Exposure, Measurement } from '../domain/measurement/measure.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import { compareTexts } from './order.ts';

/**
 * Remembers that units were served variations, and when first. Rows go in the order of their keys, so that batches do not
 * block each other crosswise.
 */
export async function saveExposures(
  tx: Tx,
  watchId: string,
  exposures: readonly Exposure[],
  receivedAt: number,
): Promise<void> {
  const rows = exposures
    .map(({ unitKey, variation }) => ({ watch_id: watchId, unit_key: unitKey, variation, first_seen: receivedAt }))
    .toSorted((left, right) => compareTexts(left.unit_key, right.unit_key) || left.variation - right.variation);
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('exposures')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Which of some units were served a variation before. */
export async function findExposedUnits(
  db: Db,
  watchId: string,
  unitKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const exposed = new Set<string>();
  for (const chunk of chunks(unitKeys)) {
    const rows = await db
      .selectFrom('exposures')
      .select('unit_key')
      .where('watch_id', '=', watchId)
      .where('unit_key', 'in', chunk)
      .execute();
    for (const { unit_key } of rows) exposed.add(unit_key);
  }
  return exposed;
}

/** Adds to what events say of units; in the order of keys, as above. */
export async function addMeasurements(
  tx: Tx,
  watchId: string,
  measurements: readonly Measurement[],
  receivedAt: number,
): Promise<void> {
  const rows = measurements
    .map(({ eventKey, unitKey, count, valued, sum }) => ({
      watch_id: watchId,
      event_key: eventKey,
      unit_key: unitKey,
      count,
      valued,
      sum,
      first_at: receivedAt,
    }))
    .toSorted(
      (left, right) => compareTexts(left.event_key, right.event_key) || compareTexts(left.unit_key, right.unit_key),
    );
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('measurements')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['watch_id', 'event_key', 'unit_key']).doUpdateSet((set) => ({
          count: set('measurements.count', '+', set.ref('excluded.count')),
          valued: set('measurements.valued', '+', set.ref('excluded.valued')),
          sum: set('measurements.sum', '+', set.ref('excluded.sum')),
        })),
      )
      .execute();
  }
}

/** The units that were served variations, and when first (Unix milliseconds), by their keys. */
export async function listExposures(
  db: Db,
  watchId: string,
): Promise<readonly (Exposure & { readonly firstSeen: number })[]> {
  const rows = await db
    .selectFrom('exposures')
    .selectAll()
    .where('watch_id', '=', watchId)
    .orderBy('unit_key')
    .orderBy('variation')
    .execute();
  return rows.map(({ unit_key, variation, first_seen }) => ({ unitKey: unit_key, variation, firstSeen: first_seen }));
}

/** Of how many units there were events of each key, and when the first came; Unix milliseconds. */
export async function summarizeMeasurements(
  db: Db,
  watchId: string,
): Promise<ReadonlyMap<string, { readonly units: number; readonly firstAt: number }>> {
  const rows = await db
    .selectFrom('measurements')
    .select(({ fn }) => ['event_key', fn.countAll<number>().as('units'), fn.min('first_at').as('first')])
    .where('watch_id', '=', watchId)
    .groupBy('event_key')
    .execute();
  return new Map(rows.map(({ event_key, units, first }) => [event_key, { units, firstAt: first }]));
}

/** What events of a key say of units, with the time of the first (Unix milliseconds), by their keys. */
export async function listMeasurements(
  db: Db,
  watchId: string,
  eventKey: string,
): Promise<readonly (Measurement & { readonly firstAt: number })[]> {
  const rows = await db
    .selectFrom('measurements')
    .selectAll()
    .where('watch_id', '=', watchId)
    .where('event_key', '=', eventKey)
    .orderBy('unit_key')
    .execute();
  return rows.map(({ unit_key, count, valued, sum, first_at }) => ({
    eventKey,
    unitKey: unit_key,
    count,
    valued,
    sum,
    firstAt: first_at,
  }));
}
