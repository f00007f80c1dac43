import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Versions of applications; the applications themselves are among the small resources. */
export const applications: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('application_versions')
      .addColumn('application_id', 'text', (column) => column.notNull().references('resources.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('is_supported', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('application_versions_key', ['application_id', 'key'])
      .execute();
  },
};
