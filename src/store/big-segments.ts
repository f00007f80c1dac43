import type { Segment, TargetType } from '../domain/segment/segment.ts';
import { nextBigSegmentRevision } from './big-segment-revisions.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';

/** What must be known of a big segment to change its keys. */
type BigSegment = Pick<Segment, 'id' | 'environmentId'>;

/** Keys to put on a list of a big segment and to take from it. */
export interface KeyChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Changes a list of a big segment that the transaction holds: takes keys away, then puts keys on it. Each piece is a
 * revision of its own; keys that are as they should be already keep theirs.
 */
export async function changeBigSegmentKeys(
  tx: Tx,
  segment: BigSegment,
  list: TargetType,
  { add, remove }: KeyChanges,
): Promise<void> {
  for (const keys of chunks([...new Set(remove)].toSorted())) await removeKeys(tx, segment, list, keys);
  for (const keys of chunks([...new Set(add)].toSorted())) await addKeys(tx, segment, list, keys);
}

/** Makes the keys those of a list of a big segment that the transaction holds, and leaves no others. */
export async function replaceBigSegmentKeys(
  tx: Tx,
  segment: BigSegment,
  list: TargetType,
  keys: readonly string[],
): Promise<void> {
  const wanted = new Set(keys);
  const remove: string[] = [];
  for await (const key of readBigSegmentKeys(tx, segment.id, list)) if (!wanted.has(key)) remove.push(key);
  await changeBigSegmentKeys(tx, segment, list, { add: keys, remove });
}

async function removeKeys(
  tx: Tx,
  { id, environmentId }: BigSegment,
  list: TargetType,
  keys: readonly string[],
): Promise<void> {
  const removed = await tx
    .deleteFrom('big_segment_targets')
    .where('segment_id', '=', id)
    .where('list', '=', list)
    .where('context_key', 'in', keys)
    .returning(['segment_id', 'list', 'context_key'])
    .execute();
  if (removed.length === 0) return;
  const revision = await nextBigSegmentRevision(tx, environmentId);
  await tx
    .insertInto('removed_big_segment_targets')
    .values(removed.map((row) => ({ ...row, revision })))
    .execute();
}

async function addKeys(
  tx: Tx,
  { id, environmentId }: BigSegment,
  list: TargetType,
  keys: readonly string[],
): Promise<void> {
  const revision = await nextBigSegmentRevision(tx, environmentId);
  const added = await tx
    .insertInto('big_segment_targets')
    .values(keys.map((key) => ({ segment_id: id, list, context_key: key, revision })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('context_key')
    .execute();
  if (added.length === 0) return;
  await tx
    .deleteFrom('removed_big_segment_targets')
    .where('segment_id', '=', id)
    .where('list', '=', list)
    .where(
      'context_key',
      'in',
      added.map(({ context_key }) => context_key),
    )
    .execute();
}

/** The lists that a key is on. */
export async function findBigSegmentLists(db: Db, segmentId: string, key: string): Promise<ReadonlySet<TargetType>> {
  const rows = await db
    .selectFrom('big_segment_targets')
    .select('list')
    .where('segment_id', '=', segmentId)
    .where('context_key', '=', key)
    .execute();
  return new Set(rows.map(({ list }) => list));
}

/** How many keys each list has. */
export async function countBigSegmentKeys(db: Db, segmentId: string): Promise<Readonly<Record<TargetType, number>>> {
  const rows = await db
    .selectFrom('big_segment_targets')
    .select(['list', (select) => select.fn.countAll<number>().as('count')])
    .where('segment_id', '=', segmentId)
    .groupBy('list')
    .execute();
  const counts = new Map(rows.map(({ list, count }) => [list, count]));
  return { included: counts.get('included') ?? 0, excluded: counts.get('excluded') ?? 0 };
}

/** Keys that are read at once. */
const PAGE = 1_000;

/** The keys of a list, in order. */
export async function* readBigSegmentKeys(db: Db, segmentId: string, list: TargetType): AsyncGenerator<string> {
  for (let last = ''; ; ) {
    const rows = await db
      .selectFrom('big_segment_targets')
      .select('context_key')
      .where('segment_id', '=', segmentId)
      .where('list', '=', list)
      .where('context_key', '>', last)
      .orderBy('context_key')
      .limit(PAGE)
      .execute();
    yield* rows.map(({ context_key }) => context_key);
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.context_key ?? last;
  }
}
