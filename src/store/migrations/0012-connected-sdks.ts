import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which SDKs are connected to each process, what they have been sent, and how long changes took to get to them. */
export const connectedSdks: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('connected_sdks')
      .addColumn('process_id', 'text', (column) => column.notNull())
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('sdk_name', 'text', (column) => column.notNull())
      .addColumn('sdk_version', 'text', (column) => column.notNull())
      .addColumn('application_id', 'text', (column) => column.notNull())
      .addColumn('application_version', 'text', (column) => column.notNull())
      .addColumn('payload_version', 'bigint', (column) => column.notNull())
      .addColumn('streams', 'integer', (column) => column.notNull())
      .addColumn('instances', 'integer', (column) => column.notNull())
      .addColumn('behind_since', 'bigint')
      .addColumn('reported_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('connected_sdks_key', [
        'environment_id',
        'process_id',
        'kind',
        'sdk_name',
        'sdk_version',
        'application_id',
        'application_version',
        'payload_version',
      ])
      .execute();
    await schema.createIndex('connected_sdks_by_process').on('connected_sdks').column('process_id').execute();
    await schema.createIndex('connected_sdks_by_age').on('connected_sdks').column('reported_at').execute();
    await schema
      .createTable('change_receipts')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('payload_version', 'bigint', (column) => column.notNull())
      .addColumn('process_id', 'text', (column) => column.notNull())
      .addColumn('heard_at', 'bigint', (column) => column.notNull())
      .addColumn('counts', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('change_receipts_key', ['environment_id', 'payload_version', 'process_id'])
      .execute();
  },
};
