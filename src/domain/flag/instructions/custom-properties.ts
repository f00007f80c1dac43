import type { Fields } from '../../fields.ts';
import { jsonEquals, show } from '../../json.ts';
import type { CustomProperty, Flag } from '../flag.ts';
import { type Difference, flagInstruction, type InstructionFamily } from '../instruction.ts';

/** Metadata of a flag by key. That there is not too much of it is an invariant. */
export const customProperties: InstructionFamily = {
  instructions: [
    flagInstruction('addCustomProperties', (parameters) => {
      const { key, name, values } = parseProperty(parameters);
      return (flag) => {
        const present = propertyOf(flag, key)?.value ?? [];
        return withProperty(flag, key, { name, value: [...new Set([...present, ...values])] });
      };
    }),
    flagInstruction('replaceCustomProperties', (parameters) => {
      const { key, name, values } = parseProperty(parameters);
      return (flag) => withProperty(flag, key, { name, value: values });
    }),
    flagInstruction('removeCustomProperties', (parameters) => {
      const key = parameters.string('key');
      const values = parameters.optional('values', parameters.strings);
      return (flag) => {
        const property = propertyOf(flag, key);
        const left = values ? (property?.value.filter((value) => !values.includes(value)) ?? []) : [];
        return withProperty(flag, key, property && left.length > 0 ? { ...property, value: left } : undefined);
      };
    }),
  ],
  flagComparisons: [
    (before, after) =>
      [...new Set([...Object.keys(before.customProperties), ...Object.keys(after.customProperties)])].flatMap((key) =>
        propertyDifferences(key, propertyOf(before, key), propertyOf(after, key)),
      ),
  ],
};

function parseProperty(parameters: Fields) {
  const key = parameters.string('key');
  if (key === '') parameters.fail('key', 'the key of a property');
  return { key, name: parameters.string('name'), values: [...new Set(parameters.strings('values'))] };
}

function propertyOf(flag: Flag, key: string): CustomProperty | undefined {
  return Object.hasOwn(flag.customProperties, key) ? flag.customProperties[key] : undefined;
}

/** The flag with that property, or without it. Built from entries, so that a key like `__proto__` is a key. */
function withProperty(flag: Flag, key: string, property: CustomProperty | undefined): Flag {
  const isPresent = Object.hasOwn(flag.customProperties, key);
  const kept = Object.entries(flag.customProperties).flatMap(([other, value]) => {
    if (other !== key) return [[other, value] as const];
    return property ? [[other, property] as const] : [];
  });
  const added = property && !isPresent ? [[key, property] as const] : [];
  return { ...flag, customProperties: Object.fromEntries([...kept, ...added]) };
}

function propertyDifferences(
  key: string,
  before: CustomProperty | undefined,
  after: CustomProperty | undefined,
): readonly Difference[] {
  if (jsonEquals(before, after)) return [];
  const words = after
    ? `${before ? 'Changed' : 'Added'} the custom property ${key} (${after.name}): ${show(after.value)}`
    : `Removed the custom property ${key}`;
  return [{ action: 'updateFlagCustomProperties', words, titleVerb: 'changed the custom properties of the flag' }];
}
