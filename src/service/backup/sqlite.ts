import { copyFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { CommandError } from '../../cli/command-error.ts';
import { lockFile } from '../../store/sqlite.ts';
import { progress } from './progress.ts';

/** Longest wait for the service, which writes for moments only; in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

/** Pages that are copied before others get a turn. */
const PAGES_AT_ONCE = 2_000;

/** What SQLite keeps beside a file, and we do. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/**
 * Copies a store while a service writes to it, to a state that it had at one moment. The reading transaction keeps that
 * state: without it the copy would begin again whenever the service writes.
 * @throws CommandError when the copy is not sound
 */
export async function copySqlite(source: string, target: string): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('begin');
    database.prepare('select count(*) from sqlite_master').get();
    await backup(database, target, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => progress('Copied', totalPages - remainingPages, totalPages),
    });
  } finally {
    database.close();
  }
  verifySqlite(target);
}

/**
 * Makes sure that a file is a sound store of Slipway, and whole without any file beside it.
 * @throws CommandError saying what is wrong
 */
export function verifySqlite(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('pragma journal_mode = delete');
    const [problem] = database
      .prepare('pragma integrity_check(1)')
      .all()
      .map((row) => row['integrity_check']);
    if (problem !== 'ok') throw new CommandError(`${file} is not sound: ${String(problem)}`);
    const tables = database.prepare(
      "select count(*) as count from sqlite_master where name in ('accounts', 'kysely_migration')",
    );
    if (tables.get()?.['count'] !== 2) throw new CommandError(`${file} is no store of Slipway`);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`);
  } finally {
    database.close();
  }
}

/** Whether a store has been used. */
export function isUsedSqlite(file: string): boolean {
  return existsSync(file) && statSync(file).size > 0;
}

/**
 * Puts a backup in the place of a store. What was there is kept beside it, under another name.
 * @param settle gets the copy ready before it takes that place
 * @returns where the former store is now, if there was one
 * @throws Error with a sentence for people when a process has the store
 */
export async function replaceSqlite(
  backupFile: string,
  file: string,
  settle: (copy: string) => Promise<void>,
): Promise<string | undefined> {
  const release = lockFile(file);
  const copy = `${file}.restoring`;
  try {
    copyFileSync(backupFile, copy);
    verifySqlite(copy);
    await settle(copy);
    const former = setAside(file);
    renameSync(copy, file);
    return former;
  } finally {
    for (const suffix of ['', ...COMPANIONS, '.lock', '.lock-journal']) rmSync(`${copy}${suffix}`, { force: true });
    release();
  }
}

function setAside(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const former = `${file}.before-restore`;
  for (const suffix of ['', ...COMPANIONS]) {
    rmSync(`${former}${suffix}`, { force: true });
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${former}${suffix}`);
  }
  return former;
}
