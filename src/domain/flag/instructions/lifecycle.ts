import { flagInstruction } from '../instruction.ts';

/** From live to archived. */
export const lifecycleInstructions = [
  flagInstruction('archiveFlag', () => (flag, { now }) => ({ ...flag, archivedAt: flag.archivedAt ?? now })),
];
