import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { InvalidRequest, TooLarge } from '../domain/errors.ts';

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** Largest batch after decompression, in bytes. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Kinds we count by name (docs/wire/sdk.md, "Event kinds"); all others count as `other`, however many there are. */
const KINDS: ReadonlySet<unknown> = new Set([
  'index',
  'identify',
  'feature',
  'debug',
  'custom',
  'summary',
  'pageview',
  'click',
  'migration_op',
  'diagnostic',
  'diagnostic-init',
  'diagnostic-combined',
]);

/** Decompresses a body that says it is gzip. @throws InvalidRequest when it is not; TooLarge */
export async function decompress(body: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  if (contentEncoding !== 'gzip') return body;
  try {
    return await inflate(body, { maxOutputLength: MAX_BATCH_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw new TooLarge(`body: expected at most ${MAX_BATCH_BYTES} bytes, got more`);
    throw new InvalidRequest('body: expected gzip');
  }
}

/**
 * Reads a batch of events. A lone object is a batch of one: SDKs send diagnostics so, and sometimes to the path of the
 * others.
 * @throws InvalidRequest when it is not JSON, or not objects
 */
export function parseEvents(body: Buffer): readonly object[] {
  return [parse(body)].flat().map((event: unknown, index) => {
    if (typeof event === 'object' && event !== null) return event;
    throw new InvalidRequest(`[${index}]: expected an event object, got ${JSON.stringify(event)}`);
  });
}

/** Counts the events of a batch by kind. */
export function countEvents(events: readonly object[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const event of events) {
    const kind = 'kind' in event && KINDS.has(event.kind) ? (event.kind as string) : 'other';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new InvalidRequest('body: expected a JSON array of events');
  }
}
