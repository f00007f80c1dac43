import type { Logger } from 'kysely';

const OPERATIONS = ['select', 'insert', 'update', 'delete', 'begin', 'commit', 'rollback'] as const;

/** What a statement does. */
export type Operation = (typeof OPERATIONS)[number] | 'other';

/** A statement that is over. */
export interface Statement {
  readonly operation: Operation;
  /** Its text, with places for values in stead of values. */
  readonly sql: string;
  readonly durationMs: number;
  readonly error?: unknown;
}

/** Hears of all that the store does, once it is over. */
export interface DatabaseObserver {
  statement(statement: Statement): void;
  /** A transaction, with the wait for its turn. */
  transaction(durationMs: number): void;
}

/** Tells an observer of statements. */
export function statementLog({ statement }: DatabaseObserver): Logger {
  return ({ query, queryDurationMillis, ...event }) =>
    statement({
      operation: operationOf(query.sql),
      sql: query.sql,
      durationMs: queryDurationMillis,
      ...('error' in event && { error: event.error }),
    });
}

/** Runs a transaction, and tells an observer how long it took. */
export async function timed<T>(observer: DatabaseObserver | undefined, transaction: () => Promise<T>): Promise<T> {
  if (!observer) return transaction();
  const startedAt = performance.now();
  try {
    return await transaction();
  } finally {
    observer.transaction(performance.now() - startedAt);
  }
}

const operationOf = (sql: string): Operation => OPERATIONS.find((operation) => sql.startsWith(operation)) ?? 'other';
