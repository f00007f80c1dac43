import { type ApiClient, apiPath } from '../../cli/api-client.ts';
import { CommandError, ExitCode } from '../../cli/command-error.ts';
import { find, inOrderOfNeed } from '../../cli/import/account-reader.ts';
import { readSdkPayload, type SdkPayload } from '../../cli/import/sdk-payload.ts';
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
  readonly salt: string;
  readonly prerequisites: readonly { readonly key: string }[];
  readonly contextTargets?: readonly unknown[] | undefined;
  readonly fallthrough: { readonly rollout?: object; readonly variation?: number };
  readonly offVariation?: number | null;
}

export interface FlagDocument {
  readonly key: string;
  readonly variations: readonly Variation[];
  /** `migration` for a migration flag. */
  readonly _purpose?: string;
  readonly environments: Readonly<Record<string, FlagConfig>>;
}

interface Clause {
  readonly op: string;
  readonly values: readonly Json[];
}

export interface SegmentDocument {
  readonly key: string;
  readonly salt?: string;
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
  /** The only one when absent. */
  readonly environment: string | undefined;
}

interface ProjectDocument {
  readonly key: string;
  readonly name: string;
  readonly environments: { readonly items: readonly { readonly key: string }[] };
}

const PAGE = { limit: 100 };

/**
 * Reads an environment with its segments and all flags that are not archived.
 * @param sdkUrl where SDKs are served: salts of segments are told there alone
 * @throws CommandError when there is no such place
 */
export async function readSnapshot(client: ApiClient, sdkUrl: string, place: Place): Promise<Snapshot> {
  const path = apiPath('projects', place.project);
  const project = await find<ProjectDocument>(client, path, { expand: 'environments' });
  if (!project) {
    throw new CommandError(`--project: there is no project "${place.project}", or the token may not see it`);
  }
  const { key, name, environments } = project;
  const environmentKey = chooseEnvironment(
    environments.items.map((environment) => environment.key),
    place.environment,
  );
  const environment = await client.send<EnvironmentDocument>(apiPath('projects', key, 'environments', environmentKey));
  const payload = await readSdkPayload(sdkUrl, environment.apiKey);
  const segments = await Array.fromAsync(
    client.list<SegmentDocument>(apiPath('segments', key, environmentKey), { ...PAGE }),
  );
  const flags = new Map<string, FlagDocument>();
  for (const filter of [undefined, 'state:deprecated']) {
    const query = { ...PAGE, env: environmentKey, summary: '0', expand: 'migrationSettings', filter };
    for await (const flag of client.list<FlagDocument>(apiPath('flags', key), query)) flags.set(flag.key, flag);
  }
  return {
    project: { key, name },
    environment,
    segments: segments.map((segment) => withSalt(segment, payload)),
    flags: [...flags.values()].map((flag) => withOrder(flag, environmentKey, payload)),
  };
}

function withSalt(segment: SegmentDocument, payload: SdkPayload | undefined): SegmentDocument {
  const salt = payload?.segments[segment.key]?.salt;
  return salt === undefined ? segment : { ...segment, salt };
}

/** The API tells of targets kind by kind, SDKs are told of them in the order that counts. */
function withOrder(flag: FlagDocument, environmentKey: string, payload: SdkPayload | undefined): FlagDocument {
  const contextTargets = payload?.flags[flag.key]?.contextTargets ?? [];
  const config = flag.environments[environmentKey];
  if (!config || contextTargets.length === 0) return flag;
  return { ...flag, environments: { [environmentKey]: { ...config, contextTargets } } };
}

function chooseEnvironment(keys: readonly string[], wanted: string | undefined): string {
  const known = `one of ${keys.join(', ')}`;
  if (wanted !== undefined && keys.includes(wanted)) return wanted;
  if (wanted !== undefined) throw new CommandError(`--environment: expected ${known}, got "${wanted}"`, ExitCode.Usage);
  const [only, ...others] = keys;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandError(`--environment: expected ${known}, since the project has several`, ExitCode.Usage);
}

/** Flags in an order in which each comes after its prerequisites. */
export function flagsByNeed(flags: readonly FlagDocument[], environmentKey: string): readonly FlagDocument[] {
  return inOrderOfNeed(
    flags,
    ({ environments }) => environments[environmentKey]?.prerequisites.map(({ key }) => key) ?? [],
  );
}

/** Segments in an order in which each comes after those that its rules name. */
export function segmentsByNeed(segments: readonly SegmentDocument[]): readonly SegmentDocument[] {
  return inOrderOfNeed(segments, ({ rules }) =>
    rules
      .flatMap(({ clauses }) => clauses)
      .flatMap(({ op, values }) => (op === 'segmentMatch' ? values.map(String) : [])),
  );
}
