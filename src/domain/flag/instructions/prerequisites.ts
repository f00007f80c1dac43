import { InvalidRequest } from '../../errors.ts';
import type { Fields } from '../../fields.ts';
import { jsonEquals, show } from '../../json.ts';
import type { FlagConfig, Prerequisite } from '../flag.ts';
import {
  type ChangeContext,
  type Difference,
  environmentInstruction,
  type InstructionFamily,
  requireVariation,
} from '../instruction.ts';

/** Other flags that must be on and serve a certain variation. That there is no cycle is an invariant. */
export const prerequisites: InstructionFamily = {
  instructions: [
    environmentInstruction('addPrerequisite', (parameters) => {
      const resolve = parsePrerequisite(parameters);
      return (config, _, context) => {
        const added = resolve(context);
        const present = findPrerequisite(config, added.flagKey);
        if (present && !jsonEquals(present, added)) {
          throw new InvalidRequest(
            `${parameters.path('key')}: ${show(added.flagKey)} is a prerequisite already, with another variation; update it instead`,
          );
        }
        return present ? config : { ...config, prerequisites: [...config.prerequisites, added] };
      };
    }),
    environmentInstruction('removePrerequisite', (parameters) => {
      const key = parameters.string('key');
      return (config) => ({ ...config, prerequisites: config.prerequisites.filter(({ flagKey }) => flagKey !== key) });
    }),
    environmentInstruction('updatePrerequisite', (parameters) => {
      const resolve = parsePrerequisite(parameters);
      return (config, _, context) => {
        const updated = resolve(context);
        const present = findPrerequisite(config, updated.flagKey);
        if (!present) parameters.fail('key', 'the key of a prerequisite of this flag');
        return {
          ...config,
          prerequisites: config.prerequisites.map((prerequisite) =>
            prerequisite === present ? updated : prerequisite,
          ),
        };
      };
    }),
    environmentInstruction('replacePrerequisites', (parameters) => {
      const given = parameters.objects('prerequisites').map(parsePrerequisite);
      return (config, _, context) => ({ ...config, prerequisites: given.map((resolve) => resolve(context)) });
    }),
  ],
  configComparisons: [prerequisiteDifferences],
};

/**
 * Reads a prerequisite: `key` and `variationId`, or, from formats that speak of positions, `variation`.
 * @returns a function that finds the flag and its variation
 */
export function parsePrerequisite(fields: Fields): (context: Pick<ChangeContext, 'surroundings'>) => Prerequisite {
  const flagKey = fields.string('key');
  const index = fields.optional('variation', fields.integer);
  const variationId = index === undefined ? fields.string('variationId') : undefined;
  return ({ surroundings }) => {
    const flag = surroundings.flags.get(flagKey);
    if (!flag) return fields.fail('key', 'the key of another flag of this project');
    if (variationId !== undefined) return { flagKey, variationId: requireVariation(flag, variationId, fields) };
    const variation = flag.variations[index ?? -1];
    if (!variation) return fields.fail('variation', `a position in the list of variations of ${flagKey}`);
    return { flagKey, variationId: variation.id };
  };
}

function findPrerequisite(config: FlagConfig, key: string): Prerequisite | undefined {
  return config.prerequisites.find(({ flagKey }) => flagKey === key);
}

function prerequisiteDifferences(before: FlagConfig, after: FlagConfig): readonly Difference[] {
  if (jsonEquals(before.prerequisites, after.prerequisites)) return [];
  const removed = before.prerequisites.filter(({ flagKey }) => !findPrerequisite(after, flagKey));
  const changed = after.prerequisites.flatMap((prerequisite) => {
    const present = findPrerequisite(before, prerequisite.flagKey);
    if (jsonEquals(present, prerequisite)) return [];
    return [`${present ? 'Changed the variation of' : 'Added'} the prerequisite ${prerequisite.flagKey}`];
  });
  const words = [...changed, ...removed.map(({ flagKey }) => `Removed the prerequisite ${flagKey}`)];
  return (words.length > 0 ? words : ['Changed the order of the prerequisites']).map((sentence) => ({
    action: 'updatePrerequisites',
    words: sentence,
    titleVerb: 'changed the prerequisites of the flag',
  }));
}
