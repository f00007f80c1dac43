import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What members have been told of. */
export const notices: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('notices')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('read_at', 'bigint')
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema.createIndex('notices_by_member').on('notices').columns(['member_id', 'at', 'id']).execute();
    await schema.createIndex('notices_by_project').on('notices').column('project_id').execute();
  },
};
