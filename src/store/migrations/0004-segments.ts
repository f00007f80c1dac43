import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Segments, what they speak of, and the keys of big ones. */
export const segments: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('segments')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('is_unbounded', 'integer', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_modified', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('segments_environment_key', ['environment_id', 'key'])
      .execute();
    await schema
      .createTable('segment_references')
      .addColumn('segment_id', 'text', (column) => column.notNull().references('segments.id').onDelete('cascade'))
      .addColumn('target', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('segment_references_key', ['segment_id', 'target'])
      .execute();
    await schema
      .createTable('big_segment_targets')
      .addColumn('segment_id', 'text', (column) => column.notNull().references('segments.id').onDelete('cascade'))
      .addColumn('list', 'text', (column) => column.notNull())
      .addColumn('context_key', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('big_segment_targets_key', ['segment_id', 'context_key', 'list'])
      .execute();
    await schema
      .createTable('segment_generations')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('generation', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('segment_generations_key', ['environment_id', 'key'])
      .execute();
  },
};
