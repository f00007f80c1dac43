import { chmodSync, existsSync, openSync, readSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { CommandError } from '../../cli/command-error.ts';

/** What a file holds, by how it begins. */
export type BackupKind = 'sqlite' | 'postgres';

const BEGINNINGS: Readonly<Record<BackupKind, string>> = { sqlite: 'SQLite format 3\0', postgres: 'PGDMP' };

/** Which engine a backup is of. @throws CommandError when it is none */
export function kindOfBackup(file: string): BackupKind {
  if (!existsSync(file) || !statSync(file).isFile()) throw new CommandError(`There is no file ${file}`);
  const beginning = readBeginning(file);
  for (const kind of ['sqlite', 'postgres'] as const) if (beginning.startsWith(BEGINNINGS[kind])) return kind;
  throw new CommandError(`${file} is no backup: it begins neither like an SQLite file nor like one of pg_dump`);
}

function readBeginning(file: string): string {
  const bytes = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes.toString('latin1');
}

/**
 * Writes a file whole or not at all: under another name first. Nobody but its owner may read it, since it holds keys.
 * @throws CommandError when the file is there and may not be written over
 */
export async function writeWhole(
  file: string,
  mayReplace: boolean,
  body: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (existsSync(file) && !mayReplace) throw new CommandError(`${file} is there already; --force writes over it`);
  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    await body(unfinished);
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** A size for people. */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
