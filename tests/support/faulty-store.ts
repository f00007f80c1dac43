import { DatabaseSync } from 'node:sqlite';
import type { TestEngine } from './engines.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** An engine whose store can be taken away and given back. */
export interface FaultyEngine extends TestEngine {
  /** From now on the store answers nothing that is asked of it, or, on SQLite, takes nothing. */
  take(): Promise<void>;
  giveBack(): Promise<void>;
}

/**
 * Makes the store of an engine one that goes away: PostgreSQL behind a door that is shut, with all connections cut and no
 * new ones; SQLite with its file locked by somebody else, who writes and does not end.
 */
export function faulty(engine: TestEngine): FaultyEngine {
  return engine.name === 'postgres' ? behindADoor(engine) : withAnotherWriter(engine);
}

/** The store behind a proxy, for those who want to do more to it than take it away. */
export interface ProxiedEngine extends FaultyEngine {
  /** Once the store has been made. */
  readonly proxy: TcpProxy;
}

/** PostgreSQL behind a proxy. */
export function behindADoor(engine: TestEngine): ProxiedEngine {
  let proxy: TcpProxy | undefined;
  const open = (): TcpProxy => {
    if (!proxy) throw new Error('There is no store yet');
    return proxy;
  };
  return {
    name: engine.name,
    create: async () => {
      const store = await engine.create();
      const url = new URL(store.url);
      const door = new TcpProxy({ host: url.hostname, port: Number(url.port) });
      await door.open();
      proxy = door;
      url.port = String(door.port);
      return {
        url: url.href,
        drop: async () => {
          await door.shut();
          await store.drop();
        },
      };
    },
    get proxy() {
      return open();
    },
    take: () => open().shut(),
    giveBack: () => open().open(),
  };
}

function withAnotherWriter(engine: TestEngine): FaultyEngine {
  let path = '';
  let writer: DatabaseSync | undefined;
  return {
    name: engine.name,
    create: async () => {
      const store = await engine.create();
      path = store.url.slice('sqlite:'.length);
      return store;
    },
    take: async () => {
      writer = new DatabaseSync(path);
      writer.exec('begin immediate');
    },
    giveBack: async () => {
      writer?.exec('rollback');
      writer?.close();
    },
  };
}
