import type { Environment } from '../environment.ts';
import { InvalidRequest } from '../errors.ts';
import type { DecisionContext } from '../ids.ts';
import { type Json, jsonEquals, show } from '../json.ts';
import { requireKey, requireName, requireTags } from '../naming.ts';
import { type ClientSideAvailability, type Project, requireConventionalKey } from '../project.ts';
import { requireCustomProperties } from './custom-properties.ts';
import type { CustomProperty, Flag, FlagConfig, Variation } from './flag.ts';

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
  readonly isFlagOn?: boolean | undefined;
}

type NewVariation = Omit<Variation, 'id'>;

const BOOLEAN_VARIATIONS: readonly NewVariation[] = [{ value: true }, { value: false }];
const MAX_VARIATIONS = 1000;
const MAX_VALUE_LENGTH = 64 * 1024;

/**
 * Makes a flag from a request: off in every environment unless `isFlagOn`, serving the default variations
 * (docs/wire/flags.md, "Create").
 * @param firstVersions the version to start at, by environment id, where an earlier flag of this key left its mark
 * @throws InvalidRequest naming the bad field
 */
export function createFlag(
  request: NewFlag,
  scope: { project: Project; environments: readonly Environment[]; firstVersions: ReadonlyMap<string, number> },
  context: DecisionContext,
): Flag {
  const key = requireKey('key', request.key);
  requireConventionalKey(key, scope.project.namingConvention);
  const variations = requireVariations(request.variations ?? BOOLEAN_VARIATIONS).map((variation) => ({
    id: context.ids.uuid(),
    ...variation,
  }));
  const last = variations.length - 1;
  const { onVariation, offVariation } = request.defaults ?? { onVariation: 0, offVariation: last };
  const defaults = {
    onVariationId: requireVariationAt(variations, onVariation, 'on').id,
    offVariationId: requireVariationAt(variations, offVariation, 'off').id,
  };
  const configs = scope.environments.map((environment) => [
    environment.key,
    {
      ...newConfig(environment, defaults, context),
      on: request.isFlagOn ?? false,
      version: scope.firstVersions.get(environment.id) ?? 1,
    },
  ]);
  return {
    id: context.ids.objectId(),
    projectId: scope.project.id,
    key,
    name: requireName('name', request.name),
    description: request.description ?? '',
    variations,
    defaults,
    temporary: request.temporary ?? true,
    tags: requireTags('tags', request.tags ?? []),
    clientSideAvailability: availability(request, scope.project),
    customProperties: requireCustomProperties(request.customProperties ?? {}),
    maintainerId: request.maintainerId,
    version: 1,
    createdAt: context.now,
    environments: Object.fromEntries(configs) as Record<string, FlagConfig>,
  };
}

/** The configuration that a flag has in an environment nobody has touched yet: off, serving its default variations. */
export function newConfig(environment: Environment, defaults: Flag['defaults'], context: DecisionContext): FlagConfig {
  return {
    environmentId: environment.id,
    on: false,
    salt: context.ids.salt(),
    sel: context.ids.salt(),
    version: 1,
    lastModified: context.now,
    targets: [],
    rules: [],
    fallthrough: { variationId: defaults.onVariationId },
    offVariationId: defaults.offVariationId,
    prerequisites: [],
    expiringTargets: [],
    trackEvents: environment.defaultTrackEvents,
    trackEventsFallthrough: false,
  };
}

function availability(request: NewFlag, project: Project): ClientSideAvailability {
  if (request.clientSideAvailability) return request.clientSideAvailability;
  const presets = project.defaultClientSideAvailability;
  return { ...presets, usingEnvironmentId: request.includeInSnippet ?? presets.usingEnvironmentId };
}

function requireVariationAt(variations: readonly Variation[], index: number, use: 'on' | 'off'): Variation {
  const variation = variations[index];
  if (!variation) throw new InvalidRequest(`Default ${use} variation must be a valid index in the variations list`);
  return variation;
}

function requireVariations(variations: readonly NewVariation[]): readonly NewVariation[] {
  if (variations.length === 0 || variations.length > MAX_VARIATIONS) {
    throw new InvalidRequest(`variations: expected 1 to ${MAX_VARIATIONS} variations, got ${variations.length}`);
  }
  requireOneType(variations.map((variation) => variation.value));
  for (const [index, { value }] of variations.entries()) {
    if (JSON.stringify(value).length > MAX_VALUE_LENGTH) {
      throw new InvalidRequest(`variations[${index}].value: expected at most ${MAX_VALUE_LENGTH} characters of JSON`);
    }
    const twin = variations.findIndex((other) => jsonEquals(other.value, value));
    if (twin < index) {
      throw new InvalidRequest(
        `variations[${index}].value: ${show(value)} is also the value of variations[${twin}]; expected unique values`,
      );
    }
  }
  return variations.map(({ value, name, description }) => ({
    value,
    name: name || undefined,
    description: description || undefined,
  }));
}

/** All booleans (then exactly true and false), all strings, all numbers, or JSON as soon as one is an object or array. */
function requireOneType(values: readonly Json[]): void {
  if (values.some((value) => typeof value === 'object' && value !== null)) return;
  const types = new Set(values.map((value) => (value === null ? 'null' : typeof value)));
  if (types.size > 1 || types.has('null')) {
    throw new InvalidRequest(`variations: expected values of one type, got ${[...types].join(' and ')}`);
  }
  if (types.has('boolean') && values.length !== 2) {
    throw new InvalidRequest('variations: expected exactly the two values true and false for a boolean flag');
  }
}
