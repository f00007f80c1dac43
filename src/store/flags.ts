import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import { jsonEquals } from '../domain/json.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import { configQuery, groupByFlag, withConfigs } from './flag-configs.ts';
import { addToCount, insertReferences, insertTags, saveReferences } from './flag-indexes.ts';
import { toConfigRow, toFlag, toFlagRow } from './flag-rows.ts';

/** A flag with its configurations. @throws NotFound */
export async function getFlag(db: Db, projectId: string, flagKey: string): Promise<Flag> {
  const row = await db
    .selectFrom('flags')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', flagKey)
    .executeTakeFirst();
  if (!row) throw new NotFound('flag', flagKey);
  return withConfigs(db, row);
}

/** A flag that this transaction is going to change: others who want to wait until it ends. @throws NotFound */
export async function getFlagForUpdate(tx: Tx, projectId: string, flagKey: string): Promise<Flag> {
  await tx
    .updateTable('flags')
    .set((set) => ({ id: set.ref('id') }))
    .where('project_id', '=', projectId)
    .where('key', '=', flagKey)
    .execute();
  return getFlag(tx, projectId, flagKey);
}

/** A flag by its id, held like `getFlagForUpdate`, or nothing when it has been deleted. */
export async function findFlagForUpdate(tx: Tx, flagId: string): Promise<Flag | undefined> {
  await tx
    .updateTable('flags')
    .set((set) => ({ id: set.ref('id') }))
    .where('id', '=', flagId)
    .execute();
  const row = await tx.selectFrom('flags').selectAll().where('id', '=', flagId).executeTakeFirst();
  return row && withConfigs(tx, row);
}

/** A flag as others speak of it. */
export type FlagHead = Pick<Flag, 'key' | 'name' | 'createdAt'>;

