import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Flags that are measured, units that were served their variations, and what events of metrics say of these. */
export const watches: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('watches')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('flag_key', 'text', (column) => column.notNull())
      .addColumn('unit_kind', 'text', (column) => column.notNull())
      .addColumn('from_version', 'bigint', (column) => column.notNull())
      .addColumn('event_keys', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('watches_by_environment').on('watches').column('environment_id').execute();
    await schema
      .createTable('exposures')
      .addColumn('watch_id', 'text', (column) => column.notNull().references('watches.id').onDelete('cascade'))
      .addColumn('unit_key', 'text', (column) => column.notNull())
      .addColumn('variation', 'integer', (column) => column.notNull())
      .addColumn('first_seen', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('exposures_key', ['watch_id', 'unit_key', 'variation'])
      .execute();
    await schema
      .createTable('measurements')
      .addColumn('watch_id', 'text', (column) => column.notNull().references('watches.id').onDelete('cascade'))
      .addColumn('event_key', 'text', (column) => column.notNull())
      .addColumn('unit_key', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addColumn('valued', 'bigint', (column) => column.notNull())
      .addColumn('sum', 'double precision', (column) => column.notNull())
      .addColumn('first_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('measurements_key', ['watch_id', 'event_key', 'unit_key'])
      .execute();
  },
};
