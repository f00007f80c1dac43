import type { Expression, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Contexts that SDKs tell of: each for itself, and all of one evaluation together. */
export function contexts(byteOrderedText: Expression<unknown>): Migration {
  return {
    async up({ schema }: Kysely<unknown>): Promise<void> {
      await schema
        .createTable('seen_contexts')
        .addColumn('environment_id', 'text', (column) =>
          column.notNull().references('environments.id').onDelete('cascade'),
        )
        .addColumn('scope', 'text', (column) => column.notNull())
        .addColumn('kind', byteOrderedText, (column) => column.notNull())
        .addColumn('key', byteOrderedText, (column) => column.notNull())
        .addColumn('application_id', byteOrderedText, (column) => column.notNull())
        .addColumn('first_seen', 'bigint', (column) => column.notNull())
        .addColumn('last_seen', 'bigint', (column) => column.notNull())
        .addColumn('document', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('seen_contexts_key', ['environment_id', 'scope', 'kind', 'key', 'application_id'])
        .execute();
      await schema
        .createIndex('seen_contexts_by_last_seen')
        .on('seen_contexts')
        .columns(['environment_id', 'scope', 'last_seen', 'kind', 'key', 'application_id'])
        .execute();
      await schema.createIndex('seen_contexts_by_age').on('seen_contexts').column('last_seen').execute();
    },
  };
}
