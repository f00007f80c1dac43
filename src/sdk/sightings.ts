import type { FastifyRequest } from 'fastify';
import type { ApplicationKind, Sighting } from '../domain/application.ts';
import { recordApplication } from '../operations/record-application.ts';
import type { Deps } from '../operations/write.ts';
import { applicationOf } from './tags.ts';

/** How long it is believed that the store knows an application: one that is deleted comes back after that. */
const TRUST_MS = 60 * 60 * 1000;

/** Applications, each with version and names, that are remembered at once. */
const MAX_KNOWN = 10_000;

/** Sightings that wait to be stored; beyond that they are left to a later request. */
const MAX_WAITING = 100;

/** Stores which applications SDKs tell of, behind the requests and one after another; each once an hour. */
export class Sightings {
  readonly #deps: Deps;
  readonly #onError: (error: unknown) => void;
  readonly #knownSince = new Map<string, number>();
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  /** @param onError hears of what could not be stored; the next request tries again */
  constructor(deps: Deps, onError: (error: unknown) => void) {
    this.#deps = deps;
    this.#onError = onError;
  }

  /** Takes note of the application that a request of an SDK names, if it does. Returns at once. */
  noteTags({ headers }: FastifyRequest, kind: ApplicationKind): void {
    const application = applicationOf(headers);
    if (application) this.note({ ...application, kind });
  }

  /** Takes note of an application. Returns at once. */
  note(sighting: Sighting): void {
    const { key, name, version } = sighting;
    const id = [key, name, version?.key, version?.name].join(' ');
    const now = this.#deps.clock.elapsed();
    const knownSince = this.#knownSince.get(id);
    if (knownSince !== undefined && now - knownSince < TRUST_MS) return;
    if (this.#waiting >= MAX_WAITING) return;
    if (this.#knownSince.size >= MAX_KNOWN) this.#knownSince.clear();
    this.#knownSince.set(id, now);
    this.#waiting++;
    this.#last = this.#last.then(() => this.#store(id, sighting));
  }

  /** Resolves when everything noted so far has been stored, or has failed. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #store(id: string, sighting: Sighting): Promise<void> {
    try {
      await recordApplication(this.#deps, sighting);
    } catch (error) {
      this.#knownSince.delete(id);
      this.#onError(error);
    } finally {
      this.#waiting--;
    }
  }
}
