import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Slipway } from '../src/slipway.ts';
import type { Tables } from '../src/store/tables.ts';
import type { ManualClock } from '../tests/support/manual-clock.ts';

/** The service that requests go to. */
export interface Subject {
  readonly url: string;
  /** The owner's token. */
  readonly token: string;
  /** What is stored, table by table: equal exactly when nothing has changed. */
  digest(): Promise<Digest>;
  /** Lets milliseconds pass. */
  pass(ms: number): Promise<void>;
  /** Bytes of live objects, after a garbage collection. */
  heapBytes(): Promise<number>;
}

export type Digest = Readonly<Record<string, string>>;

/** A service in this process, whose clock is turned by hand. */
export function subjectOf(slipway: Slipway, clock: ManualClock, token: string, url: string): Subject {
  return {
    url,
    token,
    digest: async () => {
      await slipway.sightings.settled();
      for (const guard of slipway.guards) await guard.settled();
      return digestOf(slipway);
    },
    pass: (ms) => clock.advance(ms),
    heapBytes: async () => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    },
  };
}

/** Written by requests whatever their answer is: when something was last used, and how often somebody has failed. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['login_failures', 'connected_sdks', 'change_receipts']);
const BOOKKEEPING_COLUMNS: ReadonlySet<string> = new Set(['last_used_at', 'last_seen_at']);

/** Only ever grow, so that counting is enough. */
const GROWING: ReadonlySet<string> = new Set(['changes', 'mails', 'notices', 'webhook_deliveries', 'delivery_items']);

async function digestOf({ database: { db } }: Slipway): Promise<Digest> {
  const digest: Record<string, string> = {};
  for (const { name } of await db.introspection.getTables()) {
    if (BOOKKEEPING.has(name) || name.startsWith('kysely_')) continue;
    const table = name as keyof Tables;
    digest[name] = GROWING.has(name)
      ? JSON.stringify(await db.selectFrom(table).select(sql`count(*)`.as('count')).execute())
      : hash(await db.selectFrom(table).selectAll().execute());
  }
  return digest;
}

function hash(rows: readonly object[]): string {
  const lines = rows.map((row) =>
    JSON.stringify(row, (name, value: unknown) => {
      if (BOOKKEEPING_COLUMNS.has(name)) return undefined;
      return typeof value === 'bigint' ? String(value) : value;
    }),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}
