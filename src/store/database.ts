import {
  type Compilable,
  type Expression,
  Kysely,
  type KyselyConfig,
  PostgresAdapter,
  sql,
  type Transaction,
} from 'kysely';
import { migrate, type Migrations, migrationsWith } from './migrate.ts';
import { migratingDialect, postgresDialect } from './postgres.ts';
import { type DatabaseObserver, statementLog, timed } from './database-observer.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { unavailableReason } from './unavailable.ts';
import { WriteTrouble } from './write-trouble.ts';

/*
 * The only place that knows which engine is underneath: opening, migrating, row locks, and which errors mean that two
 * transactions have met.
 */

export type Engine = 'sqlite' | 'postgres';

/** Reads: the database itself or a transaction. */
export type Db = Kysely<Tables>;

/** Writes: a transaction and nothing else, so that a write outside of one does not compile. */
export type Tx = Transaction<Tables>;

/** An open store. Inside `transaction` only the transaction it hands out may be used. */
export interface Database {
  readonly engine: Engine;
  readonly url: string;
  readonly db: Db;
  transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T>;
  /** Why the store takes no writes, in a few words; undefined when it does, as far as is known. */
  writeTrouble(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The type of texts that both engines sort alike, by their bytes; PostgreSQL would go by the customs of a country. */
const BYTE_ORDERED_TEXT = { sqlite: sql`text`, postgres: sql`text collate "C"` } satisfies Record<Engine, unknown>;

/** A text that both engines sort alike, though its column was made without that in mind. */
export function byBytes(db: Db, text: string): Expression<string> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return isPostgres ? sql<string>`${sql.ref(text)} collate "C"` : sql.ref<string>(text);
}

/** How a store is opened. */
export interface OpenOptions {
  /** Longest wait for an answer of PostgreSQL, in milliseconds. */
  readonly waitMs?: number;
  /** The steps of the tables, when they are not those of this version. */
  readonly migrations?: Migrations;
  /** Hears of statements and transactions. */
  readonly observer?: DatabaseObserver;
}

/**
 * Opens the store a URL names and brings its tables up to date: `sqlite:<path>`, `sqlite::memory:` or `postgres://…`.
 * @throws Error with a sentence for people when it cannot be opened
 */
export async function openDatabase(
  url: string,
  { waitMs = 20_000, migrations, observer }: OpenOptions = {},
): Promise<Database> {
  const engine: Engine = url.startsWith('sqlite:') ? 'sqlite' : 'postgres';
  const steps = migrations ?? migrationsWith(BYTE_ORDERED_TEXT[engine]);
  return engine === 'sqlite'
    ? openSqliteDatabase(url, steps, observer)
    : openPostgresDatabase(url, steps, waitMs, observer);
}

async function openSqliteDatabase(
  url: string,
  migrations: Migrations,
  observer: DatabaseObserver | undefined,
): Promise<Database> {
  const { dialect, release } = openSqlite(url.slice('sqlite:'.length));
  const db = new Kysely<Tables>({ dialect, ...observed(observer) });
  const close = async () => {
    await db.destroy();
    release();
  };
  try {
    await migrate(db, migrations);
  } catch (error) {
    await close();
    throw error;
  }
  return { engine: 'sqlite', url, db, ...withTrouble(db, observer), close };
}

async function openPostgresDatabase(
  url: string,
  migrations: Migrations,
  waitMs: number,
  observer: DatabaseObserver | undefined,
): Promise<Database> {
  const migrating = new Kysely<Tables>({ dialect: migratingDialect(url, waitMs) });
  try {
    await migrate(migrating, migrations);
  } catch (error) {
    const reason = unavailableReason(error);
    throw reason === undefined ? error : new Error(`PostgreSQL cannot be used: ${reason}`, { cause: error });
  } finally {
    await migrating.destroy();
  }
  const db = new Kysely<Tables>({ dialect: postgresDialect(url, waitMs), ...observed(observer) });
  return { engine: 'postgres', url, db, ...withTrouble(db, observer), close: () => db.destroy() };
}

function observed(observer: DatabaseObserver | undefined): Pick<KyselyConfig, 'log'> {
  return observer ? { log: statementLog(observer) } : {};
}

function withTrouble(db: Db, observer: DatabaseObserver | undefined): Pick<Database, 'transaction' | 'writeTrouble'> {
  const trouble = new WriteTrouble(db);
  return {
    transaction: (body) => timed(observer, () => trouble.watch(() => db.transaction().execute(body))),
    writeTrouble: () => trouble.look(),
  };
}

/** Locks the rows a query finds, passing over rows that others hold. SQLite has one writer and needs no locks. */
export function skipLocked<Q extends { forUpdate(): { skipLocked(): Q } & Compilable }>(
  database: Database,
  query: Q,
): Q {
  return database.engine === 'postgres' ? query.forUpdate().skipLocked() : query;
}

const LOST_RACES: ReadonlySet<unknown> = new Set([
  '40001' /* serialization_failure */,
  '40P01' /* deadlock_detected */,
  '23503' /* foreign_key_violation: what the row belongs to has been deleted since it was read */,
]);

/** Whether an error means that the transaction met another one and may be tried again. */
export function isLostRace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LOST_RACES.has(error.code);
}
