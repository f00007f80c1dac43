import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { NewIds } from './domain/ids.ts';

/** Ids from the machine's randomness; object ids begin with the second of their making, so they sort by age. */
export function createIds(clock: Clock): NewIds {
  return {
    objectId: () => {
      const seconds = Math.floor(clock.now() / 1000);
      return seconds.toString(16).padStart(8, '0') + randomBytes(8).toString('hex');
    },
    uuid: () => randomUUID(),
    salt: () => randomBytes(16).toString('hex'),
  };
}
