import { type Json, jsonEquals, jsonKey, show } from '../json.ts';
import type { Variation } from './flag.ts';

const MAX_VARIATIONS = 1000;
const MAX_VALUE_LENGTH = 64 * 1024;

/**
 * What is wrong with the values of a flag, or nothing: 1 to 1000 of them, of one type, each once, none too long
 * (docs/wire/flags.md, "Create").
 */
export function findValueFault(variations: readonly Pick<Variation, 'value'>[]): string | undefined {
  if (variations.length === 0 || variations.length > MAX_VARIATIONS) {
    return `variations: expected 1 to ${MAX_VARIATIONS} variations, got ${variations.length}`;
  }
  return findTypeFault(variations.map(({ value }) => value)) ?? findFaultOfOne(variations);
}

/** All booleans (then exactly true and false), all strings, all numbers, or JSON as soon as one is an object or array. */
function findTypeFault(values: readonly Json[]): string | undefined {
  if (valueType(values) === 'json') return undefined;
  const types = new Set(values.map(typeOf));
  if (types.size > 1 || types.has('null')) {
    return `variations: expected values of one type, got ${[...types].join(' and ')}`;
  }
  if (types.has('boolean') && values.length !== 2) {
    return 'variations: expected exactly the two values true and false for a boolean flag';
  }
  return undefined;
}

function findFaultOfOne(variations: readonly Pick<Variation, 'value'>[]): string | undefined {
  const seen = new Map<string, number>();
  for (const [index, { value }] of variations.entries()) {
    if (JSON.stringify(value).length > MAX_VALUE_LENGTH) {
      return `variations[${index}].value: expected at most ${MAX_VALUE_LENGTH} characters of JSON`;
    }
    const twin = seen.get(jsonKey(value));
    if (twin !== undefined) {
      return `variations[${index}].value: ${show(value)} is also the value of variations[${twin}]; expected unique values`;
    }
    seen.set(jsonKey(value), index);
  }
  return undefined;
}

/** The type that all values of a flag have; it never changes. */
export type ValueType = 'boolean' | 'string' | 'number' | 'json';

/** The type of a flag's values; JSON as soon as one is an object, an array or null. */
export function valueType(values: readonly Json[]): ValueType {
  if (values.some((value) => typeof value === 'object' && value !== null)) return 'json';
  return (values[0] === undefined || values[0] === null ? 'json' : typeof values[0]) as ValueType;
}

const typeOf = (value: Json) => (value === null ? 'null' : typeof value);

/** The variation with that value. */
export function findByValue(variations: readonly Variation[], value: Json): Variation | undefined {
  return variations.find((variation) => jsonEquals(variation.value, value));
}

/** Whether variations are gone or have another value: what approvals guard. */
export function changesValues(before: readonly Variation[], after: readonly Variation[]): boolean {
  const values = new Map(after.map(({ id, value }) => [id, value]));
  return before.some(({ id, value }) => !values.has(id) || !jsonEquals(values.get(id), value));
}