/** Flags by their ids, without their configurations. */
export async function findFlagHeads(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, FlagHead>> {
  const heads = new Map<string, FlagHead>();
  for (const chunk of chunks([...new Set(ids)])) {
    const rows = await db
      .selectFrom('flags')
      .select(['id', 'key', 'name', 'created_at'])
      .where('id', 'in', chunk)
      .execute();
    for (const { id, key, name, created_at } of rows) heads.set(id, { key, name, createdAt: created_at });
  }
  return heads;
}

/** The flags with these keys, by key, with their configurations; unknown ones are missing. */
export async function findFlags(
  db: Db,
  projectId: string,
  flagKeys: readonly string[],
): Promise<ReadonlyMap<string, Flag>> {
  if (flagKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom('flags')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', 'in', flagKeys)
    .execute();
  if (rows.length === 0) return new Map();
  const ids = rows.map(({ id }) => id);
  const configs = groupByFlag(await configQuery(db).where('flag_configs.flag_id', 'in', ids).execute());
  return new Map(rows.map((row) => [row.key, toFlag(row, configs.get(row.id) ?? {})]));
}

/** The flags that have a flag among their prerequisites in any environment, in order of their keys. */
export async function findDependents(db: Db, projectId: string, flagKey: string): Promise<readonly Flag[]> {
  const rows = await db
    .selectFrom('flag_references')
    .innerJoin('flags', 'flags.id', 'flag_references.flag_id')
    .select('flags.key')
    .distinct()
    .where('flag_references.kind', '=', 'flag')
    .where('flag_references.target', '=', flagKey)
    .where('flags.project_id', '=', projectId)
    .execute();
  const flags = await findFlags(
    db,
    projectId,
    rows.map(({ key }) => key),
  );
  return [...flags.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/**
 * Holds all flags of a project until the transaction ends, for changes that build on every flag as it is or take away
 * what writers of flags lock next. Locks are taken in one order: account, project, flags, environments.
 */
export async function lockFlags(tx: Tx, projectId: string): Promise<void> {
  await tx
    .updateTable('flags')
    .set((set) => ({ id: set.ref('id') }))
    .where('project_id', '=', projectId)
    .execute();
}

/** All flags of a project with all their configurations: for changes that touch every flag. */
export async function listAllFlags(db: Db, projectId: string): Promise<readonly Flag[]> {
  const rows = await db.selectFrom('flags').selectAll().where('project_id', '=', projectId).orderBy('key').execute();
  const configs = await configQuery(db)
    .innerJoin('flags', 'flags.id', 'flag_configs.flag_id')
    .where('flags.project_id', '=', projectId)
    .execute();
  const byFlag = groupByFlag(configs);
  return rows.map((row) => toFlag(row, byFlag.get(row.id) ?? {}));
}

/**
 * All flags of a project, or those with certain keys, in the order of their keys, with their configurations in one
 * environment.
 */
export async function listFlagsIn(
  db: Db,
  environment: { readonly id: string; readonly projectId: string },
  keys?: readonly string[],
): Promise<readonly Flag[]> {
  const all = db.selectFrom('flags').selectAll().where('project_id', '=', environment.projectId).orderBy('key');
  const rows = await (keys === undefined ? all : all.where('key', 'in', keys)).execute();
  if (rows.length === 0) return [];
  const inEnvironment = configQuery(db).where('flag_configs.environment_id', '=', environment.id);
  const ids = rows.map(({ id }) => id);
  const configs = groupByFlag(
    await (keys === undefined ? inEnvironment : inEnvironment.where('flag_configs.flag_id', 'in', ids)).execute(),
  );
  return rows.map((row) => toFlag(row, configs.get(row.id) ?? {}));
}

/** Stores a new flag with its configurations. @throws Conflict when the key is taken */
export async function insertFlag(tx: Tx, flag: Flag): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('flags')
    .values(toFlagRow(flag))
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new Conflict(`A flag with key '${flag.key}' already exists`);
  await addToCount(tx, flag, 1);
  await insertTags(tx, flag);
  await insertConfigs(
    tx,
    Object.values(flag.environments).map((config) => ({ flagId: flag.id, config })),
  );
}

/** Stores configurations of flags in environments that are new to them. */
export async function insertConfigs(
  tx: Tx,
  configs: readonly { readonly flagId: string; readonly config: FlagConfig }[],
): Promise<void> {
  for (const chunk of chunks(configs)) {
    await tx
      .insertInto('flag_configs')
      .values(chunk.map(({ flagId, config }) => toConfigRow(flagId, config)))
      .execute();
  }
  await insertReferences(tx, configs);
}

/** Stores what differs of a flag over its previous versions. @throws StaleVersion when somebody else was faster */
export async function saveFlag(tx: Tx, before: Flag, after: Flag): Promise<void> {
  if (after.version !== before.version) {
    const { numUpdatedRows } = await tx
      .updateTable('flags')
      .set(toFlagRow(after))
      .where('id', '=', after.id)
      .where('version', '=', before.version)
      .executeTakeFirst();
    if (Number(numUpdatedRows) === 0) throw new StaleVersion();
    if ((before.archivedAt === undefined) !== (after.archivedAt === undefined)) {
      await addToCount(tx, before, -1);
      await addToCount(tx, after, 1);
    }
    if (!jsonEquals(before.tags, after.tags)) {
      await tx.deleteFrom('flag_tags').where('flag_id', '=', after.id).execute();
      await insertTags(tx, after);
    }
  }
  for (const [key, config] of Object.entries(after.environments)) {
    const old = before.environments[key];
    if (!old || jsonEquals(old, config)) continue;
    const { numUpdatedRows } = await tx
      .updateTable('flag_configs')
      .set(toConfigRow(after.id, config))
      .where('flag_id', '=', after.id)
      .where('environment_id', '=', config.environmentId)
      .where('version', '=', old.version)
      .executeTakeFirst();
    if (Number(numUpdatedRows) === 0) throw new StaleVersion();
    await saveReferences(tx, after.id, old, config);
  }
}

/** Deletes a flag of that version. @throws StaleVersion when it has been changed in between */
export async function deleteFlag(tx: Tx, flag: Flag): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('flags')
    .where('id', '=', flag.id)
    .where('version', '=', flag.version)
    .executeTakeFirst();
  if (Number(numDeletedRows) === 0) throw new StaleVersion();
  await addToCount(tx, flag, -1);
}

/** The keys of flags by their ids, in the order of keys. */
export async function findFlagKeys(db: Db, flagIds: readonly string[]): Promise<readonly string[]> {
  if (flagIds.length === 0) return [];
  const rows = await db.selectFrom('flags').select('key').where('id', 'in', flagIds).orderBy('key').execute();
  return rows.map(({ key }) => key);
}
