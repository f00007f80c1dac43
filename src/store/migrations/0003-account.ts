import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Roles, teams, sessions, and what hangs on flags and projects; `store/tables.ts` says what the columns mean. */
export const account: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { schema } = db;
    await addColumns(db, 'members', {
      document: ['text', '{}'],
      version: ['integer', 1],
      last_seen_at: ['bigint', null],
    });
    await addColumns(db, 'access_tokens', {
      document: ['text', '{}'],
      version: ['integer', 1],
      last_modified: ['bigint', 0],
      last_used_at: ['bigint', null],
    });
    await sql`update access_tokens set last_modified = created_at`.execute(db);
    await addColumns(db, 'teams', {
      document: ['text', '{}'],
      version: ['integer', 1],
      created_at: ['bigint', 0],
      last_modified: ['bigint', 0],
    });
    await addColumns(db, 'changes', { states: ['text', null] });
    await schema
      .createTable('former_secrets')
      .addColumn('secret_hash', 'text', (column) => column.primaryKey())
      .addColumn('token_id', 'text', (column) => column.notNull().references('access_tokens.id').onDelete('cascade'))
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('former_sdk_keys')
      .addColumn('sdk_key', 'text', (column) => column.primaryKey())
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('team_members')
      .addColumn('team_id', 'text', (column) => column.notNull().references('teams.id').onDelete('cascade'))
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('relation', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('team_members_key', ['team_id', 'member_id', 'relation'])
      .execute();
    await schema.createIndex('team_members_by_member').on('team_members').column('member_id').execute();
    await schema
      .createTable('resources')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('place', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('project_id', 'text', (column) => column.references('projects.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) => column.references('environments.id').onDelete('cascade'))
      .addColumn('flag_id', 'text', (column) => column.references('flags.id').onDelete('cascade'))
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addUniqueConstraint('resources_key', ['kind', 'place', 'key'])
      .execute();
    for (const owner of ['project_id', 'environment_id', 'flag_id']) {
      await schema.createIndex(`resources_by_${owner}`).on('resources').columns([owner, 'kind']).execute();
    }
    await schema
      .createTable('approval_requests')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) => column.references('environments.id').onDelete('cascade'))
      .addColumn('resource_kind', 'text', (column) => column.notNull())
      .addColumn('resource_id', 'text', (column) => column.notNull())
      .addColumn('requestor_id', 'text')
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('review_status', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('approval_requests_by_resource')
      .on('approval_requests')
      .columns(['resource_id', 'status', 'created_at'])
      .execute();
    await schema
      .createIndex('approval_requests_by_age')
      .on('approval_requests')
      .columns(['created_at', 'id'])
      .execute();
    await schema
      .createTable('webhook_deliveries')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('webhook_id', 'text', (column) => column.notNull().references('resources.id').onDelete('cascade'))
      .addColumn('change_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('webhook_deliveries_by_age')
      .on('webhook_deliveries')
      .columns(['webhook_id', 'created_at'])
      .execute();
    await schema
      .createIndex('webhook_deliveries_by_due_time')
      .on('webhook_deliveries')
      .columns(['state', 'due_at'])
      .execute();
    await schema
      .createTable('sessions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('one_time_links')
      .addColumn('secret_hash', 'text', (column) => column.primaryKey())
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('login_failures')
      .addColumn('subject', 'text', (column) => column.primaryKey())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};

type Column = readonly ['text' | 'integer' | 'bigint', string | number | null];

/** Adds columns to a table that has rows: each with the value that these get, or none. */
async function addColumns(
  db: Kysely<unknown>,
  table: string,
  columns: Readonly<Record<string, Column>>,
): Promise<void> {
  for (const [name, [type, fallback]] of Object.entries(columns)) {
    await db.schema
      .alterTable(table)
      .addColumn(name, type, (column) => (fallback === null ? column : column.notNull().defaultTo(fallback)))
      .execute();
  }
}
