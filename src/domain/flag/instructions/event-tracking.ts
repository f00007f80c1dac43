import { requireFuture } from '../../time.ts';
import type { FlagConfig } from '../flag.ts';
import { comparing, environmentInstruction, type InstructionFamily } from '../instruction.ts';

const ACTION = { action: 'updateTrackEvents', titleVerb: 'changed the event tracking of the flag' };

/** Whether, and until when, SDKs send an event for every evaluation. Rules have such a switch of their own (rules.ts). */
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
    environmentInstruction('updateDebugEventsUntilDate', (parameters) => {
      const isOff = parameters.isNull('debugEventsUntilDate');
      const debugEventsUntilDate = isOff ? undefined : parameters.integer('debugEventsUntilDate');
      return (config, _flag, { now }) => {
        requireFuture(parameters.path('debugEventsUntilDate'), debugEventsUntilDate, now);
        return { ...config, debugEventsUntilDate };
      };
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
    comparing(
      (config: FlagConfig) => config.debugEventsUntilDate,
      (_, until) => ({
        ...ACTION,
        words:
          until === undefined ? 'Ended debug events' : `Turned debug events on until ${new Date(until).toISOString()}`,
      }),
    ),
  ],
};
