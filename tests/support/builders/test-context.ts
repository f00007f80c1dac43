import type { ChangeContext } from '../../../src/domain/flag/instruction.ts';
import { NO_SURROUNDINGS } from '../../../src/domain/flag/surroundings.ts';

/** The moment at which tests happen unless they say otherwise. */
export const NOW = Date.UTC(2026, 0, 5, 9);

/** A decision context whose ids count up from 1, each kind on its own, and in which there is nothing else. */
export function testContext(now = NOW): ChangeContext {
  const count = { objectId: 0, uuid: 0, salt: 0 };
  return {
    surroundings: NO_SURROUNDINGS,
    now,
    ids: {
      objectId: () => hex(++count.objectId, 24),
      uuid: () => uuidNumber(++count.uuid),
      salt: () => hex(++count.salt, 32),
    },
  };
}

/** The id that a fresh context gives as its `number`th UUID. */
export function uuidNumber(number: number): string {
  return `00000000-0000-4000-8000-${hex(number, 12)}`;
}

/** The id that a fresh context gives as its `number`th object id. */
export function objectIdNumber(number: number): string {
  return hex(number, 24);
}

function hex(number: number, length: number): string {
  return number.toString(16).padStart(length, '0');
}
