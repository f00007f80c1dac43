import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import type { TestEngine } from './engines.ts';

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

function behindADoor(engine: TestEngine): FaultyEngine {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  let to: { readonly host: string; readonly port: number };
  const open = async () => {
    server = createServer((client) => {
      const store = connect(to);
      for (const [one, other] of [
        [client, store],
        [store, client],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => undefined);
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const shut = async () => {
    server?.close();
    for (const socket of sockets) socket.destroy();
    if (server) await once(server, 'close');
    server = undefined;
  };
  return {
    name: engine.name,
    create: async () => {
      const store = await engine.create();
      const url = new URL(store.url);
      to = { host: url.hostname, port: Number(url.port) };
      await open();
      url.port = String(port);
      return {
        url: url.href,
        drop: async () => {
          await shut();
          await store.drop();
        },
      };
    },
    take: shut,
    giveBack: open,
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
