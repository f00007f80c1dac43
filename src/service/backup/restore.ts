import { basename } from 'node:path';
import { CommandError } from '../../cli/command-error.ts';
import { type OutputOptions, print } from '../../cli/output.ts';
import type { Config } from '../../config.ts';
import { settleRestored } from '../../operations/restored.ts';
import { configuration } from '../configuration.ts';
import { sqliteFile, withStore } from '../store.ts';
import { type BackupKind, kindOfBackup } from './files.ts';
import { replacePostgres } from './postgres.ts';
import { isUsedSqlite, replaceSqlite } from './sqlite.ts';

interface RestoreOptions extends OutputOptions {
  readonly force?: boolean;
}

const ENGINES: Readonly<Record<BackupKind, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** Puts a backup into the store. @throws CommandError */
export async function restore(file: string, options: RestoreOptions): Promise<void> {
  const config = configuration();
  const kind = kindOfBackup(file);
  const target = sqliteFile(config);
  const engine = target === undefined ? 'postgres' : 'sqlite';
  if (kind !== engine) {
    throw new CommandError(
      `${file} is a backup of ${ENGINES[kind]}, and DATABASE_URL names a store on ${ENGINES[engine]}`,
    );
  }
  const startedAt = performance.now();
  const mayReplace = options.force ?? false;
  const former =
    target === undefined
      ? await replacePostgres(file, config.databaseUrl, mayReplace, () => settle(config, file))
      : await restoreSqlite(file, target, mayReplace, config);
  const milliseconds = Math.round(performance.now() - startedAt);
  const result = { file, engine, milliseconds, ...(former !== undefined && { former }) };
  const kept = former === undefined ? '' : `\nWhat was there before is in ${former}`;
  print(options, result, () => `Restored the store from ${file} in ${(milliseconds / 1000).toFixed(1)} s${kept}`);
}

async function restoreSqlite(file: string, target: string, mayReplace: boolean, config: Config) {
  if (isUsedSqlite(target) && !mayReplace) {
    throw new CommandError(`There is a store at ${target} already; --force puts the backup in its place`);
  }
  return replaceSqlite(file, target, (copy) => settle({ ...config, databaseUrl: `sqlite:${copy}` }, file));
}

/** Brings the tables up to date, too. */
function settle(config: Config, file: string): Promise<void> {
  return withStore(config, (deps) => settleRestored(deps, basename(file)));
}
