import type { FlagConfig } from '../flag.ts';
import { comparing, environmentInstruction, type InstructionFamily } from '../instruction.ts';

/** Turning targeting on and off. */
export const switching: InstructionFamily = {
  instructions: [
    environmentInstruction('turnFlagOn', () => (config) => ({ ...config, on: true })),
    environmentInstruction('turnFlagOff', () => (config) => ({ ...config, on: false })),
  ],
  configComparisons: [
    comparing(
      (config: FlagConfig) => config.on,
      (_, isOn) => {
        const way = isOn ? 'on' : 'off';
        return { action: 'updateOn', words: `Turned the flag ${way}`, titleVerb: `turned ${way} the flag` };
      },
    ),
  ],
};
