import type { Environment } from '../environment.ts';
import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';
import { type ClientSideAvailability, type Project, requireConventionalKey } from '../project.ts';
import {
  type CustomProperty,
  type Flag,
  type FlagConfig,
  type MigrationSettings,
  type Prerequisite,
  type Variation,
} from './flag.ts';
import type { ChangeContext } from './instruction.ts';
import { parsePrerequisite } from './instructions/prerequisites.ts';
import { requireFlag } from './invariants.ts';
import { initialCohort, readMigrationSettings, requirePurpose, stageVariations } from './migration.ts';
import { findValueFault } from './variation-list.ts';

/** A new flag as asked for. `defaults` are positions in the list of variations. */
export interface NewFlag {
  readonly key: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly variations?: readonly NewVariation[] | undefined;
  readonly defaults?: { readonly onVariation: number; readonly offVariation: number } | undefined;
  readonly temporary?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly clientSideAvailability?: ClientSideAvailability | undefined;
  readonly includeInSnippet?: boolean | undefined;
  readonly customProperties?: Readonly<Record<string, CustomProperty>> | undefined;
  readonly maintainerId?: string | undefined;
  readonly maintainerTeamKey?: string | undefined;
  readonly isFlagOn?: boolean | undefined;
  readonly initialPrerequisites?: readonly unknown[] | undefined;
  readonly purpose?: string | undefined;
  readonly migrationSettings?: unknown;
}

type NewVariation = Omit<Variation, 'id'>;

/** Where a flag is made: the project, all its environments, and where an earlier flag of this key left its mark. */
export interface CreationScope {
  readonly project: Project;
  readonly environments: readonly Environment[];
  /** The version to start at, by environment id; 1 when absent. */
  readonly firstVersions: ReadonlyMap<string, number>;
}

const BOOLEAN_VARIATIONS: readonly NewVariation[] = [{ value: true }, { value: false }];

/**
 * Makes a flag from a request: off in every environment unless `isFlagOn`, serving the default variations
 * (docs/wire/flags.md, "Create"). A migration flag gets the variations of its stages instead, all in the first.
 * @param variationIds ids of the variations by their places; new ones when absent
 * @throws InvalidRequest naming the bad field
 */
export function createFlag(
  request: NewFlag,
  scope: CreationScope,
  context: ChangeContext,
  variationIds: readonly (string | undefined)[] = [],
): Flag {
  const key = requireKey('key', request.key);
  requireConventionalKey(key, scope.project.namingConvention);
  const migrationSettings = readMigration(request);
  const wanted = migrationSettings ? stageVariations(migrationSettings) : readVariations(request);
  const variations = wanted.map((variation, index) => ({
    id: variationIds[index] ?? context.ids.uuid(),
    ...variation,
  }));
  const defaults = readDefaults(request, variations, migrationSettings);
  const flag: Omit<Flag, 'environments'> = {
    id: context.ids.objectId(),
    projectId: scope.project.id,
    key,
    name: requireName('name', request.name),
    description: request.description ?? '',
    variations,
    defaults,
    temporary: request.temporary ?? true,
    tags: requireTags('tags', request.tags ?? []),
    clientSideAvailability: readAvailability(request, scope.project, migrationSettings),
    customProperties: request.customProperties ?? {},
    maintainerId: request.maintainerId,
    maintainerTeamKey: request.maintainerTeamKey,
    migrationSettings,
    version: 1,
    createdAt: context.now,
  };
  const prerequisites = readPrerequisites(request, context);
  const environments = scope.environments.map((environment): [string, FlagConfig] => [
    environment.key,
    {
      ...newConfig(environment, flag, context),
      on: request.isFlagOn ?? false,
      version: scope.firstVersions.get(environment.id) ?? 1,
      prerequisites,
    },
  ]);
  return requireFlag(
    { ...flag, environments: Object.fromEntries(environments) },
    { before: undefined, surroundings: context.surroundings },
  );
}

/** The configuration that a flag has in an environment nobody has touched yet: off, serving its default variations. */
export function newConfig(
  environment: Environment,
  flag: Pick<Flag, 'variations' | 'defaults' | 'migrationSettings'>,
  context: Pick<ChangeContext, 'now' | 'ids'>,
): FlagConfig {
  const { onVariationId, offVariationId } = flag.defaults;
  return {
    environmentId: environment.id,
    on: false,
    salt: context.ids.salt(),
    sel: context.ids.salt(),
    version: 1,
    lastModified: context.now,
    prerequisites: [],
    targets: [],
    expiringTargets: [],
    rules: [],
    fallthrough: flag.migrationSettings ? initialCohort(flag) : { variationId: onVariationId },
    offVariationId,
    trackEvents: environment.defaultTrackEvents,
    trackEventsFallthrough: false,
  };
}

function readMigration({ purpose, migrationSettings, variations, defaults }: NewFlag): MigrationSettings | undefined {
  if (!requirePurpose(purpose)) {
    if (migrationSettings === undefined) return undefined;
    throw new InvalidRequest('migrationSettings: expected nothing unless purpose is "migration"');
  }
  for (const [name, value] of Object.entries({ variations, defaults })) {
    if (value !== undefined) {
      throw new InvalidRequest(`${name}: expected nothing for a migration flag, whose stages are its variations`);
    }
  }
  return readMigrationSettings(migrationSettings ?? {});
}

function readVariations({ variations = BOOLEAN_VARIATIONS }: NewFlag): readonly NewVariation[] {
  const fault = findValueFault(variations);
  if (fault) throw new InvalidRequest(fault);
  return variations.map(({ value, name, description }) => ({
    value,
    name: name || undefined,
    description: description || undefined,
  }));
}

/** First and last unless the request says otherwise; a migration begins and ends in its first stage. */
function readDefaults(
  { defaults }: NewFlag,
  variations: readonly Variation[],
  migrationSettings: MigrationSettings | undefined,
): Flag['defaults'] {
  const fallback = { onVariation: 0, offVariation: migrationSettings ? 0 : variations.length - 1 };
  const { onVariation, offVariation } = defaults ?? fallback;
  return {
    onVariationId: requireVariationAt(variations, onVariation, 'on').id,
    offVariationId: requireVariationAt(variations, offVariation, 'off').id,
  };
}

function requireVariationAt(variations: readonly Variation[], index: number, use: 'on' | 'off'): Variation {
  const variation = variations[index];
  if (!variation) throw new InvalidRequest(`Default ${use} variation must be a valid index in the variations list`);
  return variation;
}

function readAvailability(
  request: NewFlag,
  project: Project,
  migrationSettings: MigrationSettings | undefined,
): ClientSideAvailability {
  if (request.clientSideAvailability) return request.clientSideAvailability;
  const presets = migrationSettings
    ? { usingEnvironmentId: false, usingMobileKey: false }
    : project.defaultClientSideAvailability;
  return { ...presets, usingEnvironmentId: request.includeInSnippet ?? presets.usingEnvironmentId };
}

function readPrerequisites({ initialPrerequisites = [] }: NewFlag, context: ChangeContext): readonly Prerequisite[] {
  return initialPrerequisites.map((prerequisite, index) =>
    parsePrerequisite(new Fields(prerequisite, `initialPrerequisites[${index}].`))(context),
  );
}
