import { applySteps, type SemanticPatch, semanticSteps } from '../../../src/domain/flag/apply-instructions.ts';
import type { Flag } from '../../../src/domain/flag/flag.ts';
import type { ChangeContext } from '../../../src/domain/flag/instruction.ts';

/** Applies a semantic patch to a flag. */
export function applyInstructions(flag: Flag, patch: SemanticPatch, context: ChangeContext): Flag {
  return applySteps(flag, semanticSteps(patch), context);
}
