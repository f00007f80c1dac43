import type { Instruction } from '../flag/instruction.ts';

/**
 * The instructions that release a variation to everyone in an environment at once: the default rule serves it and the
 * flag is on. Targets, rules and the off variation stay as the team has set them (docs/wire/releases.md, "Immediate").
 */
export function planImmediateRelease(variationId: string): readonly Instruction[] {
  return [{ kind: 'updateFallthroughVariationOrRollout', variationId }, { kind: 'turnFlagOn' }];
}
