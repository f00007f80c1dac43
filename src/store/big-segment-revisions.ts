import type { TargetType } from '../domain/segment/segment.ts';
import type { Db, Tx } from './database.ts';

/*
 * Every change of keys of big segments is a revision of its environment: at most 1,000 keys of one segment. A key knows
 * the last revision that it was changed under, so what has happened since a revision is a query, and later changes of the
 * same keys take the place of earlier ones.
 */

/** What a revision did to a big segment, as far as no later one did otherwise. */
export interface BigSegmentRevision {
  readonly revision: number;
  readonly segmentKey: string;
  /** How many segments of the key there have been. */
  readonly generation: number;
  readonly changes: Readonly<
    Record<TargetType, { readonly add: readonly string[]; readonly remove: readonly string[] }>
  >;
}

/** Revisions that are looked at together. */
const REVISIONS_AT_ONCE = 10;

/**
 * Counts another revision of an environment. The count is locked until the transaction ends, so revisions become visible
 * in the order of their numbers.
 */
export async function nextBigSegmentRevision(tx: Tx, environmentId: string): Promise<number> {
  const { revision } = await tx
    .insertInto('big_segment_revisions')
    .values({ environment_id: environmentId, revision: 1 })
    .onConflict((conflict) =>
      conflict.column('environment_id').doUpdateSet((set) => ({
        revision: set('big_segment_revisions.revision', '+', 1),
      })),
    )
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

/** How many revisions those of the environments that exist have had. */
export async function countBigSegmentRevisions(
  db: Db,
  environmentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('environments')
    .leftJoin('big_segment_revisions', 'environment_id', 'id')
    .select(['id', 'revision'])
    .where('id', 'in', environmentIds)
    .execute();
  return new Map(rows.map(({ id, revision }) => [id, revision ?? 0]));
}

/** The last revision of an environment of which something is left to tell; 0 when there is none. */
export async function findLastBigSegmentRevision(db: Db, environmentId: string): Promise<number> {
  const rows = await db
    .selectFrom('segments')
    .where('environment_id', '=', environmentId)
    .select(({ selectFrom }) => [
      selectFrom('big_segment_targets as targets')
        .select(({ fn }) => fn.max('targets.revision').as('last'))
        .whereRef('targets.segment_id', '=', 'segments.id')
        .as('added'),
      selectFrom('removed_big_segment_targets as targets')
        .select(({ fn }) => fn.max('targets.revision').as('last'))
        .whereRef('targets.segment_id', '=', 'segments.id')
        .as('removed'),
    ])
    .execute();
  return Math.max(0, ...rows.flatMap(({ added, removed }) => [added ?? 0, removed ?? 0]));
}

/**
 * The next few revisions of an environment, oldest first; none when there are no more.
 * @param after 0 for those from the first one on, as for any that is yet to come
 */
export async function listBigSegmentRevisions(
  db: Db,
  environmentId: string,
  after: number,
): Promise<readonly BigSegmentRevision[]> {
  const count = (await countBigSegmentRevisions(db, [environmentId])).get(environmentId) ?? 0;
  for (let from = after > count ? 0 : after; from < count; from += REVISIONS_AT_ONCE) {
    const rows = await changedKeys(db, environmentId, from, from + REVISIONS_AT_ONCE);
    if (rows.length > 0) return [...Map.groupBy(rows, ({ revision }) => revision).values()].flatMap(toRevision);
  }
  return [];
}

/** A key that a revision has changed. */
interface ChangedKey {
  readonly segmentKey: string;
  readonly generation: number;
  readonly list: TargetType;
  readonly contextKey: string;
  readonly revision: number;
  readonly isRemoved: number;
}

/** What was changed after a revision, up to another one and with it. */
async function changedKeys(
  db: Db,
  environmentId: string,
  after: number,
  until: number,
): Promise<readonly ChangedKey[]> {
  const keysOf = (table: 'big_segment_targets' | 'removed_big_segment_targets') =>
    db
      .selectFrom(`${table} as targets` as 'big_segment_targets as targets')
      .innerJoin('segments', 'segments.id', 'targets.segment_id')
      .innerJoin('segment_generations', (join) =>
        join
          .onRef('segment_generations.environment_id', '=', 'segments.environment_id')
          .onRef('segment_generations.key', '=', 'segments.key'),
      )
      .select((select) => [
        'segments.key as segmentKey',
        'segment_generations.generation',
        'targets.list',
        'targets.context_key as contextKey',
        'targets.revision',
        select.lit(table === 'big_segment_targets' ? 0 : 1).as('isRemoved'),
      ])
      .where('segments.environment_id', '=', environmentId)
      .where('targets.revision', '>', after)
      .where('targets.revision', '<=', until);
  return keysOf('big_segment_targets')
    .unionAll(keysOf('removed_big_segment_targets'))
    .orderBy('revision')
    .orderBy('contextKey')
    .execute();
}

function toRevision(keys: readonly ChangedKey[]): readonly BigSegmentRevision[] {
  const [first] = keys;
  if (!first) return [];
  const { revision, segmentKey, generation } = first;
  const listed = (list: TargetType, isRemoved: number) =>
    keys.filter((key) => key.list === list && key.isRemoved === isRemoved).map(({ contextKey }) => contextKey);
  const changesOf = (list: TargetType) => ({ add: listed(list, 0), remove: listed(list, 1) });
  return [
    { revision, segmentKey, generation, changes: { included: changesOf('included'), excluded: changesOf('excluded') } },
  ];
}
