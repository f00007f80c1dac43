import { InvalidRequest } from '../../errors.ts';
import type { Flag } from '../flag.ts';
import { flagInstruction, type InstructionFamily } from '../instruction.ts';

/** Deleting is no new state of a flag: the operation takes this instruction off the end of the list. */
export const DELETE_FLAG = 'deleteFlag';

/**
 * From live over deprecated to archived, and back. That flags which others need are not archived is checked where the
 * others are known (operations/change-flag.ts).
 */
export const lifecycle: InstructionFamily = {
  instructions: [
    flagInstruction('archiveFlag', () => (flag, { now }) => ({ ...flag, archivedAt: flag.archivedAt ?? now })),
    flagInstruction('restoreFlag', () => (flag) => ({ ...flag, archivedAt: undefined })),
    flagInstruction('deprecateFlag', (parameters) => (flag, { now }) => {
      if (flag.archivedAt !== undefined) {
        throw new InvalidRequest(`${parameters.path('kind')}: flag ${flag.key} is archived; expected a live flag`);
      }
      return { ...flag, deprecatedAt: flag.deprecatedAt ?? now };
    }),
    flagInstruction('restoreDeprecatedFlag', () => (flag) => ({ ...flag, deprecatedAt: undefined })),
    flagInstruction(DELETE_FLAG, (parameters) =>
      parameters.fail('kind', `"${DELETE_FLAG}" as the last instruction only`),
    ),
  ],
  flagComparisons: [
    (before, after) =>
      isArchived(before) === isArchived(after)
        ? []
        : [dated('updateGlobalArchived', isArchived(after) ? 'archived the flag' : 'restored the flag')],
    (before, after) =>
      isDeprecated(before) === isDeprecated(after)
        ? []
        : [dated('updateDeprecated', isDeprecated(after) ? 'deprecated the flag' : 'restored the deprecated flag')],
  ],
};

const isArchived = (flag: Flag) => flag.archivedAt !== undefined;
const isDeprecated = (flag: Flag) => flag.deprecatedAt !== undefined;

function dated(action: string, titleVerb: string) {
  return { action, words: titleVerb.charAt(0).toUpperCase() + titleVerb.slice(1), titleVerb };
}
