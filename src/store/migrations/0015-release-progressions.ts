import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The columns that this migration reads and fills, as they are at this point. */
interface Tables {
  releases: {
    id: string;
    project_id: string;
    pipeline_key: string;
    state: string;
    created_at: number;
    document: string;
    pipeline_id: string | null;
    active_phase_id: string | null;
    completed_at: number | null;
  };
  release_pipelines: { id: string; project_id: string; key: string; created_at: number };
}

interface OldDocument {
  readonly phases: readonly { readonly id: string; readonly status: string; readonly completedAt?: number }[];
}

/** What lists of releases are filtered, ordered and counted by: their pipeline, where they are in it, and when they were over. */
export const releaseProgressions: Migration = {
  async up(untyped: Kysely<unknown>): Promise<void> {
    const db = untyped as Kysely<Tables>;
    await db.schema
      .alterTable('releases')
      .addColumn('pipeline_id', 'text', (column) => column.references('release_pipelines.id').onDelete('set null'))
      .execute();
    await db.schema.alterTable('releases').addColumn('active_phase_id', 'text').execute();
    await db.schema.alterTable('releases').addColumn('completed_at', 'bigint').execute();
    await fillPipelines(db);
    await fillProgress(db);
    await db.schema.dropIndex('releases_by_pipeline').execute();
    await db.schema
      .createIndex('releases_by_progress')
      .on('releases')
      .columns(['pipeline_id', 'state', 'active_phase_id', 'created_at', 'id'])
      .execute();
    await db.schema
      .createIndex('releases_by_pipeline')
      .on('releases')
      .columns(['pipeline_id', 'created_at', 'id'])
      .execute();
    await db.schema
      .createIndex('releases_by_project')
      .on('releases')
      .columns(['project_id', 'state', 'created_at'])
      .execute();
  },
};

/** A release that is older than the pipeline of its key went through an earlier one of that key, which is gone. */
async function fillPipelines(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('releases')
    .set((set) => ({
      pipeline_id: set
        .selectFrom('release_pipelines')
        .select('release_pipelines.id')
        .whereRef('release_pipelines.project_id', '=', sql.ref('releases.project_id'))
        .whereRef('release_pipelines.key', '=', sql.ref('releases.pipeline_key'))
        .whereRef('release_pipelines.created_at', '<=', sql.ref('releases.created_at')),
    }))
    .execute();
}

async function fillProgress(db: Kysely<Tables>): Promise<void> {
  for (const { id, state, document } of await db.selectFrom('releases').selectAll().execute()) {
    const { phases } = JSON.parse(document) as OldDocument;
    await db
      .updateTable('releases')
      .set({
        active_phase_id: state === 'active' ? (phases.find(({ status }) => status !== 'completed')?.id ?? null) : null,
        completed_at: state === 'completed' ? Math.max(...phases.map(({ completedAt }) => completedAt ?? 0)) : null,
      })
      .where('id', '=', id)
      .execute();
  }
}
