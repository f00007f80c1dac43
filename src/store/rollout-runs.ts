import { StaleVersion } from '../domain/errors.ts';
import { isOpenRun, type RolloutRun, type RunStatus } from '../domain/rollout/run.ts';
import type { Db, Tx } from './database.ts';
import type { RolloutRunsTable } from './tables.ts';

type RunDocument = Omit<
  RolloutRun,
  'id' | 'projectId' | 'flagId' | 'environmentId' | 'status' | 'createdAt' | 'version'
>;

/** Which runs of a project to list. */
export interface RunQuery {
  readonly flagId?: string | undefined;
  readonly environmentId?: string | undefined;
  readonly isOpen?: boolean | undefined;
  readonly kind?: RolloutRun['plan']['kind'] | undefined;
  readonly status?: RunStatus | undefined;
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
}

export async function findRun(db: Db, id: string): Promise<RolloutRun | undefined> {
  const row = await db.selectFrom('rollout_runs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toRun(row);
}

/** Some runs, by their ids. */
export async function findRuns(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, RolloutRun>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('rollout_runs').selectAll().where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, toRun(row)]));
}

/** Runs of a project, newest first. */
export async function listRuns(db: Db, projectId: string, query: RunQuery): Promise<readonly RolloutRun[]> {
  let rows = db.selectFrom('rollout_runs').selectAll().where('project_id', '=', projectId);
  if (query.flagId !== undefined) rows = rows.where('flag_id', '=', query.flagId);
  if (query.environmentId !== undefined) rows = rows.where('environment_id', '=', query.environmentId);
  if (query.isOpen !== undefined) rows = rows.where('is_open', '=', query.isOpen ? 1 : 0);
  if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind);
  if (query.status !== undefined) rows = rows.where('status', '=', query.status);
  if (query.limit !== undefined) rows = rows.limit(query.limit);
  return (await rows.orderBy('created_at', 'desc').orderBy('id', 'desc').execute()).map(toRun);
}

/** @throws StaleVersion when the flag has got another open run there in the meantime */
export async function insertRun(tx: Tx, run: RolloutRun): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('rollout_runs')
    .values(toRow(run))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new StaleVersion();
}

/** Stores a run over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveRun(tx: Tx, run: RolloutRun): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('rollout_runs')
    .set(toRow(run))
    .where('id', '=', run.id)
    .where('version', '=', run.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/** Keeps what a look has seen, for curves over time. */
export async function insertLook(tx: Tx, run: RolloutRun, at: number): Promise<void> {
  const { metrics, units, stageIndex, probabilityOfMismatch } = run;
  const verdicts = metrics.flatMap(({ key, verdict }) => (verdict ? [{ key, verdict }] : []));
  await tx
    .insertInto('rollout_looks')
    .values({ run_id: run.id, at, document: JSON.stringify({ stageIndex, units, probabilityOfMismatch, verdicts }) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** When a run was last looked at so that it was kept; Unix milliseconds. */
export async function lastLookAt(db: Db, runId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('rollout_looks')
    .select('at')
    .where('run_id', '=', runId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}

/** What a look has seen. */
export type Look = Pick<RolloutRun, 'stageIndex' | 'units' | 'probabilityOfMismatch'> & {
  readonly at: number;
  readonly verdicts: readonly {
    readonly key: string;
    readonly verdict: NonNullable<RolloutRun['metrics'][number]['verdict']>;
  }[];
};

/** The looks at a run, oldest first. */
export async function listLooks(db: Db, runId: string): Promise<readonly Look[]> {
  const rows = await db.selectFrom('rollout_looks').selectAll().where('run_id', '=', runId).orderBy('at').execute();
  return rows.map(({ at, document }) => ({ ...(JSON.parse(document) as Omit<Look, 'at'>), at }));
}

function toRow(run: RolloutRun): RolloutRunsTable {
  const { id, projectId, flagId, environmentId, status, createdAt, version, ...document } = run;
  return {
    id,
    project_id: projectId,
    flag_id: flagId,
    environment_id: environmentId,
    kind: run.plan.kind,
    status,
    is_open: isOpenRun(run) ? 1 : 0,
    release_id: run.releaseId ?? null,
    created_at: createdAt,
    version,
    document: JSON.stringify(document satisfies RunDocument),
  };
}

function toRun(row: RolloutRunsTable): RolloutRun {
  return {
    ...(JSON.parse(row.document) as RunDocument),
    id: row.id,
    projectId: row.project_id,
    flagId: row.flag_id,
    environmentId: row.environment_id,
    status: row.status,
    createdAt: row.created_at,
    version: row.version,
  };
}
