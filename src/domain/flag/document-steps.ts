import { InvalidPatch } from '../errors.ts';
import { Fields } from '../fields.ts';
import { type Json, jsonEquals, show } from '../json.ts';
import type { Step } from './apply-instructions.ts';
import { readContextKind } from './context-kind.ts';
import type { Flag, Target, Variation } from './flag.ts';
import type { ChangeContext, Instruction } from './instruction.ts';
import { markedVariation } from './marked-reference.ts';
import { arrangeTargets } from './target-list.ts';
import { findByValue } from './variation-list.ts';

/** What the comparison of two documents of a flag works with. */
interface Comparison {
  readonly flag: Flag;
  readonly before: Fields;
  readonly after: Fields;
  /** The list of variations that results; positions that the patch wrote count in it. */
  readonly variations: readonly Variation[];
}

/**
 * The instructions that lead from one document of a flag to another: what a semantic patch of the same intent would
 * say. Variations come first, as far as they are added or changed, and last, as far as they are removed, since what
 * else is written speaks of the list that results.
 * @param before the document with all references marked
 * @param after the same after the patch
 * @throws InvalidRequest naming the field, InvalidPatch for an environment that is none
 */
export function documentSteps(flag: Flag, before: unknown, after: unknown, context: ChangeContext): readonly Step[] {
  const fields = { before: new Fields(before, ''), after: new Fields(after, '') };
  for (const name of ['key', 'kind']) {
    if (fields.after.raw(name) !== fields.before.raw(name)) {
      fields.after.fail(name, `${show(fields.before.raw(name))}, which never changes`);
    }
  }
  const variations = readVariations(flag, fields.before, fields.after, context);
  const comparison: Comparison = { flag, ...fields, variations };
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

function step(at: string, instruction: Instruction, environmentKey?: string): Step {
  return { instruction, environmentKey, at, isDerived: true };
}

function isChanged({ before, after }: Pick<Comparison, 'before' | 'after'>, name: string): boolean {
  return !jsonEquals(before.raw(name) ?? null, after.raw(name) ?? null);
}

/** A part that a patch may have changed: the instruction that changes it, if it did. */
function changed(
  comparison: Pick<Comparison, 'before' | 'after'>,
  name: string,
  make: () => Instruction,
): readonly Step[] {
  return isChanged(comparison, name) ? [step(`${comparison.after.path(name)}: `, make())] : [];
}

/**
 * Gives the variations of a document their identities: by id, or by a value that an old one has and no other took
 * over; all others are new.
 */
function readVariations(flag: Flag, before: Fields, after: Fields, { ids }: ChangeContext): readonly Variation[] {
  if (!isChanged({ before, after }, 'variations')) return flag.variations;
  const given = after.objects('variations');
  const unclaimed = new Map(flag.variations.map((variation) => [variation.id, variation]));
  const claim = (id: string | undefined) => (id !== undefined && unclaimed.delete(id) ? id : undefined);
  const byId = given.map((fields) => claim(fields.optional('_id', fields.string)));
  return given.map((fields, index) => {
    const value = fields.raw('value');
    if (value === undefined) return fields.fail('value', 'a JSON value');
    return {
      id: byId[index] ?? claim(findByValue([...unclaimed.values()], value)?.id) ?? ids.uuid(),
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
  return [step('', { kind: 'replaceVariations', variations })];
}

function restoreSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  if (!isChanged(comparison, 'archived') || after.boolean('archived')) return [];
  return [step('archived: ', { kind: 'restoreFlag' })];
}

function archiveSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  if (!isChanged(comparison, 'archived') || !after.boolean('archived')) return [];
  return [step('archived: ', { kind: 'archiveFlag' })];
}

function settingSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  return [
    ...changed(comparison, 'name', () => ({ kind: 'updateName', value: after.string('name') })),
    ...changed(comparison, 'description', () => ({
      kind: 'updateDescription',
      value: after.optional('description', after.string) ?? '',
    })),
    ...tagSteps(comparison),
    ...changed(comparison, 'temporary', () => ({
      kind: after.boolean('temporary') ? 'makeFlagTemporary' : 'makeFlagPermanent',
    })),
    ...availabilitySteps(comparison),
    ...propertySteps(comparison),
    ...maintainerSteps(comparison),
    ...changed(comparison, 'variationJsonSchema', () => ({
      kind: 'updateVariationJsonSchema',
      value: after.raw('variationJsonSchema') ?? null,
    })),
    ...changed(comparison, 'deprecated', () => ({
      kind: after.boolean('deprecated') ? 'deprecateFlag' : 'restoreDeprecatedFlag',
    })),
  ];
}

/** All tags go and the new ones come, so that they stand in the order given. */
function tagSteps(comparison: Comparison): readonly Step[] {
  if (!isChanged(comparison, 'tags')) return [];
  const tags = comparison.after.optional('tags', comparison.after.strings) ?? [];
  return [
    step('tags: ', { kind: 'removeTags', values: [...comparison.flag.tags] }),
    step('tags: ', { kind: 'addTags', values: tags }),
  ];
}

/** `includeInSnippet` is an older name of one half; when both change, the newer name wins. */
function availabilitySteps({ flag, before, after }: Comparison): readonly Step[] {
  const present = flag.clientSideAvailability;
  const availability = after.object('clientSideAvailability');
  const usingEnvironmentId = availability.boolean('usingEnvironmentId');
  const isSnippetChanged = isChanged({ before, after }, 'includeInSnippet');
  const wanted = {
    usingEnvironmentId:
      usingEnvironmentId === present.usingEnvironmentId && isSnippetChanged
        ? after.boolean('includeInSnippet')
        : usingEnvironmentId,
    usingMobileKey: availability.boolean('usingMobileKey'),
  };
  return (['usingEnvironmentId', 'usingMobileKey'] as const).flatMap((side) => {
    if (wanted[side] === present[side]) return [];
    const kind = wanted[side] ? 'turnOnClientSideAvailability' : 'turnOffClientSideAvailability';
    return [step(`clientSideAvailability.${side}: `, { kind, value: side })];
  });
}

function propertySteps(comparison: Comparison): readonly Step[] {
  if (!isChanged(comparison, 'customProperties')) return [];
  const properties = comparison.after.optional('customProperties', comparison.after.object) ?? new Fields({}, '');
  const present = comparison.flag.customProperties;
  const gone = Object.keys(present).filter((key) => !properties.has(key));
  const given = properties.entries().flatMap(([key, property]) => {
    if (!properties.has(key) || (Object.hasOwn(present, key) && jsonEquals(property, present[key]))) return [];
    const fields = new Fields(property, `customProperties.${key}.`);
    const [name, values] = [fields.string('name'), fields.strings('value')];
    return [step(`customProperties.${key}.`, { kind: 'replaceCustomProperties', key, name, values })];
  });
  return [...gone.map((key) => step('customProperties.', { kind: 'removeCustomProperties', key })), ...given];
}

/** Setting one of the two removes the other; an empty text is none. */
function maintainerSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  const memberId = after.optional('maintainerId', after.string) || undefined;
  const teamKey = after.optional('maintainerTeamKey', after.string) || undefined;
  const { maintainerId, maintainerTeamKey } = comparison.flag;
  if (memberId !== undefined && memberId !== maintainerId) {
    return [step('maintainerId: ', { kind: 'updateMaintainerMember', value: memberId })];
  }
  if (teamKey !== undefined && teamKey !== maintainerTeamKey) {
    return [step('maintainerTeamKey: ', { kind: 'updateMaintainerTeam', value: teamKey })];
  }
  const isRemoved = memberId === undefined && teamKey === undefined;
  const isThere = maintainerId !== undefined || maintainerTeamKey !== undefined;
  return isRemoved && isThere ? [step('maintainerId: ', { kind: 'removeMaintainer' })] : [];
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
    step('defaults.', {
      kind: 'updateDefaultVariation',
      onVariationValue: value('onVariation', 'on'),
      offVariationValue: value('offVariation', 'off'),
    }),
  ];
}

