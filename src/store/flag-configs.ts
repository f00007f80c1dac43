import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import type { Db } from './database.ts';
import { toConfig, toFlag } from './flag-rows.ts';
import type { FlagConfigsTable, FlagsTable } from './tables.ts';

/* Configurations of flags, joined to the flags they belong to. */

/** Gives the row of a flag all its configurations. */
export async function withConfigs(db: Db, row: FlagsTable): Promise<Flag> {
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

/** Configurations with the keys of their environments, in the order of these. */
export function configQuery(db: Db) {
  return db
    .selectFrom('flag_configs')
    .innerJoin('environments', 'environments.id', 'flag_configs.environment_id')
    .selectAll('flag_configs')
    .select('environments.key as environment_key')
    .orderBy('environments.created_at')
    .orderBy('environments.position');
}

type ConfigRow = FlagConfigsTable & { readonly environment_key: string };

/** Configurations by the id of their flag and the key of their environment. */
export function groupByFlag(rows: readonly ConfigRow[]): Map<string, Record<string, FlagConfig>> {
  const byFlag = new Map<string, Record<string, FlagConfig>>();
  for (const row of rows) {
    const configs = byFlag.get(row.flag_id) ?? {};
    configs[row.environment_key] = toConfig(row);
    byFlag.set(row.flag_id, configs);
  }
  return byFlag;
}
