import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import { configReferences } from '../domain/flag/config-references.ts';
import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import { jsonEquals } from '../domain/json.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { Bit, FlagConfigsTable, FlagReferencesTable, FlagsTable } from './tables.ts';

type FlagDocument = Omit<Flag, 'id' | 'projectId' | 'key' | 'name' | 'version' | 'createdAt' | 'environments'>;
type ConfigDocument = Omit<FlagConfig, 'environmentId' | 'version' | 'lastModified'>;

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
 * Holds flags of a project until the transaction ends, all of them unless keys are given: for changes that build on
 * them as they are or take away what writers of flags lock next. Locks are taken in one order: account, project,
 * flags, environments.
 */
export async function lockFlags(tx: Tx, projectId: string, flagKeys?: readonly string[]): Promise<void> {
  if (flagKeys?.length === 0) return;
  const all = tx
    .updateTable('flags')
    .set((set) => ({ id: set.ref('id') }))
    .where('project_id', '=', projectId);
  await (flagKeys ? all.where('key', 'in', flagKeys) : all).execute();
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

/** All flags of a project in the order of their keys, with their configurations in one environment. */
export async function listFlagsIn(
  db: Db,
  environment: { readonly id: string; readonly projectId: string },
): Promise<readonly Flag[]> {
  const rows = await db
    .selectFrom('flags')
    .selectAll()
    .where('project_id', '=', environment.projectId)
    .orderBy('key')
    .execute();
  const configs = groupByFlag(
    await configQuery(db).where('flag_configs.environment_id', '=', environment.id).execute(),
  );
  return rows.map((row) => toFlag(row, configs.get(row.id) ?? {}));
}

/** How many flags a project has, archived or not, or both. */
export async function countFlags(db: Db, projectId: string, isArchived?: boolean): Promise<number> {
  const rows = await db
    .selectFrom('flag_counts')
    .select(['is_archived', 'count'])
    .where('project_id', '=', projectId)
    .execute();
  return rows
    .filter(({ is_archived }) => isArchived === undefined || is_archived === toBit(isArchived))
    .reduce((sum, { count }) => sum + count, 0);
}

/** Keeps count of a project's flags. A row of counts is locked after those of flags. */
async function addToCount(tx: Tx, flag: Flag, count: 1 | -1): Promise<void> {
  await tx
    .insertInto('flag_counts')
    .values({ project_id: flag.projectId, is_archived: toBit(flag.archivedAt !== undefined), count })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'is_archived'])
        .doUpdateSet((set) => ({ count: set('flag_counts.count', '+', set.ref('excluded.count')) })),
    )
    .execute();
}

/** Stores a new flag with its configurations. @throws Conflict when the key is taken */
export async function insertFlag(tx: Tx, flag: Flag): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('flags')
    .values(toRow(flag))
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
  const references = configs.flatMap(({ flagId, config }) => toReferenceRows(flagId, config));
  for (const chunk of chunks(references)) await tx.insertInto('flag_references').values(chunk).execute();
}

async function insertTags(tx: Tx, flag: Flag): Promise<void> {
  if (flag.tags.length === 0) return;
  await tx
    .insertInto('flag_tags')
    .values(flag.tags.map((tag) => ({ flag_id: flag.id, tag })))
    .execute();
}

