import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { NewIds } from './domain/ids.ts';

const COUNTER_SIZE = 2 ** 24;

/**
 * Ids from the machine's randomness. Object ids are the second of their making, five bytes of the process's own and a
 * counter, so that they sort in the order in which a process made them.
 */
export function createIds(clock: Clock): NewIds {
  const processPart = randomBytes(5).toString('hex');
  let counter = randomInt(COUNTER_SIZE / 2);
  return {
    objectId: () => {
      counter = (counter + 1) % COUNTER_SIZE;
      return hex(Math.floor(clock.now() / 1000), 8) + processPart + hex(counter, 6);
    },
    uuid: () => randomUUID(),
    salt: () => randomBytes(16).toString('hex'),
  };
}

const hex = (number: number, length: number) => number.toString(16).padStart(length, '0');
