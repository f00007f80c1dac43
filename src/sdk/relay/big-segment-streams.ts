import type { Clock } from '../../clock.ts';
import { countBigSegmentRevisions, findLastBigSegmentRevision } from '../../store/big-segment-revisions.ts';
import type { Database } from '../../store/database.ts';
import { eventFrame, HEARTBEAT } from '../frames.ts';
import type { Stream } from '../stream.ts';
import type { Beginning } from '../streams.ts';
import { nextPatches, versionAt } from './big-segment-patches.ts';
import { Rounds } from './rounds.ts';

/** How often it is looked whether there are new revisions. */
const INTERVAL_MS = 1_000;

/** A Relay Proxy that listens. */
interface Connection {
  readonly stream: Stream;
  readonly environmentId: string;
  /** What its store has. */
  version: string;
  /** How many revisions there were when nothing was left to tell. */
  revisionsSeen: number;
}

/** The streams of this process that tell Relay Proxies of keys of big segments (docs/wire/relay-proxy.md). */
export class BigSegmentStreams {
  readonly #database: Database;
  readonly #rounds: Rounds<Connection>;

  /** @param deps `onError` hears of rounds that failed */
  constructor(deps: { readonly database: Database; readonly clock: Clock; onError(error: unknown): void }) {
    const { database, clock, onError } = deps;
    this.#database = database;
    this.#rounds = new Rounds({ clock, intervalMs: INTERVAL_MS, onError, visit: (those) => this.#tell(those) });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** What comes after all that can be asked for now. The comment at its beginning brings its headers on their way. */
  async open(environmentId: string): Promise<Beginning> {
    const version = versionAt(await findLastBigSegmentRevision(this.#database.db, environmentId));
    return {
      kind: 'big segments',
      begin: async (stream) => {
        stream.send(HEARTBEAT);
        return this.#rounds.add({ stream, environmentId, version, revisionsSeen: 0 });
      },
    };
  }

  async #tell(connections: readonly Connection[]): Promise<void> {
    const ids = [...new Set(connections.map(({ environmentId }) => environmentId))];
    const counts = await countBigSegmentRevisions(this.#database.db, ids);
    for (const connection of connections) {
      const count = counts.get(connection.environmentId);
      if (count === undefined) connection.stream.end('environment deleted');
      else if (count > connection.revisionsSeen) await this.#sendNext(connection, count);
    }
  }

  async #sendNext(connection: Connection, count: number): Promise<void> {
    const { stream, environmentId, version } = connection;
    const patches = await nextPatches(this.#database.db, environmentId, version);
    const last = patches.at(-1);
    if (last) {
      stream.send(eventFrame('patch', JSON.stringify(patches)));
      connection.version = last.version;
    } else connection.revisionsSeen = count;
  }
}