function environmentSteps({ flag, before, after, variations }: Comparison): readonly Step[] {
  const environments = { before: before.object('environments'), after: after.object('environments') };
  const unknown = environments.after.entries().find(([key]) => !Object.hasOwn(flag.environments, key));
  if (unknown) {
    const known = Object.keys(flag.environments).join(', ');
    throw new InvalidPatch(`environments.${unknown[0]}: not an environment of this project; expected one of ${known}`);
  }
  return Object.keys(flag.environments).flatMap((key) => {
    const parts = { before: environments.before.object(key), after: environments.after.object(key) };
    if (jsonEquals(environments.before.raw(key), environments.after.raw(key))) return [];
    return configSteps({ flag, ...parts, variations }, key).map((one) => ({ ...one, environmentKey: key }));
  });
}

function configSteps(comparison: Comparison, environmentKey: string): readonly Step[] {
  const { after } = comparison;
  const at = `environments.${environmentKey}.`;
  const one = (name: string, make: () => Instruction) => (isChanged(comparison, name) ? [step(at, make())] : []);
  return [
    ...one('on', () => ({ kind: after.boolean('on') ? 'turnFlagOn' : 'turnFlagOff' })),
    ...one('prerequisites', () => ({ kind: 'replacePrerequisites', prerequisites: readPrerequisites(after) })),
    ...(isChanged(comparison, 'targets') || isChanged(comparison, 'contextTargets')
      ? [step(at, { kind: 'replaceTargets', targets: readTargets(comparison, environmentKey) })]
      : []),
    ...one('rules', () => ({ kind: 'replaceRules', rules: readRules(comparison) })),
    ...(isChanged(comparison, 'fallthrough')
      ? [
          step(`${at}fallthrough.`, {
            kind: 'updateFallthroughVariationOrRollout',
            ...readServe(after.object('fallthrough'), comparison),
          }),
        ]
      : []),
    ...one('offVariation', () => ({
      kind: 'updateOffVariation',
      variationId: after.has('offVariation') ? readRef(after, 'offVariation', comparison) : null,
    })),
    ...one('trackEvents', () => ({ kind: 'updateTrackEvents', trackEvents: after.boolean('trackEvents') })),
    ...one('trackEventsFallthrough', () => ({
      kind: 'updateTrackEventsFallthrough',
      trackEvents: after.boolean('trackEventsFallthrough'),
    })),
    ...one('salt', () => ({ kind: 'updateSalt', salt: after.string('salt') })),
    ...one('migrationSettings', () => ({
      kind: 'updateFlagConfigMigrationSettings',
      checkRatio: after.object('migrationSettings').integer('checkRatio'),
    })),
  ];
}

