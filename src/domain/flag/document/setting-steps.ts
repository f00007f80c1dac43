import { Fields } from '../../fields.ts';
import { jsonEquals } from '../../json.ts';
import type { Step } from '../apply-instructions.ts';
import { changed, type Comparison, derivedStep, isChanged } from './comparison.ts';

/** The steps of what a patch changed in the flag itself, its variations and their use aside. */
export function settingSteps(comparison: Comparison): readonly Step[] {
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
    derivedStep('tags: ', { kind: 'removeTags', values: [...comparison.flag.tags] }),
    derivedStep('tags: ', { kind: 'addTags', values: tags }),
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
    return [derivedStep(`clientSideAvailability.${side}: `, { kind, value: side })];
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
    return [derivedStep(`customProperties.${key}.`, { kind: 'replaceCustomProperties', key, name, values })];
  });
  return [...gone.map((key) => derivedStep('customProperties.', { kind: 'removeCustomProperties', key })), ...given];
}

/** Setting one of the two removes the other; an empty text is none. */
function maintainerSteps(comparison: Comparison): readonly Step[] {
  const { after } = comparison;
  const memberId = after.optional('maintainerId', after.string) || undefined;
  const teamKey = after.optional('maintainerTeamKey', after.string) || undefined;
  const { maintainerId, maintainerTeamKey } = comparison.flag;
  if (memberId !== undefined && memberId !== maintainerId) {
    return [derivedStep('maintainerId: ', { kind: 'updateMaintainerMember', value: memberId })];
  }
  if (teamKey !== undefined && teamKey !== maintainerTeamKey) {
    return [derivedStep('maintainerTeamKey: ', { kind: 'updateMaintainerTeam', value: teamKey })];
  }
  const isRemoved = memberId === undefined && teamKey === undefined;
  const isThere = maintainerId !== undefined || maintainerTeamKey !== undefined;
  return isRemoved && isThere ? [derivedStep('maintainerId: ', { kind: 'removeMaintainer' })] : [];
}
