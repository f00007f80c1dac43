import { show } from '../../json.ts';
import { requireName, requireTags } from '../../naming.ts';
import type { ClientSideAvailability } from '../../project.ts';
import type { Fields } from '../../fields.ts';
import type { Flag } from '../flag.ts';
import { comparing, type Difference, flagInstruction, type InstructionFamily } from '../instruction.ts';

/** What people call a flag and file it under, and which SDKs get it. */
export const settings: InstructionFamily = {
  instructions: [
    flagInstruction('updateName', (parameters) => {
      const name = requireName(parameters.path('value'), parameters.string('value'));
      return (flag) => ({ ...flag, name });
    }),
    flagInstruction('updateDescription', (parameters) => {
      const description = parameters.string('value');
      return (flag) => ({ ...flag, description });
    }),
    flagInstruction('addTags', (parameters) => {
      const added = requireTags(parameters.path('values'), parameters.strings('values'));
      return (flag) => ({ ...flag, tags: requireTags(parameters.path('values'), [...flag.tags, ...added]) });
    }),
    flagInstruction('removeTags', (parameters) => {
      const removed = new Set(requireTags(parameters.path('values'), parameters.strings('values')));
      return (flag) => ({ ...flag, tags: flag.tags.filter((tag) => !removed.has(tag)) });
    }),
    flagInstruction('makeFlagPermanent', () => (flag) => ({ ...flag, temporary: false }), {
      aliases: ['markPermanent'],
    }),
    flagInstruction('makeFlagTemporary', () => (flag) => ({ ...flag, temporary: true }), {
      aliases: ['markTemporary'],
    }),
    flagInstruction('turnOnClientSideAvailability', (parameters) => setAvailability(parameters, true)),
    flagInstruction('turnOffClientSideAvailability', (parameters) => setAvailability(parameters, false)),
  ],
  flagComparisons: [
    comparing(
      (flag: Flag) => flag.name,
      (before, after) => ({
        action: 'updateName',
        words: `Changed the name from ${show(before)} to ${show(after)}`,
        titleVerb: 'renamed the flag',
      }),
    ),
    comparing(
      (flag: Flag) => flag.description,
      (_, description) => ({
        action: 'updateDescription',
        words: `Changed the description to ${show(description)}`,
        titleVerb: 'changed the description of the flag',
      }),
    ),
    (before, after) => [
      ...tagDifferences('Added', after.tags, before.tags),
      ...tagDifferences('Removed', before.tags, after.tags),
    ],
    comparing(
      (flag: Flag) => flag.temporary,
      (_, isTemporary) => ({
        action: 'updateTemporary',
        words: `Marked the flag as ${isTemporary ? 'temporary' : 'permanent'}`,
        titleVerb: `marked the flag as ${isTemporary ? 'temporary' : 'permanent'}`,
      }),
    ),
    comparing(
      (flag: Flag) => flag.clientSideAvailability.usingEnvironmentId,
      (_, isAvailable) => availabilityDifference(isAvailable, 'the client-side ID'),
    ),
    comparing(
      (flag: Flag) => flag.clientSideAvailability.usingMobileKey,
      (_, isAvailable) => availabilityDifference(isAvailable, 'a mobile key'),
    ),
  ],
};

function setAvailability(parameters: Fields, isAvailable: boolean): (flag: Flag) => Flag {
  const name = parameters.string('value');
  if (name !== 'usingEnvironmentId' && name !== 'usingMobileKey') {
    parameters.fail('value', '"usingEnvironmentId" or "usingMobileKey"');
  }
  const side: keyof ClientSideAvailability = name;
  return (flag) => ({ ...flag, clientSideAvailability: { ...flag.clientSideAvailability, [side]: isAvailable } });
}

function availabilityDifference(isAvailable: boolean, credential: string): Difference {
  return {
    action: 'updateClientSideFlagAvailability',
    words: `Made the flag ${isAvailable ? 'available' : 'unavailable'} to SDKs using ${credential}`,
    titleVerb: 'changed the availability of the flag',
  };
}

/** Tags of `these` that are not among `those`. */
function tagDifferences(verb: string, these: readonly string[], those: readonly string[]): readonly Difference[] {
  return these
    .filter((tag) => !those.includes(tag))
    .map((tag) => ({
      action: 'updateTags',
      words: `${verb} the tag ${tag}`,
      titleVerb: 'changed the tags of the flag',
    }));
}
