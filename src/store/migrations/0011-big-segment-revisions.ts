import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Under which revision keys of big segments were put on their lists, and taken from them. */
export const bigSegmentRevisions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema
      .createTable('big_segment_revisions')
      .addColumn('environment_id', 'text', (column) =>
        column.primaryKey().references('environments.id').onDelete('cascade'),
      )
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .alterTable('big_segment_targets')
      .addColumn('revision', 'bigint', (column) => column.notNull().defaultTo(1))
      .execute();
    await schema
      .createTable('removed_big_segment_targets')
      .addColumn('segment_id', 'text', (column) => column.notNull().references('segments.id').onDelete('cascade'))
      .addColumn('list', 'text', (column) => column.notNull())
      .addColumn('context_key', 'text', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('removed_big_segment_targets_key', ['segment_id', 'context_key', 'list'])
      .execute();
    await reviseFirstTargets(db);
    for (const table of ['big_segment_targets', 'removed_big_segment_targets']) {
      await schema.createIndex(`${table}_by_revision`).on(table).columns(['segment_id', 'revision']).execute();
    }
  },
};

/** Gives the keys that are there revisions as if they had just been put on their lists: 1,000 keys of a segment in each. */
async function reviseFirstTargets(db: Kysely<unknown>): Promise<void> {
  await sql`
    with pieces as (
      select segments.environment_id, segment_id, list, context_key,
        (row_number() over (partition by segment_id order by list, context_key) - 1) / 1000 as piece
      from big_segment_targets join segments on segments.id = segment_id
    ), revised as (
      select segment_id, list, context_key,
        dense_rank() over (partition by environment_id order by segment_id, piece) as revision
      from pieces
    )
    update big_segment_targets set revision = revised.revision from revised
    where revised.segment_id = big_segment_targets.segment_id
      and revised.list = big_segment_targets.list
      and revised.context_key = big_segment_targets.context_key
  `.execute(db);
  await sql`
    insert into big_segment_revisions (environment_id, revision)
    select segments.environment_id, max(big_segment_targets.revision)
    from big_segment_targets join segments on segments.id = segment_id
    group by segments.environment_id
  `.execute(db);
}
