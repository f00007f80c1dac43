import type { Fields } from '../../fields.ts';
import { type Json, jsonEquals, show } from '../../json.ts';
import { type Flag, type Variation, variationLabel } from '../flag.ts';
import { type Difference, flagInstruction, type InstructionFamily, requireVariation } from '../instruction.ts';
import { removeVariation } from '../remove-variation.ts';
import { findByValue, valueType } from '../variation-list.ts';

/**
 * The values of a flag, and which of them new environments begin with. Those of boolean and migration flags are fixed;
 * that values are unique and of one type is an invariant.
 */
export const variations: InstructionFamily = {
  instructions: [
    flagInstruction('addVariation', (parameters) => {
      const value = readValue(parameters, 'value');
      const texts = readTexts(parameters);
      return (flag, { ids }) => {
        refuseFixedValues(flag, parameters);
        return { ...flag, variations: [...flag.variations, { id: ids.uuid(), value, ...texts }] };
      };
    }),
    flagInstruction('removeVariation', (parameters) => {
      const variationId = parameters.string('variationId');
      return (flag) => {
        refuseFixedValues(flag, parameters);
        return removeVariation(flag, requireVariation(flag, variationId, parameters));
      };
    }),
    flagInstruction('updateVariation', (parameters) => {
      const variationId = parameters.string('variationId');
      return (flag) => {
        requireVariation(flag, variationId, parameters);
        const variations = flag.variations.map((variation) =>
          variation.id === variationId ? update(flag, variation, parameters) : variation,
        );
        return { ...flag, variations };
      };
    }),
    flagInstruction(
      'replaceVariations',
      (parameters) => {
        const given = parameters.objects('variations');
        return (flag) => replaceAll(flag, given, parameters);
      },
      { isInternal: true },
    ),
    flagInstruction('updateDefaultVariation', (parameters) => {
      const on = readDefault(parameters, ['onVariationValue', 'OnVariationValue']);
      const off = readDefault(parameters, ['offVariationValue', 'OffVariationValue']);
      if (!on && !off) parameters.fail('onVariationValue', 'onVariationValue, offVariationValue or both');
      return (flag) => ({
        ...flag,
        defaults: {
          onVariationId: on ? requireByValue(flag, parameters, on) : flag.defaults.onVariationId,
          offVariationId: off ? requireByValue(flag, parameters, off) : flag.defaults.offVariationId,
        },
      });
    }),
    flagInstruction(
      'updateVariationJsonSchema',
      (parameters) => {
        const schema = parameters.isNull('value') ? undefined : readValue(parameters, 'value');
        return (flag) => ({ ...flag, variationJsonSchema: schema });
      },
      { isInternal: true },
    ),
  ],
  flagComparisons: [variationDifferences, defaultDifferences, schemaDifferences],
};

function readValue(parameters: Fields, name: string): Json {
  const value = parameters.raw(name);
  return value === undefined ? parameters.fail(name, 'a JSON value') : value;
}

function readTexts(parameters: Fields): Pick<Variation, 'name' | 'description'> {
  return {
    name: parameters.optional('name', parameters.string) || undefined,
    description: parameters.optional('description', parameters.string) || undefined,
  };
}

function update(flag: Flag, variation: Variation, parameters: Fields): Variation {
  const value = parameters.raw('value');
  if (value !== undefined && !jsonEquals(value, variation.value)) refuseFixedValues(flag, parameters);
  const texts = readTexts(parameters);
  return {
    id: variation.id,
    value: value === undefined ? variation.value : value,
    name: parameters.raw('name') === undefined ? variation.name : texts.name,
    description: parameters.raw('description') === undefined ? variation.description : texts.description,
  };
}

/** A whole new list: variations of the flag by their ids, others under the ids given to them. */
function replaceAll(flag: Flag, given: readonly Fields[], parameters: Fields): Flag {
  const list = given.map(
    (fields): Variation => ({
      id: fields.string('_id'),
      value: readValue(fields, 'value'),
      ...readTexts(fields),
    }),
  );
  for (const [index, variation] of list.entries()) {
    const old = flag.variations.find(({ id }) => id === variation.id);
    if (!old || !jsonEquals(old.value, variation.value)) refuseFixedValues(flag, given[index] as Fields);
  }
  const removed = flag.variations.filter(({ id }) => !list.some((variation) => variation.id === id));
  if (removed.length > 0 && hasFixedValues(flag)) {
    parameters.fail('variations', `all variations of flag ${flag.key}, whose values are fixed`);
  }
  const left = removed.reduce((state, { id }) => removeVariation(state, id), flag);
  return { ...left, variations: list };
}

