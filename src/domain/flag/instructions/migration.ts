import type { FlagConfig } from '../flag.ts';
import { comparing, environmentInstruction, type InstructionFamily } from '../instruction.ts';

/** Settings that only migration flags have; that others do not get them is an invariant. */
export const migration: InstructionFamily = {
  instructions: [
    environmentInstruction('updateFlagConfigMigrationSettings', (parameters) => {
      const checkRatio = parameters.integer('checkRatio');
      if (checkRatio < 0) parameters.fail('checkRatio', 'a whole number of at least 0');
      return (config) => ({ ...config, checkRatio });
    }),
  ],
  configComparisons: [
    comparing(
      (config: FlagConfig) => config.checkRatio,
      (_, checkRatio) => ({
        action: 'updateFlagConfigMigrationSettings',
        words: `Changed consistency checks to one in ${checkRatio ?? 1} reads`,
        titleVerb: 'changed the migration settings of the flag',
      }),
    ),
  ],
};
