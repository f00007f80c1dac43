import { gzipSync } from 'node:zlib';
import type { Db } from '../store/database.ts';
import { listDeliveriesSince } from '../store/deliveries.ts';
import { HEARTBEAT, itemFrame, putFrame } from './frames.ts';
import { ServedState } from './served-state.ts';
import { emptySnapshot, encodeSnapshot, nextSnapshot, type Snapshot } from './snapshot.ts';
import { type Subscriber, type Watcher, Watchers } from './watchers.ts';

/**
 * Follows the deliveries of one environment. Holds the newest snapshot and its encodings, each made once however many
 * ask; loads happen one at a time and are shared by all who wait for them.
 */
export class EnvironmentFeed {
  readonly environmentId: string;
  readonly #db: Db;
  readonly #subscribers = new Set<Subscriber>();
  readonly #watchers: Watchers;
  #snapshot: Snapshot;
  #isLoaded = false;
  #loading: Promise<void> | undefined;
  #following: Promise<void> = Promise.resolve();
  #served: ServedState | undefined;
  #encoded: { snapshot: Snapshot; put?: Buffer; body?: Buffer; gzip?: Buffer };

  /** @param onError hears of watchers that could not be told of a change */
  constructor(db: Db, environmentId: string, onError: (error: unknown) => void) {
    this.#db = db;
    this.#watchers = new Watchers(() => this.served(), onError);
    this.environmentId = environmentId;
    this.#snapshot = emptySnapshot(environmentId);
    this.#encoded = { snapshot: this.#snapshot };
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size + this.#watchers.size > 0;
  }

  get payloadVersion(): number {
    return this.#snapshot.payloadVersion;
  }

  /** Waits until the feed has been loaded once and has caught up with the news it has heard. */
  async ready(): Promise<void> {
    if (!this.#isLoaded) await this.#load();
    await this.#following;
  }

  /** Sends the present state and everything after it. @returns a function that ends the subscription */
  async subscribe(subscriber: Subscriber): Promise<() => void> {
    await this.ready();
    subscriber.send(this.#putFrame());
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Tells of every state after the one that the watcher has. @returns a function that ends the watching */
  watch(watcher: Watcher): () => void {
    return this.#watchers.add(watcher);
  }

  /** Catches up when the environment is at a version that the feed does not have. */
  follow(payloadVersion: number): Promise<void> {
    const following = this.#catchUp(payloadVersion);
    // Newcomers wait for it; should it fail they get the state as it is, and whoever has brought the news the error.
    this.#following = following.catch(() => undefined);
    return following;
  }

  async #catchUp(payloadVersion: number): Promise<void> {
    if (!this.#isLoaded) return;
    // The first load may be one that began before that version was stored; the second is not.
    for (let attempt = 0; attempt < 2 && this.payloadVersion < payloadVersion; attempt++) await this.#load();
  }

  /** The body of a poll, as it is or compressed. */
  pollBody(encoding: 'identity' | 'gzip'): Buffer {
    const encoded = this.#encodings();
    encoded.body ??= Buffer.from(encodeSnapshot(this.#snapshot));
    if (encoding === 'identity') return encoded.body;
    encoded.gzip ??= gzipSync(encoded.body);
    return encoded.gzip;
  }

  /** The newest snapshot, ready to be evaluated; read when first asked for. */
  served(): ServedState {
    if (this.#served?.payloadVersion !== this.payloadVersion) {
      this.#served = new ServedState(this.#snapshot, this.#served);
    }
    return this.#served;
  }

  /** One flag or segment as JSON. */
  find(kind: 'flags' | 'segments', key: string): string | undefined {
    return this.#snapshot[kind].get(key);
  }

  /** Keeps every connection awake. */
  beat(): void {
    for (const one of [...this.#subscribers, ...this.#watchers]) one.send(HEARTBEAT);
  }

  /** Ends every subscription. */
  end(reason: string): void {
    for (const one of [...this.#subscribers, ...this.#watchers]) one.end(reason);
    this.#subscribers.clear();
    this.#watchers.clear();
  }

  #putFrame(): Buffer {
    const encoded = this.#encodings();
    encoded.put ??= putFrame(this.#snapshot);
    return encoded.put;
  }

  #encodings() {
    if (this.#encoded.snapshot !== this.#snapshot) this.#encoded = { snapshot: this.#snapshot };
    return this.#encoded;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadNewer().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNewer(): Promise<void> {
    const items = await listDeliveriesSince(this.#db, this.environmentId, this.payloadVersion);
    this.#snapshot = nextSnapshot(this.#snapshot, items);
    if (this.#isLoaded) for (const item of items) this.#broadcast(itemFrame(item));
    this.#isLoaded = true;
    void this.#watchers.tell();
  }

  #broadcast(frame: Buffer): void {
    for (const subscriber of this.#subscribers) subscriber.send(frame);
  }
}
