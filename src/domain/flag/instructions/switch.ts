import { environmentInstruction } from '../instruction.ts';

/** Turning targeting on and off. */
export const switchInstructions = [
  environmentInstruction('turnFlagOn', () => (config) => ({ ...config, on: true })),
  environmentInstruction('turnFlagOff', () => (config) => ({ ...config, on: false })),
];