/** The id of the variation that a member refers to: as it was, or by its position in the list that results. */
function readRef(fields: Fields, name: string, { variations }: Pick<Comparison, 'variations'>): string {
  const marked = markedVariation(fields.raw(name));
  if (marked !== undefined) return marked;
  const variation = variations[fields.integer(name)];
  return variation?.id ?? fields.fail(name, `the index of a variation, 0 to ${variations.length - 1}`);
}

function readServe(fields: Fields, comparison: Comparison): Readonly<Record<string, Json>> {
  if (fields.has('variation') === fields.has('rollout')) {
    return fields.fail('variation', 'exactly one of variation and rollout');
  }
  if (fields.has('variation')) return { variationId: readRef(fields, 'variation', comparison) };
  const rollout = fields.object('rollout');
  const bucketBy = rollout.optional('bucketBy', rollout.string);
  return {
    rollout: {
      variations: rollout.objects('variations').map((part) => ({
        variationId: readRef(part, 'variation', comparison),
        weight: part.integer('weight'),
      })),
      contextKind: readContextKind(rollout, 'contextKind'),
      ...(bucketBy !== undefined && { bucketBy }),
    },
  };
}

function readRules(comparison: Comparison): Json {
  const { after } = comparison;
  const rules = after.has('rules') ? after.objects('rules') : [];
  return rules.map((fields) => {
    const {
      variation: _variation,
      rollout: _rollout,
      ...rest
    } = Object.fromEntries(fields.entries()) as Record<string, Json>;
    return { ...rest, ...readServe(fields, comparison) };
  });
}

function readTargets(comparison: Comparison, environmentKey: string): Json {
  const [users, others] = ['targets', 'contextTargets'].map((name) => readTargetList(comparison, name));
  const all = [...(users ?? []), ...(others ?? [])];
  const before = comparison.flag.environments[environmentKey]?.targets ?? [];
  const isUser = ({ contextKind }: Target) => contextKind === 'user';
  return arrangeTargets(
    before,
    all.filter(isUser),
    all.filter((target) => !isUser(target)),
  ).map((target) => ({
    ...target,
    values: [...target.values],
  }));
}

/** Entries without values only tell an order, which is not kept. */
function readTargetList(comparison: Comparison, name: string): readonly Target[] {
  const { after } = comparison;
  const list = after.has(name) ? after.objects(name) : [];
  return list
    .map((fields) => ({
      contextKind: readContextKind(fields, 'contextKind'),
      variationId: readRef(fields, 'variation', comparison),
      values: fields.strings('values'),
    }))
    .filter(({ values }) => values.length > 0);
}

function readPrerequisites(after: Fields): Json {
  const list = after.has('prerequisites') ? after.objects('prerequisites') : [];
  return list.map((fields) => {
    const variationId = markedVariation(fields.raw('variation'));
    const key = fields.string('key');
    return variationId === undefined ? { key, variation: fields.integer('variation') } : { key, variationId };
  });
}
