import type { Application, ApplicationVersion } from '../domain/application.ts';
import { NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import { resourceStore } from './resources.ts';
import type { ApplicationVersionsTable } from './tables.ts';

/** The applications of the account. */
export const applications = resourceStore<Application>('application', 'application');

/** All versions of an application, oldest first. */
export async function listVersions(db: Db, applicationId: string): Promise<readonly ApplicationVersion[]> {
  const rows = await db
    .selectFrom('application_versions')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('created_at')
    .orderBy('key')
    .execute();
  return rows.map(toVersion);
}

export async function findVersion(db: Db, applicationId: string, key: string): Promise<ApplicationVersion | undefined> {
  const row = await db
    .selectFrom('application_versions')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where('key', '=', key)
    .executeTakeFirst();
  return row && toVersion(row);
}

/** @throws NotFound */
export async function getVersion(db: Db, applicationId: string, key: string): Promise<ApplicationVersion> {
  const version = await findVersion(db, applicationId, key);
  if (!version) throw new NotFound('application version', key);
  return version;
}

export async function insertVersion(tx: Tx, applicationId: string, version: ApplicationVersion): Promise<void> {
  await tx
    .insertInto('application_versions')
    .values({ application_id: applicationId, ...toColumns(version) })
    .execute();
}

/** Stores a version over its previous state. @throws StaleVersion when somebody else was faster */
export async function saveVersion(tx: Tx, applicationId: string, version: ApplicationVersion): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('application_versions')
    .set(toColumns(version))
    .where('application_id', '=', applicationId)
    .where('key', '=', version.key)
    .where('version', '=', version.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

export async function deleteVersion(tx: Tx, applicationId: string, key: string): Promise<void> {
  await tx
    .deleteFrom('application_versions')
    .where('application_id', '=', applicationId)
    .where('key', '=', key)
    .execute();
}

/** A flag that an application has evaluated. */
export interface EvaluatedFlag {
  readonly applicationKey: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
}

/** The flags that applications have evaluated since the flags were created, in any environment, by name. */
export async function findFlagsOf(db: Db, applicationKeys: readonly string[]): Promise<readonly EvaluatedFlag[]> {
  if (applicationKeys.length === 0) return [];
  return db
    .selectFrom('flag_evaluation_sources as sources')
    .innerJoin('environments', 'environments.id', 'sources.environment_id')
    .innerJoin('flags', (join) =>
      join
        .onRef('flags.project_id', '=', 'environments.project_id')
        .onRef('flags.key', '=', 'sources.flag_key')
        .onRef('flags.created_at', '<=', 'sources.last_requested_at'),
    )
    .select([
      'sources.source as applicationKey',
      'flags.project_id as projectId',
      'flags.key as key',
      'flags.name as name',
    ])
    .distinct()
    .where('sources.kind', '=', 'application')
    .where('sources.source', 'in', applicationKeys)
    .orderBy('name')
    .orderBy('key')
    .execute();
}

function toColumns({ key, name, isSupported, createdAt, version }: ApplicationVersion) {
  return { key, name, is_supported: isSupported ? (1 as const) : (0 as const), created_at: createdAt, version };
}

function toVersion(row: ApplicationVersionsTable): ApplicationVersion {
  return {
    key: row.key,
    name: row.name,
    isSupported: row.is_supported === 1,
    createdAt: row.created_at,
    version: row.version,
  };
}
