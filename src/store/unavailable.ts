/** Codes of the network, and of PostgreSQL while it starts, stops or has no room, that mean that there is no store now. */
const CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '53300' /* too_many_connections */,
  '57P01' /* admin_shutdown */,
  '57P02' /* crash_shutdown */,
  '57P03' /* cannot_connect_now */,
]);

/** What the driver for PostgreSQL says, without a code, of a connection that broke. */
const BROKEN_CONNECTION = /^Connection terminated|^Client has encountered a connection error/;

/** SQLite's own numbers: busy, locked, out of memory, a disk error, full, cannot be opened. */
const SQLITE_CODES: ReadonlySet<number> = new Set([5, 6, 7, 10, 13, 14]);

/** Whether an error means that the store does not answer now, and may do so later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // One for each address of a host that has several.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  // The upper bytes say more of what happened.
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_CODES.has(Number(errcode) & 0xff);
  return CODES.has(code) || BROKEN_CONNECTION.test(error.message);
}
