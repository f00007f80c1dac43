import { PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { unavailableReason } from './unavailable.ts';

/** Connections of a process, besides the one that listens. */
const POOL_SIZE = 10;

/** How long PostgreSQL may take, derived from the longest wait for an answer; in milliseconds. */
interface Patience {
  /** For a connection: one that others have, or a new one. */
  readonly connectionTimeoutMillis: number;
  /** For a lock that another transaction holds. */
  readonly lock_timeout: number;
  /** For a statement, which PostgreSQL ends itself then. */
  readonly statement_timeout: number;
  /** For an answer, when PostgreSQL or the network says nothing any more. */
  readonly query_timeout: number;
}

const patience = (waitMs: number): Patience => ({
  connectionTimeoutMillis: waitMs / 4,
  lock_timeout: waitMs / 2,
  statement_timeout: waitMs,
  query_timeout: waitMs * 1.25,
});

/** Connections to PostgreSQL that give up after a while, so that a store that is slow or gone keeps nobody waiting. */
export function postgresDialect(url: string, waitMs: number): PostgresDialect {
  return dialectOf(url, { max: POOL_SIZE, ...patience(waitMs) });
}

/** Connections for migrations, which may take as long as they need, as may the wait for another process that migrates. */
export function migratingDialect(url: string, waitMs: number): PostgresDialect {
  return dialectOf(url, { max: 2, connectionTimeoutMillis: patience(waitMs).connectionTimeoutMillis });
}

function dialectOf(url: string, settings: pg.PoolConfig): PostgresDialect {
  const types = new pg.TypeOverrides();
  // bigint and count(*) arrive as text; ours are times and counts, which fit a JavaScript number.
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    application_name: 'slipway',
    keepAlive: true,
    ...settings,
  });
  // A connection that breaks is replaced on the next use, and who was using it is told by the query that fails; without
  // listeners it would end the process. The pool listens while a connection is idle only.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({
    pool: { options: {}, connect: async () => withoutDeadOnes(await pool.connect()), end: () => pool.end() },
  });
}

/**
 * A connection that is not asked again once an answer did not come: it would wait behind the question before. It is
 * closed when it is given back.
 */
function withoutDeadOnes(client: pg.PoolClient): PostgresPoolClient {
  let dead: Error | undefined;
  const query = async (text: string, parameters: readonly unknown[]) => {
    if (dead) throw dead;
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      // PostgreSQL's own errors have a code, and the connection is as good as before.
      if (error instanceof Error && !('code' in error) && unavailableReason(error)) dead = error;
      throw error;
    }
  };
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || dead !== undefined),
  };
}
