import type { Expression, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Repositories of code, their branches, how often these speak of flags, and when they ceased to.
 * @param byteOrderedText the type of texts that are sorted by their bytes
 */
export const codeReferences = (byteOrderedText: Expression<unknown>): Migration => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('code_repositories')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('lower_name', byteOrderedText, (column) => column.notNull().unique())
      .addColumn('default_branch', 'text', (column) => column.notNull())
      .addColumn('is_enabled', 'integer', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createTable('code_branches')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('repository_id', 'text', (column) =>
        column.notNull().references('code_repositories.id').onDelete('cascade'),
      )
      .addColumn('name', byteOrderedText, (column) => column.notNull())
      .addColumn('commit_time', 'bigint')
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('found', 'text', (column) => column.notNull())
      .addUniqueConstraint('code_branches_name', ['repository_id', 'name'])
      .execute();
    await schema
      .createTable('code_reference_counts')
      .addColumn('project_key', 'text', (column) => column.notNull())
      .addColumn('flag_key', byteOrderedText, (column) => column.notNull())
      .addColumn('branch_id', 'text', (column) => column.notNull().references('code_branches.id').onDelete('cascade'))
      .addColumn('hunk_count', 'integer', (column) => column.notNull())
      .addColumn('file_count', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('code_reference_counts_key', ['project_key', 'flag_key', 'branch_id'])
      .execute();
    await schema
      .createIndex('code_reference_counts_by_branch')
      .on('code_reference_counts')
      .column('branch_id')
      .execute();
    await schema
      .createTable('code_extinctions')
      .addColumn('branch_id', 'text', (column) => column.notNull().references('code_branches.id').onDelete('cascade'))
      .addColumn('project_key', 'text', (column) => column.notNull())
      .addColumn('flag_key', 'text', (column) => column.notNull())
      .addColumn('revision', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('time', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('code_extinctions_key', ['branch_id', 'project_key', 'flag_key', 'revision'])
      .execute();
  },
});
