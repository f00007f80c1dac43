import { InvalidRequest } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { readContextKind } from './context-kind.ts';
import { type Flag, FULL_WEIGHT, type Serve } from './flag.ts';
import { requireVariation } from './instruction.ts';

/**
 * Reads what a rule or the default rule shall serve: `variationId`, or `rolloutWeights` with optional
 * `rolloutBucketBy` and `rolloutContextKind` (docs/wire/flags.md, "Serve").
 * @returns a function that makes the serve for a flag: every variation in order, unmentioned ones with weight 0
 * @throws InvalidRequest when both or neither are given, a weight is no whole number, or they do not sum to 100000
 */
export function parseServe(parameters: Fields): (flag: Flag) => Serve {
  const variationId = parameters.optional('variationId', parameters.string);
  if (parameters.has('rolloutWeights') === (variationId !== undefined)) {
    throw new InvalidRequest(
      `${parameters.path('variationId')}: expected exactly one of variationId and rolloutWeights`,
    );
  }
  if (variationId !== undefined) {
    return (flag) => ({ variationId: requireVariation(flag, variationId, parameters) });
  }
  const weights = parseWeights(parameters);
  const bucketBy = parameters.optional('rolloutBucketBy', parameters.string);
  const contextKind = readContextKind(parameters, 'rolloutContextKind');
  return (flag) => {
    for (const id of weights.keys()) requireVariation(flag, id, parameters, 'rolloutWeights');
    const variations = flag.variations.map(({ id }) => ({ variationId: id, weightThousandths: weights.get(id) ?? 0 }));
    return { rollout: { variations, contextKind, bucketBy } };
  };
}

function parseWeights(parameters: Fields): ReadonlyMap<string, number> {
  const weights = parameters.object('rolloutWeights');
  const parsed = new Map(weights.entries().map(([id]) => [id, weights.integer(id)]));
  const outside = [...parsed].find(([, weight]) => weight < 0 || weight > FULL_WEIGHT);
  if (outside) weights.fail(outside[0], `a whole number from 0 to ${FULL_WEIGHT}`);
  const sum = [...parsed.values()].reduce((total, weight) => total + weight, 0);
  if (sum !== FULL_WEIGHT) {
    throw new InvalidRequest(
      `${parameters.path('rolloutWeights')}: expected weights that sum to ${FULL_WEIGHT}, got ${show(sum)}`,
    );
  }
  return parsed;
}
