import { InvalidRequest } from '../domain/errors.ts';
import { applySteps, type Step } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { mentionsOf } from '../domain/flag/mentions.ts';
import { loadSurroundings } from './surroundings.ts';
import type { Write } from './write.ts';

/** What steps would make of a flag, or why they cannot be applied. Nothing is stored. */
export async function simulate(write: Write, flag: Flag, steps: readonly Step[]): Promise<Flag | InvalidRequest> {
  try {
    const surroundings = await loadSurroundings(write.tx, flag, mentionsOf(flag, steps));
    return applySteps(flag, steps, { ...write, surroundings });
  } catch (error) {
    if (error instanceof InvalidRequest) return error;
    throw error;
  }
}
