import type { Db } from '../store/database.ts';
import { listDeliveriesSince } from '../store/deliveries.ts';
import { EncodedChange, EncodedState } from './encodings.ts';
import { emptySnapshot, nextSnapshot, type Snapshot } from './snapshot.ts';

/** Somebody who follows an environment: takes from state and changes the bytes of its protocol, shared by all. */
export interface Subscriber {
  /** The present state; comes first. */
  begin(state: EncodedState): void;
  change(change: EncodedChange): void;
  /** Bytes that every protocol understands. */
  send(frame: Buffer): void;
  /** There will be no more. */
  end(reason: string): void;
}

/**
 * Follows the deliveries of one environment. Holds the newest snapshot and its encodings, each made once however many
 * ask; loads happen one at a time and are shared by all who wait for them.
 */
export class EnvironmentFeed {
  readonly environmentId: string;
  readonly #db: Db;
  readonly #subscribers = new Set<Subscriber>();
  #snapshot: Snapshot;
  #isLoaded = false;
  #loading: Promise<void> | undefined;
  #following: Promise<void> = Promise.resolve();
  #state: EncodedState;
  #endReason: string | undefined;

  constructor(db: Db, environmentId: string) {
    this.#db = db;
    this.environmentId = environmentId;
    this.#snapshot = emptySnapshot(environmentId);
    this.#state = new EncodedState(this.#snapshot);
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size > 0;
  }

  get payloadVersion(): number {
    return this.#snapshot.payloadVersion;
  }

  /** The newest snapshot in the forms it is sent in. */
  get state(): EncodedState {
    return this.#state;
  }

  /** Waits until the feed has been loaded once and has caught up with the news it has heard. */
  async ready(): Promise<void> {
    if (!this.#isLoaded) await this.#load();
    await this.#following;
  }

  /** Sends the present state and everything after it. @returns a function that ends the subscription */
  async subscribe(subscriber: Subscriber): Promise<() => void> {
    await this.ready();
    subscriber.begin(this.#state);
    // Who came while the feed was ended would never hear of it.
    if (this.#endReason !== undefined) subscriber.end(this.#endReason);
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Catches up when the environment is at a version that the feed does not have. */
  async follow(payloadVersion: number): Promise<void> {
    if (this.payloadVersion >= payloadVersion) return;
    const following = this.#catchUp(payloadVersion);
    // Newcomers wait for it; should it fail they get the state as it is, and whoever has brought the news the error.
    this.#following = following.catch(() => undefined);
    await following;
  }

  async #catchUp(payloadVersion: number): Promise<void> {
    if (!this.#isLoaded) return;
    // The first load may be one that began before that version was stored; the second is not.
    for (let attempt = 0; attempt < 2 && this.payloadVersion < payloadVersion; attempt++) await this.#load();
  }

  /** One flag or segment as JSON. */
  find(kind: 'flags' | 'segments', key: string): string | undefined {
    return this.#snapshot[kind].get(key)?.document ?? undefined;
  }

  /** Writes a frame to every subscriber. */
  broadcast(frame: Buffer): void {
    for (const subscriber of this.#subscribers) subscriber.send(frame);
  }

  /** Ends every subscription, and those yet to come. */
  end(reason: string): void {
    this.#endReason = reason;
    for (const subscriber of this.#subscribers) subscriber.end(reason);
    this.#subscribers.clear();
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadNewer().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNewer(): Promise<void> {
    const items = await listDeliveriesSince(this.#db, this.environmentId, this.payloadVersion);
    this.#isLoaded = true;
    if (items.length === 0) return;
    this.#snapshot = nextSnapshot(this.#snapshot, items);
    this.#state = new EncodedState(this.#snapshot);
    const change = new EncodedChange(this.#snapshot, items);
    for (const subscriber of this.#subscribers) subscriber.change(change);
  }
}
