import { NotFound, StaleVersion, TakenSegmentKey } from '../domain/errors.ts';
import { type Segment, segmentsIn } from '../domain/segment/segment.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { SegmentsTable } from './tables.ts';

/** All segments of an environment, oldest first. */
export async function listSegments(db: Db, environmentId: string): Promise<readonly Segment[]> {
  const rows = await db
    .selectFrom('segments')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .orderBy('created_at')
    .orderBy('key')
    .execute();
  return rows.map(toSegment);
}

/** @throws NotFound */
export async function getSegment(db: Db, environmentId: string, key: string): Promise<Segment> {
  const row = await db
    .selectFrom('segments')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!row) throw new NotFound('segment', key);
  return toSegment(row);
}

/** Those of the keys that are of segments of the environment. */
export async function findSegmentKeys(
  db: Db,
  environmentId: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('segments')
    .select('key')
    .where('environment_id', '=', environmentId)
    .where('key', 'in', keys)
    .execute();
  return new Set(rows.map(({ key }) => key));
}

/** A segment that the transaction holds until it ends. @throws NotFound */
export async function getSegmentForUpdate(tx: Tx, environmentId: string, key: string): Promise<Segment> {
  await tx
    .updateTable('segments')
    .set((set) => ({ id: set.ref('id') }))
    .where('environment_id', '=', environmentId)
    .where('key', '=', key)
    .execute();
  return getSegment(tx, environmentId, key);
}

/** The same by id; undefined when it is gone. */
export async function findSegmentForUpdate(tx: Tx, id: string): Promise<Segment | undefined> {
  await tx
    .updateTable('segments')
    .set((set) => ({ id: set.ref('id') }))
    .where('id', '=', id)
    .execute();
  const row = await tx.selectFrom('segments').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toSegment(row);
}

/** The keys that each segment of an environment speaks of in its rules, by its own key; all segments are in it. */
export async function loadSegmentGraph(db: Db, environmentId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom('segments')
    .leftJoin('segment_references', 'segment_references.segment_id', 'segments.id')
    .select(['segments.key', 'segment_references.target'])
    .where('segments.environment_id', '=', environmentId)
    .execute();
  const byKey = Map.groupBy(rows, ({ key }) => key);
  return new Map([...byKey].map(([key, references]) => [key, references.flatMap(({ target }) => target ?? [])]));
}

/** How many segments of a key an environment has had. */
export async function findLastGeneration(db: Db, environmentId: string, key: string): Promise<number> {
  const row = await db
    .selectFrom('segment_generations')
    .select('generation')
    .where('environment_id', '=', environmentId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.generation ?? 0;
}

/** @throws TakenSegmentKey */
export async function insertSegment(tx: Tx, segment: Segment): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('segments')
    .values(toRow(segment))
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new TakenSegmentKey(segment.key);
  const { environmentId, key, generation } = segment;
  await tx
    .insertInto('segment_generations')
    .values({ environment_id: environmentId, key, generation })
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doUpdateSet({ generation }))
    .execute();
  await insertReferences(tx, segment);
}

/** Stores a segment over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveSegment(tx: Tx, segment: Segment): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('segments')
    .set(toRow(segment))
    .where('id', '=', segment.id)
    .where('version', '=', segment.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
  await tx.deleteFrom('segment_references').where('segment_id', '=', segment.id).execute();
  await insertReferences(tx, segment);
}

/** Deletes a segment with its keys. */
export async function deleteSegment(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('segments').where('id', '=', id).execute();
}

async function insertReferences(tx: Tx, segment: Segment): Promise<void> {
  const rows = segmentsIn(segment).map((target) => ({ segment_id: segment.id, target }));
  for (const chunk of chunks(rows)) await tx.insertInto('segment_references').values(chunk).execute();
}

/** The flags that speak of a segment in an environment: those in use, by key. */
export async function findFlagsOfSegment(
  db: Db,
  environmentId: string,
  segmentKey: string,
): Promise<readonly { readonly key: string; readonly name: string; readonly isArchived: boolean }[]> {
  const rows = await db
    .selectFrom('flag_references')
    .innerJoin('flags', 'flags.id', 'flag_references.flag_id')
    .select(['flags.key', 'flags.name', 'flags.is_archived'])
    .where('flag_references.environment_id', '=', environmentId)
    .where('flag_references.kind', '=', 'segment')
    .where('flag_references.target', '=', segmentKey)
    .orderBy('flags.key')
    .execute();
  return rows.map(({ key, name, is_archived }) => ({ key, name, isArchived: is_archived === 1 }));
}

function toRow(segment: Segment): SegmentsTable {
  const { id, environmentId, key, name, isUnbounded, version, createdAt, lastModified, ...document } = segment;
  return {
    id,
    environment_id: environmentId,
    key,
    name,
    is_unbounded: isUnbounded ? 1 : 0,
    version,
    created_at: createdAt,
    last_modified: lastModified,
    document: JSON.stringify(document),
  };
}

function toSegment(row: SegmentsTable): Segment {
  return {
    id: row.id,
    environmentId: row.environment_id,
    key: row.key,
    name: row.name,
    isUnbounded: row.is_unbounded === 1,
    version: row.version,
    createdAt: row.created_at,
    lastModified: row.last_modified,
    ...(JSON.parse(row.document) as Omit<
      Segment,
      'id' | 'environmentId' | 'key' | 'name' | 'isUnbounded' | 'version' | 'createdAt' | 'lastModified'
    >),
  };
}
