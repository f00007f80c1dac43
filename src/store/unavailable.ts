/**
 * Why a store does not answer now, by the codes of the network and of PostgreSQL
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'].map(
    (code) => [code, 'not reachable'] as const,
  ),
  ['57P01' /* admin_shutdown */, 'shutting down'],
  ['57P02' /* crash_shutdown */, 'shutting down'],
  ['57P03' /* cannot_connect_now */, 'starting or stopping'],
  ['53300' /* too_many_connections */, 'no free connection'],
  ['57014' /* query_canceled: by statement_timeout */, 'too slow'],
  ['55P03' /* lock_not_available: by lock_timeout */, 'too slow'],
  ['53100' /* disk_full */, 'disk full'],
  ['53200' /* out_of_memory */, 'out of memory'],
  ['58030' /* io_error */, 'disk error'],
  ['25006' /* read_only_sql_transaction */, 'read-only'],
  ['28000' /* invalid_authorization_specification */, 'turns Slipway away'],
  ['28P01' /* invalid_password */, 'turns Slipway away'],
  ['3D000' /* invalid_catalog_name */, 'turns Slipway away'],
]);

/** What the driver for PostgreSQL says without a code: of a wait that is over, and of a connection that broke. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^timeout exceeded when trying to connect/, 'no free connection'],
  [/^(Query read timeout|timeout expired|Connection terminated due to connection timeout)/, 'too slow'],
  [/^(Connection terminated|Client has encountered a connection error)/, 'not reachable'],
];

/** SQLite's own numbers (https://www.sqlite.org/rescode.html). */
const SQLITE_REASONS: ReadonlyMap<number, string> = new Map([
  [5 /* busy */, 'locked by another program'],
  [6 /* locked */, 'locked by another program'],
  [7 /* nomem */, 'out of memory'],
  [8 /* readonly */, 'read-only'],
  [10 /* ioerr */, 'disk error'],
  [13 /* full */, 'disk full'],
  [14 /* cantopen */, 'file cannot be opened'],
]);

/** Whether an error means that the store does not answer now, and may do so later. */
export function isUnavailable(error: unknown): boolean {
  return unavailableReason(error) !== undefined;
}

/** Why the store does not answer now, in a few words without names or addresses; undefined for errors of other kinds. */
export function unavailableReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // One for each address of a host that has several.
  if (error instanceof AggregateError)
    return error.errors.map(unavailableReason).find((reason) => reason !== undefined);
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  // The upper bytes say more of what happened.
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_REASONS.get(Number(errcode) & 0xff);
  return REASONS.get(code) ?? MESSAGES.find(([pattern]) => pattern.test(error.message))?.[1];
}
