import type { Clock } from '../clock.ts';
import { Unauthorized } from '../domain/errors.ts';
import type { Database } from '../store/database.ts';
import { findEnvironmentIdBySdkKey } from '../store/environments.ts';

/** How long a key is believed without asking the store: a key that is reset or deleted works on for so long. */
const TRUST_MS = 1_000;

/** Keys remembered at once; wrong keys are remembered too, so this also bounds what strangers can make us keep. */
const MAX_KEYS = 10_000;

/** Turns SDK keys into environments, asking the store about each key once a second at the most. */
export class Credentials {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #known = new Map<string, { environmentId: string | undefined; askedAt: number }>();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * The environment that an Authorization header opens: the bare SDK key, or one after `api_key` as some SDKs send it.
   * @throws Unauthorized, which makes an SDK stop for good
   */
  async environmentOf(header: string | undefined): Promise<string> {
    const sdkKey = (header ?? '').replace(/^api_key\s+/i, '').trim();
    const now = this.#clock.now();
    const known = this.#known.get(sdkKey);
    const answer = known && now - known.askedAt < TRUST_MS ? known : await this.#ask(sdkKey, now);
    if (answer.environmentId === undefined) throw new Unauthorized('Invalid SDK key');
    return answer.environmentId;
  }

  async #ask(sdkKey: string, now: number) {
    const environmentId = sdkKey === '' ? undefined : await findEnvironmentIdBySdkKey(this.#database.db, sdkKey, now);
    if (this.#known.size >= MAX_KEYS) this.#known.clear();
    const answer = { environmentId, askedAt: now };
    this.#known.set(sdkKey, answer);
    return answer;
  }
}
