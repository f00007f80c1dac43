import { StaleVersion } from '../domain/errors.ts';
import { type Release, type ReleasePhase, type ReleaseState, releaseState } from '../domain/release/release.ts';
import type { Db, Tx } from './database.ts';
import type { ReleasesTable } from './tables.ts';

type ReleaseDocument = Omit<Release, 'id' | 'projectId' | 'flagId' | 'pipelineKey' | 'version' | 'createdAt'>;

/** The flag's latest release, whatever has become of it. */
export async function findLatestRelease(db: Db, flagId: string): Promise<Release | undefined> {
  const row = await db
    .selectFrom('releases')
    .selectAll()
    .where('flag_id', '=', flagId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRelease(row);
}

export async function findReleaseById(db: Db, releaseId: string): Promise<Release | undefined> {
  const row = await db.selectFrom('releases').selectAll().where('id', '=', releaseId).executeTakeFirst();
  return row && toRelease(row);
}

/** Releases of a project that are on their way. */
export async function listActiveReleases(db: Db, projectId: string): Promise<readonly Release[]> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('state', '=', 'active')
    .orderBy('created_at')
    .execute();
  return rows.map(toRelease);
}

/** Releases that are on their way through a pipeline. The transaction holds them, by their flags, until it ends. */
export async function listActiveReleasesForUpdate(tx: Tx, pipelineId: string): Promise<readonly Release[]> {
  const active = tx
    .selectFrom('releases')
    .select('flag_id')
    .where('pipeline_id', '=', pipelineId)
    .where('state', '=', 'active');
  await tx
    .updateTable('flags')
    .set((set) => ({ id: set.ref('id') }))
    .where('id', 'in', active)
    .execute();
  const rows = await tx
    .selectFrom('releases')
    .selectAll()
    .where('pipeline_id', '=', pipelineId)
    .where('state', '=', 'active')
    .orderBy('created_at')
    .execute();
  return rows.map(toRelease);
}

/** @throws StaleVersion when the flag has got another active release in the meantime */
export async function insertRelease(tx: Tx, release: Release, pipelineId: string): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('releases')
    .values({ ...toRow(release), pipeline_id: pipelineId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new StaleVersion();
}

/** Stores a release over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveRelease(tx: Tx, release: Release): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('releases')
    .set(toRow(release))
    .where('id', '=', release.id)
    .where('version', '=', release.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

export async function deleteRelease(tx: Tx, releaseId: string): Promise<void> {
  await tx.deleteFrom('releases').where('id', '=', releaseId).execute();
}

function toRow(release: Release): Omit<ReleasesTable, 'pipeline_id'> {
  const { id, projectId, flagId, pipelineKey, version, createdAt, ...document } = release;
  const state = releaseState(release);
  return {
    id,
    project_id: projectId,
    flag_id: flagId,
    pipeline_key: pipelineKey,
    state,
    active_phase_id: state === 'active' ? (release.phases.find(isIncomplete)?.id ?? null) : null,
    completed_at: state === 'completed' ? Math.max(...release.phases.map((phase) => phase.completedAt ?? 0)) : null,
    version,
    created_at: createdAt,
    document: JSON.stringify(document satisfies ReleaseDocument),
  };
}

const isIncomplete = ({ status }: ReleasePhase) => status !== 'completed';

function toRelease(row: ReleasesTable): Release {
  return {
    id: row.id,
    projectId: row.project_id,
    flagId: row.flag_id,
    pipelineKey: row.pipeline_key,
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as ReleaseDocument),
  };
}

/** How many releases there are in each state, of all projects. */
export async function countReleasesByState(db: Db): Promise<ReadonlyMap<ReleaseState, number>> {
  const rows = await db
    .selectFrom('releases')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, count]));
}
