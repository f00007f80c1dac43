import type { Clock } from '../../clock.ts';
import { Unauthorized } from '../../domain/errors.ts';
import { isOpenedBy, type RelayProxyConfig } from '../../domain/relay-proxy-config.ts';
import { hashSecret } from '../../operations/secrets.ts';
import type { Database } from '../../store/database.ts';
import type { Stream } from '../stream.ts';
import type { Beginning } from '../streams.ts';
import { loadRelaySource, relayEnvironments, type RelaySource } from './relay-environments.ts';
import { Rounds } from './rounds.ts';
import { ToldEnvironments } from './told-environments.ts';

/** How often it is looked whether what Relay Proxies have been told still holds. */
const INTERVAL_MS = 2_000;

/** A Relay Proxy that listens. */
interface Connection {
  readonly stream: Stream;
  /** SHA-256 of the key that it came with. */
  readonly keyHash: string;
  readonly told: ToldEnvironments;
}

/** The streams of this process that tell Relay Proxies which environments they serve (docs/wire/relay-proxy.md). */
export class AutoConfigStreams {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #rounds: Rounds<Connection>;

  /** @param deps `onError` hears of rounds that failed */
  constructor(deps: { readonly database: Database; readonly clock: Clock; onError(error: unknown): void }) {
    const { database, clock, onError } = deps;
    this.#database = database;
    this.#clock = clock;
    this.#rounds = new Rounds({ clock, intervalMs: INTERVAL_MS, onError, visit: (those) => this.#tell(those) });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** What the key of a configuration opens. @throws Unauthorized, which makes a Relay Proxy stop */
  async open(key: string): Promise<Beginning> {
    const keyHash = hashSecret(key);
    const source = await this.#load();
    const config = this.#find(source, keyHash);
    if (!config) throw new Unauthorized('Invalid key of a Relay Proxy configuration');
    return {
      kind: 'relay auto-config',
      begin: async (stream) => {
        const told = new ToldEnvironments();
        stream.send(told.begin(relayEnvironments(config, source)));
        return this.#rounds.add({ stream, keyHash, told });
      },
    };
  }

  async #tell(connections: readonly Connection[]): Promise<void> {
    const source = await this.#load();
    for (const { stream, keyHash, told } of connections) {
      const config = this.#find(source, keyHash);
      if (config) for (const frame of told.next(relayEnvironments(config, source))) stream.send(frame);
      else stream.end('key ended');
    }
  }

  #load(): Promise<RelaySource> {
    return loadRelaySource(this.#database.db, this.#clock.now());
  }

  #find({ configs }: RelaySource, keyHash: string): RelayProxyConfig | undefined {
    return configs.find((config) => isOpenedBy(config, keyHash, this.#clock.now()));
  }
}
