import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';

/** Longest wait for another program that reads or backs up the file, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/** Statements kept ready. The product has a few hundred different ones; lists of varying length make more. */
const MAX_STATEMENTS = 500;

/**
 * Opens a SQLite file (`:memory:` for a passing one) with one writer: Slipway takes a lock beside the file that the
 * operating system gives back when the process ends, however it ends.
 * @throws Error with a sentence for people when another process has the file
 */
export function openSqlite(path: string): { dialect: SqliteDialect; release: () => void } {
  const release = path === ':memory:' ? () => undefined : lockFile(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  database.exec('pragma journal_mode = wal; pragma synchronous = full;');
  return { dialect: new SqliteDialect({ database: forKysely(database) }), release };
}

/**
 * Takes a file for this process: an open exclusive transaction on a second, empty database, which two processes cannot
 * both have.
 * @returns what gives it back
 * @throws Error with a sentence for people when another process has the file
 */
export function lockFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('begin exclusive');
  } catch {
    lock.close();
    throw new Error(
      `${path} is in use by another Slipway process. Stop that one first, or let several share one PostgreSQL (DATABASE_URL=postgres://…).`,
    );
  }
  return () => lock.close();
}

function forKysely(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>();
  const prepare = (text: string): StatementSync => {
    const ready = statements.get(text);
    if (ready) return ready;
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}
