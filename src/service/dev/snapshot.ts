import { type ApiClient, ApiError, apiPath } from '../../cli/api-client.ts';
import { CommandError, ExitCode } from '../../cli/command-error.ts';
import type { Json } from '../../domain/json.ts';

/*
 * One environment of a project, as the API writes it. Only members that are looked into are named; all others of a flag
 * or segment go where it goes.
 */

export interface Variation {
  readonly value: Json;
  readonly name?: string;
}

export interface FlagConfig {
  readonly on: boolean;
  readonly prerequisites: readonly { readonly key: string }[];
  readonly offVariation?: number | null;
}

export interface FlagDocument {
  readonly key: string;
  readonly variations: readonly Variation[];
  readonly environments: Readonly<Record<string, FlagConfig>>;
}

interface Clause {
  readonly op: string;
  readonly values: readonly Json[];
}

export interface SegmentDocument {
  readonly key: string;
  readonly unbounded?: boolean;
  readonly rules: readonly { readonly clauses: readonly Clause[] }[];
}

/** What SDKs know an environment by. */
export interface SdkKeys {
  readonly sdkKey: string;
  readonly mobileKey: string;
  readonly clientSideId: string;
}

interface EnvironmentDocument {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly secureMode: boolean;
  readonly defaultTtl: number;
  readonly defaultTrackEvents: boolean;
  readonly _id: string;
  readonly apiKey: string;
  readonly mobileKey: string;
}

export interface Snapshot {
  readonly project: { readonly key: string; readonly name: string };
  readonly environment: EnvironmentDocument;
  readonly flags: readonly FlagDocument[];
  readonly segments: readonly SegmentDocument[];
}

/** What is served: one environment of one project. */
export interface Place {
  readonly project: string;
  readonly environment: string | undefined;
}

interface ProjectDocument {
  readonly key: string;
  readonly name: string;
  readonly environments: { readonly items: readonly { readonly key: string }[] };
}

const PAGE = { limit: 100 };

/** Reads an environment with all its live flags and its segments. @throws CommandError when there is no such place */
export async function readSnapshot(client: ApiClient, place: Place): Promise<Snapshot> {
  const { key, name, environments } = await client
    .send<ProjectDocument>(apiPath('projects', place.project), { query: { expand: 'environments' } })
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) {
        throw new CommandError(`--project: there is no project "${place.project}", or the token may not see it`);
      }
      throw error;
    });
  const environmentKey = chooseEnvironment(
    environments.items.map((environment) => environment.key),
    place.environment,
  );
  const environment = await client.send<EnvironmentDocument>(apiPath('projects', key, 'environments', environmentKey));
  const list = <Item>(path: string, query = {}) => Array.fromAsync(client.list<Item>(path, { ...PAGE, ...query }));
  const segments = await list<SegmentDocument>(apiPath('segments', key, environmentKey));
  const flags = await list<FlagDocument>(apiPath('flags', key), { env: environmentKey, summary: '0' });
  return { project: { key, name }, environment, segments, flags };
}

function chooseEnvironment(keys: readonly string[], wanted: string | undefined): string {
  const known = `one of ${keys.join(', ')}`;
  if (wanted !== undefined && keys.includes(wanted)) return wanted;
  if (wanted !== undefined) throw new CommandError(`--environment: expected ${known}, got "${wanted}"`, ExitCode.Usage);
  const [only, ...others] = keys;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandError(`--environment: expected ${known}, since the project has several`, ExitCode.Usage);
}

/** Flags in an order in which each comes after its prerequisites, as far as they are there. */
export function flagsByNeed(flags: readonly FlagDocument[], environmentKey: string): readonly FlagDocument[] {
  return byNeed(flags, ({ environments }) => environments[environmentKey]?.prerequisites.map(({ key }) => key) ?? []);
}

/** Segments in an order in which each comes after those that its rules name. */
export function segmentsByNeed(segments: readonly SegmentDocument[]): readonly SegmentDocument[] {
  return byNeed(segments, ({ rules }) =>
    rules.flatMap(({ clauses }) =>
      clauses.flatMap(({ op, values }) => (op === 'segmentMatch' ? values.map(String) : [])),
    ),
  );
}

function byNeed<Item extends { readonly key: string }>(
  items: readonly Item[],
  needsOf: (item: Item) => readonly string[],
): readonly Item[] {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const ordered = new Set<Item>();
  const seen = new Set<Item>();
  const add = (item: Item): void => {
    if (seen.has(item)) return;
    seen.add(item);
    for (const key of needsOf(item)) {
      const needed = byKey.get(key);
      if (needed) add(needed);
    }
    ordered.add(item);
  };
  for (const item of items) add(item);
  return [...ordered];
}
