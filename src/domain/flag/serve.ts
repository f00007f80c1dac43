import { InvalidRequest } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { jsonEquals, show } from '../json.ts';
import { readContextKind } from '../context-kind.ts';
import { readBucketBy } from './attribute-name.ts';
import { type Flag, FULL_WEIGHT, type Serve, type WeightedVariation, variationLabel } from './flag.ts';
import { automatedWords, placesOf } from './automated.ts';
import { requireVariation } from './instruction.ts';

/** What is served, once the flag is known. */
type ServeOf = (flag: Flag) => Serve;

/**
 * Reads what a rule or the default rule shall serve: `variationId`, or `rolloutWeights` with optional
 * `rolloutBucketBy` and `rolloutContextKind` (docs/wire/flags.md, "Serve"), or, from other formats of patches,
 * `rollout` with its parts in the order they are to be kept in, or `automated` for an automated rollout of the
 * flag, which stays as it is.
 * @returns a function that makes the serve for a flag; from `rolloutWeights` every variation in order, unmentioned
 * ones with weight 0
 * @throws InvalidRequest when both or neither are given, a weight is no whole number, or they do not sum to 100000
 */
export function parseServe(parameters: Fields): ServeOf {
  const given = ['variationId', 'rolloutWeights', 'rollout', 'automated'].filter((name) => parameters.has(name));
  if (given.length !== 1) {
    throw new InvalidRequest(
      `${parameters.path('variationId')}: expected exactly one of variationId and rolloutWeights`,
    );
  }
  if (given[0] === 'rolloutWeights') return parseWeights(parameters);
  if (given[0] === 'rollout') return parseRollout(parameters.object('rollout'));
  if (given[0] === 'automated') return keepAutomated(parameters.object('automated'));
  const variationId = parameters.string('variationId');
  return (flag) => ({ variationId: requireVariation(flag, variationId, parameters) });
}

function parseWeights(parameters: Fields): ServeOf {
  const fields = parameters.object('rolloutWeights');
  const weights = new Map(fields.entries().map(([id]) => [id, parseWeight(fields, id)]));
  requireFullWeight(parameters.path('rolloutWeights'), [...weights.values()]);
  const bucketBy = readBucketBy(parameters, 'rolloutBucketBy');
  const contextKind = readContextKind(parameters, 'rolloutContextKind');
  return (flag) => {
    for (const id of weights.keys()) requireVariation(flag, id, parameters, 'rolloutWeights');
    const variations = flag.variations.map(({ id }) => ({ variationId: id, weightThousandths: weights.get(id) ?? 0 }));
    return { rollout: { variations, contextKind, bucketBy } };
  };
}

function parseRollout(fields: Fields): ServeOf {
  const parts = fields.objects('variations');
  const variations = parts.map(
    (part): WeightedVariation => ({
      variationId: part.string('variationId'),
      weightThousandths: parseWeight(part, 'weight'),
    }),
  );
  const weights = variations.map(({ weightThousandths }) => weightThousandths);
  requireFullWeight(fields.path('variations'), weights);
  const contextKind = readContextKind(fields, 'contextKind');
  const bucketBy = readBucketBy(fields, 'bucketBy');
  const seed = fields.optional('seed', fields.integer);
  const isRepeated = new Set(variations.map(({ variationId }) => variationId)).size < variations.length;
  if (isRepeated && seed === undefined) fields.fail('variations', 'each variation at most once');
  return (flag) => {
    for (const part of parts) requireVariation(flag, part.string('variationId'), part);
    return { rollout: { variations, contextKind, bucketBy, ...(seed !== undefined && { seed }) } };
  };
}

/**
 * Other formats of patches write whole rules. An automated rollout among them is the one that is there, and patches do
 * not move its shares.
 */
function keepAutomated(given: Fields): ServeOf {
  const seed = given.integer('seed');
  const shares = given
    .objects('variations')
    .map((part) => ({ id: part.string('variationId'), weight: part.integer('weight') }));
  return (flag) => {
    const serves = Object.values(flag.environments).flatMap((config) => placesOf(config).map(({ serve }) => serve));
    const kept = serves.find((serve) => 'rollout' in serve && serve.rollout.automated?.plan.seed === seed);
    if (!kept || !('rollout' in kept))
      return given.fail('seed', 'no seed, or that of an automated rollout of this flag');
    const present = kept.rollout.variations.map(({ variationId, weightThousandths }) => ({
      id: variationId,
      weight: weightThousandths,
    }));
    return jsonEquals(shares, present)
      ? kept
      : given.fail('variations', 'the shares as they are, since an automated rollout moves them');
  };
}

function parseWeight(fields: Fields, name: string): number {
  const weight = fields.integer(name);
  if (weight < 0 || weight > FULL_WEIGHT) fields.fail(name, `a whole number from 0 to ${FULL_WEIGHT}`);
  return weight;
}

function requireFullWeight(path: string, weights: readonly number[]): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum !== FULL_WEIGHT) {
    throw new InvalidRequest(`${path}: expected weights that sum to ${FULL_WEIGHT}, got ${show(sum)}`);
  }
}

/** A serve in words: the name of its variation, or its shares in percent. */
export function serveWords(flag: Flag, serve: Serve): string {
  if ('variationId' in serve) return variationLabel(flag, serve.variationId);
  if (serve.rollout.automated) return automatedWords(flag, serve.rollout.automated);
  return serve.rollout.variations
    .filter((part) => part.weightThousandths > 0)
    .map((part) => `${variationLabel(flag, part.variationId)} to ${part.weightThousandths / 1000} %`)
    .join(', ');
}
