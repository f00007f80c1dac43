import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The tables of the first release; `store/tables.ts` says what the columns mean. */
export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await schema
      .createTable('accounts')
      .addColumn('slot', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('members')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('email', 'text', (column) => column.notNull().unique())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('first_name', 'text')
      .addColumn('last_name', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('access_tokens')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
      .addColumn('ending', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('is_service', 'integer', (column) => column.notNull())
      .addColumn('default_api_version', 'integer')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('projects')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('environments')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('sdk_key', 'text', (column) => column.notNull().unique())
      .addColumn('mobile_key', 'text', (column) => column.notNull().unique())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('payload_version', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('environments_project_key', ['project_id', 'key'])
      .execute();
    await schema
      .createTable('flags')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('is_archived', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('flags_project_key', ['project_id', 'key'])
      .execute();
    await schema
      .createIndex('flags_by_age')
      .on('flags')
      .columns(['project_id', 'is_archived', 'created_at', 'key'])
      .execute();
    await schema
      .createTable('flag_configs')
      .addColumn('flag_id', 'text', (column) => column.notNull().references('flags.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('last_modified', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('flag_configs_key', ['flag_id', 'environment_id'])
      .execute();
    await schema.createIndex('flag_configs_by_environment').on('flag_configs').column('environment_id').execute();
    await schema
      .createTable('delivery_items')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('sequence', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text')
      .addPrimaryKeyConstraint('delivery_items_key', ['environment_id', 'kind', 'key'])
      .execute();
    await schema
      .createIndex('delivery_items_by_sequence')
      .on('delivery_items')
      .columns(['environment_id', 'sequence'])
      .execute();
    await schema
      .createTable('changes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('occurred_at', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text')
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('changes_by_time').on('changes').columns(['occurred_at', 'id']).execute();
    await schema
      .createTable('release_pipelines')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('release_pipelines_project_key', ['project_id', 'key'])
      .execute();
    await schema
      .createTable('releases')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('flag_id', 'text', (column) => column.notNull().references('flags.id').onDelete('cascade'))
      .addColumn('pipeline_key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('releases_by_flag').on('releases').columns(['flag_id', 'created_at']).execute();
    await schema
      .createIndex('releases_by_pipeline')
      .on('releases')
      .columns(['project_id', 'pipeline_key', 'state', 'created_at'])
      .execute();
    await schema
      .createIndex('releases_one_active')
      .on('releases')
      .column('flag_id')
      .unique()
      .where(sql.ref('state'), '=', sql.lit('active'))
      .execute();
    await schema
      .createTable('timers')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('last_error', 'text')
      .addPrimaryKeyConstraint('timers_key', ['kind', 'subject'])
      .execute();
    await schema.createIndex('timers_by_due_time').on('timers').column('due_at').execute();
    await schema
      .createTable('event_counts')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('event_counts_key', ['environment_id', 'kind'])
      .execute();
    await schema
      .createTable('event_payloads')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('payload_id', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('event_payloads_key', ['environment_id', 'payload_id'])
      .execute();
    await schema.createIndex('event_payloads_by_time').on('event_payloads').column('received_at').execute();
  },
};
