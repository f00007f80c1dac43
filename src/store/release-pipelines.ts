import { sql } from 'kysely';
import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Pipeline } from '../domain/release/pipeline.ts';
import type { Db, Tx } from './database.ts';
import type { ReleasePipelinesTable } from './tables.ts';

type PipelineDocument = Omit<Pipeline, 'id' | 'projectId' | 'key' | 'version' | 'createdAt'>;

/** @throws NotFound */
export async function getPipeline(db: Db, projectId: string, pipelineKey: string): Promise<Pipeline> {
  const row = await db
    .selectFrom('release_pipelines')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', pipelineKey)
    .executeTakeFirst();
  if (!row) throw new NotFound('release pipeline', pipelineKey);
  return toPipeline(row);
}

/** All pipelines of a project, oldest first. There are at most 20, so filters and pages are cut from this list. */
export async function listPipelines(db: Db, projectId: string): Promise<readonly Pipeline[]> {
  const rows = await db
    .selectFrom('release_pipelines')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toPipeline);
}

/** @throws Conflict when the key is taken */
export async function insertPipeline(tx: Tx, pipeline: Pipeline): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('release_pipelines')
    .values(toRow(pipeline))
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) {
    throw new Conflict(`A release pipeline with key '${pipeline.key}' already exists`);
  }
}

/** Stores a pipeline over its previous version. @throws StaleVersion when somebody else was faster */
export async function savePipeline(tx: Tx, pipeline: Pipeline): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('release_pipelines')
    .set(toRow(pipeline))
    .where('id', '=', pipeline.id)
    .where('version', '=', pipeline.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/** Deletes a pipeline; its releases stay, and belong to none any more. */
export async function deletePipeline(tx: Tx, pipelineId: string): Promise<void> {
  await tx.deleteFrom('release_pipelines').where('id', '=', pipelineId).execute();
}

/** Whether any release in the pipeline is still on its way. */
export async function hasActiveReleases(db: Db, pipelineId: string): Promise<boolean> {
  const row = await db
    .selectFrom('releases')
    .select(sql.lit(1).as('found'))
    .where('pipeline_id', '=', pipelineId)
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function toRow(pipeline: Pipeline): ReleasePipelinesTable {
  const { id, projectId, key, version, createdAt, ...document } = pipeline;
  return {
    id,
    project_id: projectId,
    key,
    version,
    created_at: createdAt,
    document: JSON.stringify(document satisfies PipelineDocument),
  };
}

function toPipeline(row: ReleasePipelinesTable): Pipeline {
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as PipelineDocument),
  };
}