function hasFixedValues(flag: Flag): boolean {
  return flag.migrationSettings !== undefined || valueType(flag.variations.map(({ value }) => value)) === 'boolean';
}

function refuseFixedValues(flag: Flag, parameters: Fields): void {
  if (!hasFixedValues(flag)) return;
  const kind = flag.migrationSettings ? 'migration' : 'boolean';
  parameters.fail(
    parameters.has('variationId') && !parameters.has('value') ? 'variationId' : 'value',
    `no change of the values, which are fixed for a ${kind} flag such as ${flag.key}`,
  );
}

interface Default {
  readonly name: string;
  readonly value: Json;
}

/** The documented example capitalises the names, so both spellings are taken. */
function readDefault(parameters: Fields, spellings: readonly string[]): Default | undefined {
  const name = spellings.find((spelling) => parameters.raw(spelling) !== undefined);
  return name === undefined ? undefined : { name, value: readValue(parameters, name) };
}

function requireByValue(flag: Flag, parameters: Fields, { name, value }: Default): string {
  const known = flag.variations.map((variation) => show(variation.value)).join(', ');
  return findByValue(flag.variations, value)?.id ?? parameters.fail(name, `the value of a variation, one of ${known}`);
}

const ACTION = { action: 'updateFlagVariations', titleVerb: 'changed the variations of the flag' };

function variationDifferences(before: Flag, after: Flag): readonly Difference[] {
  const old = new Map(before.variations.map((variation) => [variation.id, variation]));
  const kept = new Set(after.variations.map(({ id }) => id));
  const words = [
    ...after.variations
      .filter(({ id }) => !old.has(id))
      .map(({ id }) => `Added the variation ${variationLabel(after, id)}`),
    ...before.variations
      .filter(({ id }) => !kept.has(id))
      .map(({ id }) => `Removed the variation ${variationLabel(before, id)}`),
    ...after.variations.flatMap((variation) => changedWords(before, old.get(variation.id), variation)),
    ...orderWords(
      before.variations.map(({ id }) => id).filter((id) => kept.has(id)),
      after.variations.map(({ id }) => id).filter((id) => old.has(id)),
    ),
  ];
  return words.map((sentence) => ({ ...ACTION, words: sentence }));
}

function changedWords(flag: Flag, before: Variation | undefined, after: Variation): readonly string[] {
  if (!before || jsonEquals(before, after)) return [];
  const label = variationLabel(flag, before.id);
  if (!jsonEquals(before.value, after.value))
    return [`Changed the value of variation ${label} to ${show(after.value)}`];
  if (before.name !== after.name) return [`Changed the name of variation ${label} to ${show(after.name ?? '')}`];
  return [`Changed the description of variation ${label}`];
}

function orderWords(before: readonly string[], after: readonly string[]): readonly string[] {
  return jsonEquals(before, after) ? [] : ['Changed the order of the variations'];
}

function defaultDifferences(before: Flag, after: Flag): readonly Difference[] {
  return (['on', 'off'] as const).flatMap((state) => {
    const id = after.defaults[`${state}VariationId`];
    if (before.defaults[`${state}VariationId`] === id) return [];
    return [
      {
        action: 'updateFlagDefaultVariations',
        words: `Changed the default ${state} variation of new environments to ${variationLabel(after, id)}`,
        titleVerb: 'changed the default variations of the flag',
      },
    ];
  });
}

function schemaDifferences(before: Flag, after: Flag): readonly Difference[] {
  if (jsonEquals(before.variationJsonSchema, after.variationJsonSchema)) return [];
  const words =
    after.variationJsonSchema === undefined ? 'Removed the schema of the values' : 'Changed the schema of the values';
  return [{ action: 'updateVariationJsonSchema', words, titleVerb: 'changed the schema of the flag' }];
}
