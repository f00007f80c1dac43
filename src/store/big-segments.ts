import type { TargetType } from '../domain/segment/segment.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';

/** Keys to put on a list of a big segment and to take from it. */
export interface KeyChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** In the order of their keys, so that writers of the same segment do not block each other crosswise. */
export async function changeBigSegmentKeys(
  tx: Tx,
  segmentId: string,
  list: TargetType,
  { add, remove }: KeyChanges,
): Promise<void> {
  for (const chunk of chunks([...new Set(remove)].toSorted())) {
    await tx
      .deleteFrom('big_segment_targets')
      .where('segment_id', '=', segmentId)
      .where('list', '=', list)
      .where('context_key', 'in', chunk)
      .execute();
  }
  const rows = [...new Set(add)].toSorted().map((key) => ({ segment_id: segmentId, list, context_key: key }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('big_segment_targets')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Empties a list of a big segment. */
export async function clearBigSegmentKeys(tx: Tx, segmentId: string, list: TargetType): Promise<void> {
  await tx.deleteFrom('big_segment_targets').where('segment_id', '=', segmentId).where('list', '=', list).execute();
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
