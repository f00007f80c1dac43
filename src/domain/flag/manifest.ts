import { Conflict, InvalidRequest } from '../errors.ts';
import { type Json, show } from '../json.ts';
import type { NewFlag } from './create-flag.ts';
import type { Flag, Variation } from './flag.ts';
import { findByValue, valueType } from './variation-list.ts';

/** The types that OpenFeature has for flags. */
type ManifestType = 'boolean' | 'string' | 'integer' | 'float' | 'object';

/** A flag as OpenFeature's tools see it: a type, and the value that code gets when nobody can be asked. */
interface ManifestFlag {
  readonly key: string;
  readonly name: string;
  readonly type: ManifestType;
  readonly description: string;
  readonly defaultValue: Json;
}

/** The same, as tools ask for it; what is absent stays as it is, or is the key for the name of a new flag. */
export interface WantedManifestFlag {
  readonly key: string;
  readonly type: ManifestType;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly defaultValue?: Json | undefined;
}

/**
 * A flag in the manifest; undefined for one that cannot stand there, since its default value is an array or null and
 * OpenFeature knows objects only (docs/wire/openfeature-manifest.md).
 */
export function toManifestFlag(flag: Flag): ManifestFlag | undefined {
  const type = manifestType(flag.variations);
  const { key, name, description } = flag;
  const { value } = flag.variations.find(({ id }) => id === flag.defaults.offVariationId) as Variation;
  if (type === 'object' && !isObject(value)) return undefined;
  return { key, name, type, description, defaultValue: value };
}

/** The type of values: numbers are of type float as soon as one of them is not whole. */
function manifestType(variations: readonly Pick<Variation, 'value'>[]): ManifestType {
  const values = variations.map(({ value }) => value);
  const type = valueType(values);
  if (type === 'number') return values.every((value) => Number.isInteger(value)) ? 'integer' : 'float';
  return type === 'json' ? 'object' : type;
}

/**
 * A new flag that serves the default value while it is off, and true or the same value when on.
 * @throws InvalidRequest when the value is not of the type
 */
export function newManifestFlag(wanted: WantedManifestFlag): NewFlag {
  const value = requireValue(wanted);
  const isBoolean = wanted.type === 'boolean';
  return {
    key: wanted.key,
    name: wanted.name ?? wanted.key,
    description: wanted.description ?? '',
    variations: isBoolean ? [{ value: true }, { value: false }] : [{ value }],
    defaults: { onVariation: 0, offVariation: isBoolean && value === false ? 1 : 0 },
  };
}

/**
 * The instructions that make a flag what is wanted; none when it is so already. What an environment serves stays: the
 * default value is the variation that new environments begin with when off.
 * @throws Conflict for an archived flag and for another type, InvalidRequest when the value is not of the type
 */
export function manifestInstructions(flag: Flag, wanted: WantedManifestFlag): readonly object[] {
  if (flag.archivedAt !== undefined) throw new Conflict(`Flag ${show(flag.key)} is archived; restore it to change it`);
  requireSameType(flag, wanted.type);
  const description = wanted.description ?? '';
  return [
    ...(wanted.name === undefined || wanted.name === flag.name ? [] : [{ kind: 'updateName', value: wanted.name }]),
    ...(description === flag.description ? [] : [{ kind: 'updateDescription', value: description }]),
    ...(wanted.defaultValue === undefined ? [] : defaultInstructions(flag, requireValue(wanted))),
  ];
}

function defaultInstructions(flag: Flag, value: Json): readonly object[] {
  const known = findByValue(flag.variations, value);
  if (known?.id === flag.defaults.offVariationId) return [];
  return [
    ...(known ? [] : [{ kind: 'addVariation', value }]),
    { kind: 'updateDefaultVariation', offVariationValue: value },
  ];
}

/** Whole numbers are floats too. */
function requireSameType({ variations }: Flag, wanted: ManifestType): void {
  const type = manifestType(variations);
  if (wanted === type || (wanted === 'float' && type === 'integer')) return;
  throw new Conflict(`type: expected "${type}", since the type of a flag never changes, got "${wanted}"`);
}

function requireValue({ type, defaultValue }: WantedManifestFlag): Json {
  const value = defaultValue;
  if (value === undefined || !isOfType(value, type)) {
    throw new InvalidRequest(`defaultValue: expected a value of type ${type}, got ${show(value)}`);
  }
  return value;
}

function isOfType(value: Json, type: ManifestType): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return isObject(value);
  return typeof value === (type === 'float' ? 'number' : type);
}

const isObject = (value: Json): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
