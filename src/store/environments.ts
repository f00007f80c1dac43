import {
  DEFAULT_RESOURCE_APPROVAL_SETTINGS,
  type Environment,
  type EnvironmentSettings,
} from '../domain/environment.ts';
import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { EnvironmentsTable } from './tables.ts';

type EnvironmentDocument = Omit<EnvironmentSettings, 'name'>;
/** Rows of the first release know of no approvals but those of flags. */
type StoredDocument = Omit<EnvironmentDocument, 'resourceApprovalSettings'> & Partial<EnvironmentDocument>;

/** @throws NotFound */
export async function getEnvironment(db: Db, projectId: string, environmentKey: string): Promise<Environment> {
  const row = await db
    .selectFrom('environments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', environmentKey)
    .executeTakeFirst();
  if (!row) throw new NotFound('environment', environmentKey);
  return toEnvironment(row);
}

export async function findEnvironmentById(db: Db, id: string): Promise<Environment | undefined> {
  const row = await db.selectFrom('environments').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toEnvironment(row);
}

/** All environments of the projects, in the order they were made. */
export async function listAllEnvironments(db: Db, projectIds: readonly string[]): Promise<readonly Environment[]> {
  if (projectIds.length === 0) return [];
  const rows = await db
    .selectFrom('environments')
    .selectAll()
    .where('project_id', 'in', projectIds)
    .orderBy('created_at')
    .orderBy('position')
    .execute();
  return rows.map(toEnvironment);
}

/** The environment that a server-side SDK key opens, or opened until a time that has not come yet. */
export async function findEnvironmentIdBySdkKey(db: Db, sdkKey: string, now: number): Promise<string | undefined> {
  const row = await db.selectFrom('environments').select('id').where('sdk_key', '=', sdkKey).executeTakeFirst();
  if (row) return row.id;
  const former = await db
    .selectFrom('former_sdk_keys')
    .select('environment_id')
    .where('sdk_key', '=', sdkKey)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return former?.environment_id;
}

export async function findEnvironmentIdByMobileKey(db: Db, mobileKey: string): Promise<string | undefined> {
  const row = await db.selectFrom('environments').select('id').where('mobile_key', '=', mobileKey).executeTakeFirst();
  return row?.id;
}

/** SDK keys that an environment had, and that still work. */
export async function listFormerSdkKeys(db: Db, environmentId: string, now: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('former_sdk_keys')
    .select('sdk_key')
    .where('environment_id', '=', environmentId)
    .where('expires_at', '>', now)
    .execute();
  return rows.map(({ sdk_key }) => sdk_key);
}

/** An SDK key that an environment had, and that works until a time. */
export interface FormerSdkKey {
  readonly environmentId: string;
  readonly sdkKey: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** The same of all environments, with their ends; those that end last come last. */
export async function listAllFormerSdkKeys(db: Db, now: number): Promise<readonly FormerSdkKey[]> {
  const rows = await db
    .selectFrom('former_sdk_keys')
    .selectAll()
    .where('expires_at', '>', now)
    .orderBy('expires_at')
    .orderBy('sdk_key')
    .execute();
  return rows.map((row) => ({ environmentId: row.environment_id, sdkKey: row.sdk_key, expiresAt: row.expires_at }));
}

/** Lets the SDK key that an environment had work on until a time. */
export async function keepFormerSdkKey(tx: Tx, { id, sdkKey }: Environment, expiresAt: number): Promise<void> {
  await tx
    .insertInto('former_sdk_keys')
    .values({ sdk_key: sdkKey, environment_id: id, expires_at: expiresAt })
    .execute();
}

/** @throws Conflict when the key is taken */
export async function insertEnvironment(tx: Tx, environment: Environment, position: number): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('environments')
    .values({ ...toRow(environment), position, payload_version: 0 })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) {
    throw new Conflict(`An environment with key '${environment.key}' already exists`);
  }
}

/** Stores an environment over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveEnvironment(tx: Tx, environment: Environment): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('environments')
    .set(toRow(environment))
    .where('id', '=', environment.id)
    .where('version', '=', environment.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/** Deletes an environment and every configuration in it. */
export async function deleteEnvironment(tx: Tx, environmentId: string): Promise<void> {
  await tx.deleteFrom('environments').where('id', '=', environmentId).execute();
}

function toRow(environment: Environment): Omit<EnvironmentsTable, 'position' | 'payload_version'> {
  const { id, projectId, key, name, sdkKey, mobileKey, version, createdAt, ...document } = environment;
  return {
    id,
    project_id: projectId,
    key,
    name,
    sdk_key: sdkKey,
    mobile_key: mobileKey,
    version,
    created_at: createdAt,
    document: JSON.stringify(document satisfies EnvironmentDocument),
  };
}

function toEnvironment(row: EnvironmentsTable): Environment {
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    sdkKey: row.sdk_key,
    mobileKey: row.mobile_key,
    version: row.version,
    createdAt: row.created_at,
    resourceApprovalSettings: DEFAULT_RESOURCE_APPROVAL_SETTINGS,
    ...(JSON.parse(row.document) as StoredDocument),
  };
}
