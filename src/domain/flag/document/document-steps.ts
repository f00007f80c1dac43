import { InvalidPatch } from '../../errors.ts';
import { Fields } from '../../fields.ts';
import { type Json, jsonEquals, show } from '../../json.ts';
import type { Step } from '../apply-instructions.ts';
import type { Flag, Variation } from '../flag.ts';
import type { ChangeContext } from '../instruction.ts';
import { findByValue } from '../variation-list.ts';
import { type Comparison, derivedStep, isChanged } from './comparison.ts';
import { environmentSteps } from './environment-steps.ts';
import { markedVariation } from './marked-reference.ts';
import { settingSteps } from './setting-steps.ts';

/**
 * The instructions that lead from one document of a flag to another: what a semantic patch of the same intent would
 * say. Variations come first, as far as they are added or changed, and last, as far as they are removed, since what
 * else is written speaks of the list that results.
 * @param before the document with all references marked
 * @param after the same after the patch
 * @param isWhole whether ids that are new are taken over
 * @throws InvalidRequest naming the field, InvalidPatch for an environment that is none
 */
export function documentSteps(
  flag: Flag,
  before: unknown,
  after: unknown,
  context: ChangeContext,
  { isWhole }: Pick<Comparison, 'isWhole'> = {},
): readonly Step[] {
  const fields = { before: new Fields(before, ''), after: new Fields(after, '') };
  for (const name of ['key', 'kind']) {
    if (fields.after.raw(name) !== fields.before.raw(name)) {
      fields.after.fail(name, `${show(fields.before.raw(name))}, which never changes`);
    }
  }
  const variations = readVariations(flag, fields.before, fields.after, context, isWhole);
  const comparison: Comparison = { flag, ...fields, variations, isWhole };
  const removed = flag.variations.filter(({ id }) => !variations.some((variation) => variation.id === id));
  return [
    ...restoreSteps(comparison),
    ...variationSteps(flag.variations, [...variations, ...removed]),
    ...settingSteps(comparison),
    ...environmentSteps(comparison),
    ...defaultSteps(comparison),
    ...variationSteps([...variations, ...removed], variations),
    ...archiveSteps(comparison),
  ];
}

/**
 * Gives the variations of a document their identities: by id, or by a value that an old one has and no other took
 * over; all others are new.
 */
function readVariations(
  flag: Flag,
  before: Fields,
  after: Fields,
  { ids }: ChangeContext,
  isWhole = false,
): readonly Variation[] {
  if (!isChanged({ before, after }, 'variations')) return flag.variations;
  const given = after.objects('variations');
  const unclaimed = new Map(flag.variations.map((variation) => [variation.id, variation]));
  const claim = (id: string | undefined) => (id !== undefined && unclaimed.delete(id) ? id : undefined);
  const newId = (fields: Fields) => (isWhole ? fields.optional('_id', fields.string) : undefined);
  const byId = given.map((fields) => claim(fields.optional('_id', fields.string)));
  return given.map((fields, index) => {
    const value = fields.raw('value');
    if (value === undefined) return fields.fail('value', 'a JSON value');
    return {
      id: byId[index] ?? claim(findByValue([...unclaimed.values()], value)?.id) ?? newId(fields) ?? ids.uuid(),
      value,
      name: fields.optional('name', fields.string) || undefined,
      description: fields.optional('description', fields.string) || undefined,
    };
  });
}

function variationSteps(from: readonly Variation[], to: readonly Variation[]): readonly Step[] {
  if (jsonEquals(from, to)) return [];
  const variations = to.map(({ id, value, name, description }) => ({
    _id: id,
    value,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  }));
  return [derivedStep('', { kind: 'replaceVariations', variations })];
}

function restoreSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  if (!isChanged(comparison, 'archived') || after.boolean('archived')) return [];
  return [derivedStep('archived: ', { kind: 'restoreFlag' })];
}

function archiveSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  if (!isChanged(comparison, 'archived') || !after.boolean('archived')) return [];
  return [derivedStep('archived: ', { kind: 'archiveFlag' })];
}

function defaultSteps({ before, after, variations }: Comparison): readonly Step[] {
  if (!isChanged({ before, after }, 'defaults')) return [];
  const defaults = after.object('defaults');
  const value = (name: 'onVariation' | 'offVariation', use: string): Json => {
    const id = markedVariation(defaults.raw(name)) ?? variations[defaults.integer(name)]?.id;
    const variation = variations.find((candidate) => candidate.id === id);
    // The sentence is the API's own: clients match on it.
    if (!variation) throw new InvalidPatch(`Default ${use} variation must be a valid index in the variations list`);
    return variation.value;
  };
  return [
    derivedStep('defaults.', {
      kind: 'updateDefaultVariation',
      onVariationValue: value('onVariation', 'on'),
      offVariationValue: value('offVariation', 'off'),
    }),
  ];
}
