import {
  type Compilable,
  type Expression,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  sql,
  type Transaction,
} from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { initial } from './migrations/0001-initial.ts';
import { account } from './migrations/0003-account.ts';
import { segments } from './migrations/0004-segments.ts';
import { contexts } from './migrations/0005-contexts.ts';
import { codeReferences } from './migrations/0006-code-references.ts';
import { applications } from './migrations/0007-applications.ts';
import { signIn } from './migrations/0008-sign-in.ts';
import { evaluationCounts } from './migrations/0009-evaluation-counts.ts';
import { watches } from './migrations/0010-watches.ts';
import { bigSegmentRevisions } from './migrations/0011-big-segment-revisions.ts';
import { connectedSdks } from './migrations/0012-connected-sdks.ts';
import { notices } from './migrations/0013-notices.ts';
import { rolloutRuns } from './migrations/0014-rollout-runs.ts';
import { releaseProgressions } from './migrations/0015-release-progressions.ts';
import { guards } from './migrations/0017-guards.ts';
import { flagsWhole } from './migrations/0002-flags-whole.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

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
  close(): Promise<void>;
}

/** The type of texts that both engines sort alike, by their bytes; PostgreSQL would go by the customs of a country. */
const BYTE_ORDERED_TEXT = { sqlite: sql`text`, postgres: sql`text collate "C"` } satisfies Record<Engine, unknown>;

/** A text that both engines sort alike, though its column was made without that in mind. */
export function byBytes(db: Db, text: string): Expression<string> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return isPostgres ? sql<string>`${sql.ref(text)} collate "C"` : sql.ref<string>(text);
}

const POOL_SIZE = 10;

/**
 * Opens the store a URL names and brings its tables up to date: `sqlite:<path>`, `sqlite::memory:` or `postgres://…`.
 * @throws Error with a sentence for people when it cannot be opened
 */
export async function openDatabase(url: string): Promise<Database> {
  const database = url.startsWith('sqlite:') ? sqliteDatabase(url) : postgresDatabase(url);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function sqliteDatabase(url: string): Database {
  const { dialect, release } = openSqlite(url.slice('sqlite:'.length));
  const db = new Kysely<Tables>({ dialect });
  return {
    engine: 'sqlite',
    url,
    db,
    transaction: (body) => db.transaction().execute(body),
    close: async () => {
      await db.destroy();
      release();
    },
  };
}

function postgresDatabase(url: string): Database {
  const types = new pg.TypeOverrides();
  // bigint and count(*) arrive as text; ours are times and counts, which fit a JavaScript number.
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE, types, application_name: 'slipway' });
  // A connection that breaks is replaced on the next use, and who was using it is told by the query that fails; without
  // listeners it would end the process. The pool listens while a connection is idle only.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    engine: 'postgres',
    url,
    db,
    transaction: (body) => db.transaction().execute(body),
    close: () => db.destroy(),
  };
}

async function migrate({ db, engine }: Database): Promise<void> {
  const migrations: Readonly<Record<string, Migration>> = {
    '0001-initial': initial,
    '0002-flags-whole': flagsWhole(BYTE_ORDERED_TEXT[engine]),
    '0003-account': account,
    '0004-segments': segments,
    '0005-contexts': contexts(BYTE_ORDERED_TEXT[engine]),
    '0006-code-references': codeReferences(BYTE_ORDERED_TEXT[engine]),
    '0007-applications': applications,
    '0008-sign-in': signIn,
    '0009-evaluation-counts': evaluationCounts,
    '0010-watches': watches,
    '0011-big-segment-revisions': bigSegmentRevisions,
    '0012-connected-sdks': connectedSdks,
    '0013-notices': notices,
    '0014-rollout-runs': rolloutRuns,
    '0015-release-progressions': releaseProgressions,
    '0017-guards': guards,
  };
  const newer = (await listMigrations(db)).find((name) => migrations[name] === undefined);
  if (newer !== undefined) {
    throw new Error(
      `The tables were made by a newer Slipway, with the step ${newer}. Take that version or a later one.`,
    );
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error('The tables could not be brought up to date', { cause: error });
}

/** The steps that have made the tables of a store; none when there are no tables yet. */
async function listMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const isThere = (await db.introspection.getTables({ withInternalKyselyTables: true })).some(
    ({ name }) => name === DEFAULT_MIGRATION_TABLE,
  );
  if (!isThere) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db);
  return rows.map(({ name }) => name);
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
