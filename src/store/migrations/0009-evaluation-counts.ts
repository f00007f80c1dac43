import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How often flags were evaluated, by the minute, and by the hour once that is some time ago. */
export const evaluationCounts: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('evaluation_counts')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('flag_key', 'text', (column) => column.notNull())
      .addColumn('starts_at', 'bigint', (column) => column.notNull())
      .addColumn('variation', 'integer', (column) => column.notNull())
      .addColumn('application_id', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('evaluation_counts_key', [
        'environment_id',
        'flag_key',
        'starts_at',
        'variation',
        'application_id',
      ])
      .execute();
    await schema.createIndex('evaluation_counts_by_age').on('evaluation_counts').column('starts_at').execute();
    await schema
      .createIndex('evaluation_counts_of_minutes')
      .on('evaluation_counts')
      .column('starts_at')
      .where(sql<boolean>`starts_at % 3600000 <> 0`)
      .execute();
  },
};
