import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What others outside say of releases and rollouts: gates that are asked, and readings of metrics. */
export const guards: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema
      .createTable('gate_checks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('release_id', 'text', (column) => column.notNull().references('releases.id').onDelete('cascade'))
      .addColumn('run_id', 'text', (column) => column.references('rollout_runs.id').onDelete('cascade'))
      .addColumn('phase_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('step', 'integer', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('timeout_ms', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('asked', 'bigint', (column) => column.notNull())
      .addColumn('last_status', 'integer')
      .addColumn('last_error', 'text')
      .addColumn('answered_at', 'bigint')
      .execute();
    await schema.createIndex('gate_checks_due').on('gate_checks').columns(['state', 'due_at']).execute();
    await schema.createIndex('gate_checks_by_release').on('gate_checks').column('release_id').execute();
    await schema.createIndex('gate_checks_by_run').on('gate_checks').column('run_id').execute();
    await schema
      .createTable('guard_readings')
      .addColumn('run_id', 'text', (column) => column.notNull().references('rollout_runs.id').onDelete('cascade'))
      .addColumn('metric_key', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('document', 'text')
      .addPrimaryKeyConstraint('guard_readings_key', ['run_id', 'metric_key'])
      .execute();
    await schema.createIndex('guard_readings_due').on('guard_readings').column('due_at').execute();
  },
};
