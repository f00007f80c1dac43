import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';
import { unavailableReason } from './unavailable.ts';

/** What is written and taken back to see whether there is room. */
const PROBE = {
  id: 'probe',
  recipient: '',
  subject: '',
  body: ' '.repeat(64 * 1024),
  expires_at: 0,
  due_at: 0,
  attempts: 0,
  last_error: null,
};

/** Remembers that the store has refused a write, as a full disk does that is read well, until it takes one again. */
export class WriteTrouble {
  readonly #db: Kysely<Tables>;
  #reason: string | undefined;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async watch<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      this.#reason = unavailableReason(error) ?? this.#reason;
      throw error;
    }
  }

  /** Tries a write when one was refused. @returns why the store takes none */
  async look(): Promise<string | undefined> {
    if (this.#reason === undefined) return undefined;
    try {
      await this.#probe();
      this.#reason = undefined;
    } catch (error) {
      this.#reason = unavailableReason(error) ?? this.#reason;
    }
    return this.#reason;
  }

  /** A mail that is never seen by anybody, since it is gone when the transaction ends; any other row would do. */
  async #probe(): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await tx.insertInto('mails').values(PROBE).execute();
      await tx.deleteFrom('mails').where('id', '=', PROBE.id).execute();
    });
  }
}
