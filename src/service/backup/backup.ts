import { statSync } from 'node:fs';
import { print, type OutputOptions } from '../../cli/output.ts';
import { configuration } from '../configuration.ts';
import { requireFile, sqliteFile } from '../store.ts';
import { sizeOf, writeWhole } from './files.ts';
import { dumpPostgres } from './postgres.ts';
import { copySqlite } from './sqlite.ts';

interface BackupOptions extends OutputOptions {
  readonly force?: boolean;
}

/** Copies the store into a file. @throws CommandError */
export async function backup(file: string, options: BackupOptions): Promise<void> {
  const config = configuration();
  requireFile(config);
  const startedAt = performance.now();
  const source = sqliteFile(config);
  await writeWhole(file, options.force ?? false, (unfinished) =>
    source === undefined ? dumpPostgres(config.databaseUrl, unfinished) : copySqlite(source, unfinished),
  );
  const { size: bytes } = statSync(file);
  const milliseconds = Math.round(performance.now() - startedAt);
  const engine = source === undefined ? 'postgres' : 'sqlite';
  const text = () => `Copied the store to ${file}: ${sizeOf(bytes)} in ${(milliseconds / 1000).toFixed(1)} s`;
  print(options, { file, engine, bytes, milliseconds }, text);
}
