import { requireName, requireTags } from '../../naming.ts';
import { flagInstruction } from '../instruction.ts';

/** What people call a flag and file it under. */
export const settingsInstructions = [
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
];
