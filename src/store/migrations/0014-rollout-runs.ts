import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Automated rollouts, what was seen of them from look to look, and what releases have changed of their flags. */
export const rolloutRuns: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('rollout_runs')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('flag_id', 'text', (column) => column.notNull().references('flags.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('is_open', 'integer', (column) => column.notNull())
      .addColumn('release_id', 'text')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .execute();
    await schema
      .createIndex('rollout_runs_open')
      .on('rollout_runs')
      .columns(['flag_id', 'environment_id'])
      .unique()
      .where(sql.ref('is_open'), '=', sql.lit(1))
      .execute();
    await schema
      .createIndex('rollout_runs_by_flag')
      .on('rollout_runs')
      .columns(['flag_id', 'created_at', 'id'])
      .execute();
    await schema.createIndex('rollout_runs_by_project').on('rollout_runs').columns(['project_id', 'is_open']).execute();
    await schema
      .createTable('rollout_looks')
      .addColumn('run_id', 'text', (column) => column.notNull().references('rollout_runs.id').onDelete('cascade'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('rollout_looks_key', ['run_id', 'at'])
      .execute();
    await schema
      .createTable('release_changes')
      .addColumn('release_id', 'text', (column) => column.notNull().references('releases.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('part', 'text', (column) => column.notNull())
      .addColumn('state_before', 'text', (column) => column.notNull())
      .addColumn('state_after', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('release_changes_key', ['release_id', 'environment_id', 'part'])
      .execute();
  },
};
