import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { findPayloadVersions } from '../store/deliveries.ts';
import type { Notifications } from '../store/notifications.ts';
import { EnvironmentFeed } from './environment-feed.ts';
import { HEARTBEAT_INTERVAL_MS } from './frames.ts';

/** The safety net under notifications: how often feeds ask for versions themselves. */
const POLL_INTERVAL_MS = 1_000;

/** How long a feed that nobody has asked for is kept; longer than the 30 seconds between polls of an SDK. */
const IDLE_FEED_MS = 5 * 60 * 1000;

/** What feeds stand on. */
export interface FeedsDeps {
  readonly database: Database;
  readonly notifications: Notifications;
  readonly clock: Clock;
  /** Hears that an environment is at a payload version, before the feed has it; again and again. */
  heard(environmentId: string, payloadVersion: number): void;
  /** Hears of errors; the feed tries again within a second. */
  onError(error: unknown): void;
}

/** The feeds of this process, one for each environment that somebody listens to or polls. */
export class Feeds {
  readonly #deps: FeedsDeps;
  readonly #feeds = new Map<string, { feed: EnvironmentFeed; lastUsedAt: number }>();
  #cancels: (() => void)[] = [];

  constructor(deps: FeedsDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#cancels.length > 0) return;
    const { clock, notifications } = this.#deps;
    this.#cancels = [
      notifications.subscribe(({ environmentId, payloadVersion }) => void this.#follow(environmentId, payloadVersion)),
      clock.every(POLL_INTERVAL_MS, () => this.catchUp()),
      clock.every(HEARTBEAT_INTERVAL_MS, () => this.#beat()),
    ];
  }

  /** Ends all streams. */
  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    for (const { feed } of this.#feeds.values()) feed.end('shutdown');
    this.#feeds.clear();
  }

  /** The loaded feed of an environment. */
  async get(environmentId: string): Promise<EnvironmentFeed> {
    const elapsed = this.#deps.clock.elapsed();
    const known = this.#feeds.get(environmentId);
    const entry = known ?? { feed: this.#create(environmentId), lastUsedAt: elapsed };
    entry.lastUsedAt = elapsed;
    if (!known) this.#feeds.set(environmentId, entry);
    await entry.feed.ready();
    return entry.feed;
  }

  /** Asks the store for versions, catches up where one has risen, and lets go of what is gone or idle. */
  async catchUp(): Promise<void> {
    if (this.#feeds.size === 0) return;
    try {
      const versions = await findPayloadVersions(this.#deps.database.db, [...this.#feeds.keys()]);
      for (const [environmentId, { feed, lastUsedAt }] of this.#feeds) {
        const payloadVersion = versions.get(environmentId);
        if (payloadVersion !== undefined) await this.#bring(feed, payloadVersion);
        else this.#drop(environmentId, feed);
        const isIdle = !feed.hasSubscribers && this.#deps.clock.elapsed() - lastUsedAt > IDLE_FEED_MS;
        if (isIdle) this.#feeds.delete(environmentId);
      }
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  async #follow(environmentId: string, payloadVersion: number): Promise<void> {
    try {
      const entry = this.#feeds.get(environmentId);
      if (entry) await this.#bring(entry.feed, payloadVersion);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  async #bring(feed: EnvironmentFeed, payloadVersion: number): Promise<void> {
    this.#deps.heard(feed.environmentId, payloadVersion);
    await feed.follow(payloadVersion);
  }

  #create(environmentId: string): EnvironmentFeed {
    return new EnvironmentFeed(this.#deps.database.db, environmentId, (error) => this.#deps.onError(error));
  }

  #beat(): void {
    for (const { feed } of this.#feeds.values()) feed.beat();
  }

  #drop(environmentId: string, feed: EnvironmentFeed): void {
    feed.end('environment deleted');
    this.#feeds.delete(environmentId);
  }
}
