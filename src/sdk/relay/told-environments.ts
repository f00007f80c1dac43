import { jsonEquals } from '../../domain/json.ts';
import { eventFrame } from '../frames.ts';
import type { RelayEnvironment } from './relay-environments.ts';

/** What one connection has been told: environments by their ids, each as it was told last. */
export class ToldEnvironments {
  readonly #told = new Map<string, RelayEnvironment>();

  /** The first frame, with every environment that is open. */
  begin(environments: ReadonlyMap<string, RelayEnvironment>): Buffer {
    const open = [...environments].filter(([, { facts }]) => facts !== undefined);
    for (const [id, environment] of open) this.#told.set(id, environment);
    const documents = Object.fromEntries(open.map(([id, environment]) => [id, documentOf(environment)]));
    return frame('put', { path: '/', data: { environments: documents, filters: {} } });
  }

  /** A frame for each environment that is not as it was told. */
  next(environments: ReadonlyMap<string, RelayEnvironment>): readonly Buffer[] {
    const gone = [...this.#told].flatMap(([id, told]) => {
      const now = environments.get(id);
      return now?.facts === undefined ? [this.#delete(id, now?.version ?? told.version + 1)] : [];
    });
    const changed = [...environments].flatMap(([id, environment]) => {
      return this.#isNews(id, environment) ? [this.#patch(id, environment)] : [];
    });
    return [...gone, ...changed];
  }

  /** Versions decide, too: the end of a former key, which was told with it, is no change of its own. */
  #isNews(id: string, { version, facts }: RelayEnvironment): boolean {
    if (facts === undefined) return false;
    const told = this.#told.get(id);
    return !told || (version > told.version && !jsonEquals(facts, told.facts));
  }

  #patch(id: string, environment: RelayEnvironment): Buffer {
    this.#told.set(id, environment);
    return frame('patch', { path: pathOf(id), data: documentOf(environment) });
  }

  #delete(id: string, version: number): Buffer {
    this.#told.delete(id);
    return frame('delete', { path: pathOf(id), version });
  }
}

const pathOf = (id: string) => `/environments/${id}`;
const documentOf = ({ version, facts }: RelayEnvironment) => ({ ...facts, version });
const frame = (event: string, data: object) => eventFrame(event, JSON.stringify(data));
