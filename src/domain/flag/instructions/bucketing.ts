import type { FlagConfig } from '../flag.ts';
import { comparing, environmentInstruction, type InstructionFamily } from '../instruction.ts';

const MAX_SALT_LENGTH = 256;

/** What rollouts are dealt by. */
export const bucketing: InstructionFamily = {
  instructions: [
    environmentInstruction(
      'updateSalt',
      (parameters) => {
        const salt = parameters.string('salt');
        if (salt === '' || salt.length > MAX_SALT_LENGTH) parameters.fail('salt', `1 to ${MAX_SALT_LENGTH} characters`);
        return (config) => ({ ...config, salt });
      },
      { isInternal: true },
    ),
  ],
  configComparisons: [
    comparing(
      (config: FlagConfig) => config.salt,
      () => ({
        action: 'updateFlagSalt',
        words: 'Changed the salt, so that rollouts deal contexts anew',
        titleVerb: 'changed the salt of the flag',
      }),
    ),
  ],
};
