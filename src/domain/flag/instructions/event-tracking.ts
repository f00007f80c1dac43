import type { FlagConfig } from '../flag.ts';
import { comparing, environmentInstruction, type InstructionFamily } from '../instruction.ts';

const ACTION = { action: 'updateTrackEvents', titleVerb: 'changed the event tracking of the flag' };

/** Whether SDKs send an event for every evaluation. Rules have such a switch of their own (rules.ts). */
export const eventTracking: InstructionFamily = {
  instructions: [
    environmentInstruction('updateTrackEvents', (parameters) => {
      const trackEvents = parameters.boolean('trackEvents');
      return (config) => ({ ...config, trackEvents });
    }),
    environmentInstruction('updateTrackEventsFallthrough', (parameters) => {
      const trackEventsFallthrough = parameters.boolean('trackEvents');
      return (config) => ({ ...config, trackEventsFallthrough });
    }),
  ],
  configComparisons: [
    comparing(
      (config: FlagConfig) => config.trackEvents,
      (_, isOn) => ({ ...ACTION, words: `Turned event tracking ${isOn ? 'on' : 'off'}` }),
    ),
    comparing(
      (config: FlagConfig) => config.trackEventsFallthrough,
      (_, isOn) => ({ ...ACTION, words: `Turned event tracking of the default rule ${isOn ? 'on' : 'off'}` }),
    ),
  ],
};
