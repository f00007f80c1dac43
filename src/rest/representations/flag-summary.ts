import { type Flag, type FlagConfig, servedVariationIds } from '../../domain/flag/flag.ts';
import type { FlagConfigRep } from '../../wire/rest/flag.ts';

type Summary = FlagConfigRep['_summary'];
type VariationUse = Summary['variations'][string];

/**
 * How much each variation is used in an environment, by index; variations without any use are left out
 * (docs/wire/flags.md, "Summary").
 */
export function toConfigSummary(flag: Flag, config: FlagConfig): Summary {
  const uses = flag.variations.map(({ id }, index) => [String(index), variationUse(config, id)] as const);
  return {
    prerequisites: config.prerequisites.length,
    variations: Object.fromEntries(uses.filter(([, use]) => isUsed(use))),
  };
}

function variationUse(config: FlagConfig, variationId: string): VariationUse {
  const rules = config.rules.filter(({ serve }) => servedVariationIds(serve).includes(variationId));
  const keysOf = (isKind: (kind: string) => boolean) =>
    config.targets
      .filter((target) => target.variationId === variationId && isKind(target.contextKind))
      .reduce((count, target) => count + target.values.length, 0);
  return {
    rules: rules.filter(({ clauses }) => clauses.length > 0).length,
    nullRules: rules.filter(({ clauses }) => clauses.length === 0).length,
    targets: keysOf((kind) => kind === 'user'),
    contextTargets: keysOf((kind) => kind !== 'user'),
    ...defaultRuleUse(config, variationId),
    ...(config.offVariationId === variationId && { isOff: true }),
  };
}

function defaultRuleUse({ fallthrough }: FlagConfig, variationId: string): Partial<VariationUse> {
  if ('variationId' in fallthrough) return fallthrough.variationId === variationId ? { isFallthrough: true } : {};
  const { variations, bucketBy } = fallthrough.rollout;
  // Rollouts that are measured have a variation twice: with those who are measured, and with all others.
  const weight = variations
    .filter((part) => part.variationId === variationId)
    .reduce((sum, { weightThousandths }) => sum + weightThousandths, 0);
  return weight === 0 ? {} : { rollout: weight, ...(bucketBy !== undefined && { bucketBy }) };
}

const isUsed = (use: VariationUse) => Object.values(use).some(Boolean);