/** Stores what differs of a flag over its previous versions. @throws StaleVersion when somebody else was faster */
export async function saveFlag(tx: Tx, before: Flag, after: Flag): Promise<void> {
  if (after.version !== before.version) {
    const { numUpdatedRows } = await tx
      .updateTable('flags')
      .set(toRow(after))
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

async function saveReferences(tx: Tx, flagId: string, before: FlagConfig, after: FlagConfig): Promise<void> {
  const rows = toReferenceRows(flagId, after);
  if (jsonEquals(rows, toReferenceRows(flagId, before))) return;
  await tx
    .deleteFrom('flag_references')
    .where('flag_id', '=', flagId)
    .where('environment_id', '=', after.environmentId)
    .execute();
  for (const chunk of chunks(rows)) await tx.insertInto('flag_references').values(chunk).execute();
}

function toReferenceRows(flagId: string, config: FlagConfig): readonly FlagReferencesTable[] {
  const rows = (kind: FlagReferencesTable['kind'], targets: Iterable<string>) =>
    [...targets].map((target) => ({ flag_id: flagId, environment_id: config.environmentId, kind, target }));
  const { flagKeys, segmentKeys, contextKinds } = configReferences(config);
  return [...rows('flag', flagKeys), ...rows('segment', segmentKeys), ...rows('context-kind', contextKinds)];
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

async function withConfigs(db: Db, row: FlagsTable): Promise<Flag> {
  const configs = await configQuery(db).where('flag_configs.flag_id', '=', row.id).execute();
  return toFlag(row, groupByFlag(configs).get(row.id) ?? {});
}

/** Gives rows of flags their configurations in some environments, in the order of the rows. */
export async function withConfigsIn(
  db: Db,
  rows: readonly FlagsTable[],
  environmentIds: readonly string[],
): Promise<readonly Flag[]> {
  if (rows.length === 0 || environmentIds.length === 0) return rows.map((row) => toFlag(row, {}));
  const configs = groupByFlag(
    await configQuery(db)
      .where(
        'flag_configs.flag_id',
        'in',
        rows.map(({ id }) => id),
      )
      .where('flag_configs.environment_id', 'in', environmentIds)
      .execute(),
  );
  return rows.map((row) => toFlag(row, configs.get(row.id) ?? {}));
}

function configQuery(db: Db) {
  return db
    .selectFrom('flag_configs')
    .innerJoin('environments', 'environments.id', 'flag_configs.environment_id')
    .selectAll('flag_configs')
    .select('environments.key as environment_key')
    .orderBy('environments.created_at')
    .orderBy('environments.position');
}

type ConfigRow = FlagConfigsTable & { readonly environment_key: string };

function groupByFlag(rows: readonly ConfigRow[]): Map<string, Record<string, FlagConfig>> {
  const byFlag = new Map<string, Record<string, FlagConfig>>();
  for (const row of rows) {
    const configs = byFlag.get(row.flag_id) ?? {};
    configs[row.environment_key] = toConfig(row);
    byFlag.set(row.flag_id, configs);
  }
  return byFlag;
}

function toRow(flag: Flag): FlagsTable {
  const { id, projectId, key, name, version, createdAt, environments: _configs, ...document } = flag;
  const { clientSideAvailability, maintainerId, maintainerTeamKey, migrationSettings } = flag;
  return {
    id,
    project_id: projectId,
    key,
    name,
    version,
    is_archived: toBit(flag.archivedAt !== undefined),
    is_deprecated: toBit(flag.deprecatedAt !== undefined),
    is_temporary: toBit(flag.temporary),
    using_environment_id: toBit(clientSideAvailability.usingEnvironmentId),
    using_mobile_key: toBit(clientSideAvailability.usingMobileKey),
    maintainer_id: maintainerId ?? null,
    maintainer_team_key: maintainerTeamKey ?? null,
    purpose: migrationSettings ? 'migration' : null,
    created_at: createdAt,
    lower_key: key.toLowerCase(),
    lower_name: name.toLowerCase(),
    sorted_tags: flag.tags.toSorted().join(','),
    document: JSON.stringify(document satisfies FlagDocument),
  };
}

const toBit = (value: boolean): Bit => (value ? 1 : 0);

function toFlag(row: FlagsTable, environments: Readonly<Record<string, FlagConfig>>): Flag {
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as FlagDocument),
    environments,
  };
}

function toConfigRow(flagId: string, config: FlagConfig): FlagConfigsTable {
  const { environmentId, version, lastModified, ...document } = config;
  return {
    flag_id: flagId,
    environment_id: environmentId,
    version,
    last_modified: lastModified,
    document: JSON.stringify(document satisfies ConfigDocument),
  };
}

function toConfig(row: FlagConfigsTable): FlagConfig {
  return {
    environmentId: row.environment_id,
    version: row.version,
    lastModified: row.last_modified,
    ...(JSON.parse(row.document) as ConfigDocument),
  };
}
