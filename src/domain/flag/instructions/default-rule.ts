import { environmentInstruction, requireVariation } from '../instruction.ts';
import { parseServe } from '../serve.ts';

/** What is served when no target and no rule matches, and when the flag is off. */
export const defaultRuleInstructions = [
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
];
