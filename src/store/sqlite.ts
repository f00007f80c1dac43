import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type SqliteDatabase, SqliteDialect } from 'kysely';
import { unavailableReason } from './unavailable.ts';

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
  const database = orSayWhy(path, () => {
    const opened = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    opened.exec('pragma journal_mode = wal; pragma synchronous = full;');
    return opened;
  });
  return { dialect: new SqliteDialect({ database: forKysely(database) }), release };
}

/**
 * Takes a file for this process: an open exclusive transaction on a second, empty database, which two processes cannot
 * both have.
 * @returns what gives it back
 * @throws Error with a sentence for people when another process has the file
 */
export function lockFile(path: string): () => void {
  const lock = orSayWhy(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return new DatabaseSync(`${path}.lock`);
  });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (unavailableReason(error) !== 'locked by another program') throw cannotOpen(path, error);
    throw new Error(
      `${path} is in use by another Slipway process. Stop that one first, or let several share one PostgreSQL (DATABASE_URL=postgres://…).`,
      { cause: error },
    );
  }
  return () => lock.close();
}

/** A statement that does nothing. */
const NOTHING: ReturnType<SqliteDatabase['prepare']> = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

function orSayWhy<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function cannotOpen(path: string, cause: unknown): Error {
  const why = unavailableReason(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new Error(`${path} and the files beside it cannot be written: ${why}`, { cause });
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
      // A full disk may have ended the transaction already; an error of the rollback would be told in place of that one.
      if (text === 'rollback' && !database.isTransaction) return NOTHING;
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
