import { variationLabel } from '../flag.ts';
import { environmentInstruction, type InstructionFamily, requireVariation } from '../instruction.ts';
import { parseServe } from '../serve.ts';
import { serveDifferences } from '../serve-differences.ts';

/** What is served when no target and no rule matches, and when the flag is off. */
export const defaultRule: InstructionFamily = {
  instructions: [
    environmentInstruction('updateFallthroughVariationOrRollout', (parameters) => {
      const serve = parseServe(parameters);
      return (config, flag) => ({ ...config, fallthrough: serve(flag) });
    }),
    environmentInstruction('updateOffVariation', (parameters) => {
      const variationId = parameters.isNull('variationId') ? undefined : parameters.string('variationId');
      return (config, flag) => ({
        ...config,
        offVariationId: variationId === undefined ? undefined : requireVariation(flag, variationId, parameters),
      });
    }),
  ],
  configComparisons: [
    (before, after, _, afterFlag) =>
      serveDifferences(before.fallthrough, after.fallthrough, afterFlag, {
        name: 'the default rule',
        action: 'updateFallthrough',
        titleVerb: 'changed the default rule of the flag',
        startAction: 'updateFallthroughWithMeasuredRollout',
        stopAction: 'stopMeasuredRolloutOnFlagFallthrough',
      }),
    (before, after, _, afterFlag) => {
      if (before.offVariationId === after.offVariationId) return [];
      const words =
        after.offVariationId === undefined
          ? 'Removed the off variation'
          : `Changed the off variation to ${variationLabel(afterFlag, after.offVariationId)}`;
      return [{ action: 'updateOffVariation', words, titleVerb: 'changed the off variation of the flag' }];
    },
  ],
};
