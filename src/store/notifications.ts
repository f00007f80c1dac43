import { sql } from 'kysely';
import pg from 'pg';
import type { Database, Tx } from './database.ts';
import type { PayloadVersion } from './deliveries.ts';

/*
 * Tells running processes that an environment has a new payload version. A hint and no queue: whoever listens also
 * looks at the versions themselves every second, so a lost hint costs that second and not the change.
 */

const CHANNEL = 'slipway_payload_versions';

/** How long to wait before listening again after the connection broke. */
const RECONNECT_DELAY_MS = 1_000;

/** How long to wait for a connection. */
const CONNECT_LIMIT_MS = 5_000;

type Listener = (news: PayloadVersion) => void;

/** Spreads news within this process and, on PostgreSQL, to and from the others. */
export interface Notifications {
  /** @returns a function that ends the subscription */
  subscribe(listener: Listener): () => void;
  /** Puts news into a transaction; other processes hear of it when it commits. */
  send(tx: Tx, news: readonly PayloadVersion[]): Promise<void>;
  /** Tells the listeners of this process. */
  announce(news: readonly PayloadVersion[]): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Notifications over the store's own engine: SQLite has no process but this one, PostgreSQL has LISTEN and NOTIFY. */
export function createNotifications(database: Database): Notifications {
  const listeners = new Set<Listener>();
  const announce = (news: readonly PayloadVersion[]) => {
    for (const one of news) for (const listener of listeners) listener(one);
  };
  const subscribe = (listener: Listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  if (database.engine === 'sqlite') {
    return {
      subscribe,
      announce,
      send: async () => undefined,
      start: async () => undefined,
      stop: async () => undefined,
    };
  }
  const connection = listenTo(database.url, (payload) => announce([decode(payload)]));
  const send = async (tx: Tx, news: readonly PayloadVersion[]) => {
    for (const one of news) await sql`select pg_notify(${CHANNEL}, ${encode(one)})`.execute(tx);
  };
  return { subscribe, announce, send, ...connection };
}

const encode = ({ environmentId, payloadVersion }: PayloadVersion) => `${environmentId} ${payloadVersion}`;

function decode(payload: string): PayloadVersion {
  const [environmentId = '', payloadVersion = '0'] = payload.split(' ');
  return { environmentId, payloadVersion: Number(payloadVersion) };
}

/** A connection of its own that listens, and comes back when it breaks. */
function listenTo(url: string, onPayload: (payload: string) => void): Pick<Notifications, 'start' | 'stop'> {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isStopped = false;

  const connect = async () => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'slipway-listener',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    });
    client = next;
    next.on('error', reconnectLater);
    next.on('end', reconnectLater);
    next.on('notification', ({ payload }) => payload !== undefined && onPayload(payload));
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
  };
  const reconnectLater = () => {
    if (isStopped || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      connect().catch(reconnectLater);
    }, RECONNECT_DELAY_MS).unref();
  };
  return {
    start: connect,
    stop: async () => {
      isStopped = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
