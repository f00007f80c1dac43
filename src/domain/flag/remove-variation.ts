import { InvalidRequest } from '../errors.ts';
import { type Flag, type FlagConfig, type Rule, type Serve, servedVariationIds } from './flag.ts';

/**
 * Takes a variation out of a flag and of everything in its environments that serves it (docs/wire/flags.md, "Removing
 * a variation"). The presets of new environments are left alone: that they exist is an invariant.
 * @throws InvalidRequest when the default rule of an environment would have nothing to serve
 */
export function removeVariation(flag: Flag, variationId: string): Flag {
  const environments = Object.entries(flag.environments).map(([key, config]) => [
    key,
    withoutVariation(config, variationId),
  ]);
  return {
    ...flag,
    variations: flag.variations.filter(({ id }) => id !== variationId),
    environments: Object.fromEntries(environments) as Record<string, FlagConfig>,
  };
}

function withoutVariation(config: FlagConfig, variationId: string): FlagConfig {
  const isOffVariation = config.offVariationId === variationId;
  return {
    ...config,
    targets: config.targets.filter((target) => target.variationId !== variationId),
    expiringTargets: config.expiringTargets.filter((target) => target.variationId !== variationId),
    rules: config.rules.flatMap((rule) => ruleWithout(rule, variationId)),
    fallthrough: serveWithout(config.fallthrough, variationId) ?? offServe(config, variationId),
    offVariationId: isOffVariation ? undefined : config.offVariationId,
  };
}

function offServe({ offVariationId }: FlagConfig, variationId: string): Serve {
  if (offVariationId === undefined || offVariationId === variationId) {
    throw new InvalidRequest("The fallthrough variation can't be deleted because no off variation is set");
  }
  return { variationId: offVariationId };
}

function ruleWithout(rule: Rule, variationId: string): readonly Rule[] {
  const serve = serveWithout(rule.serve, variationId);
  return serve ? [{ ...rule, serve }] : [];
}

/**
 * The share that is set free goes to the last of the others that has one: what SDKs would serve anyway. An automated
 * rollout ends with the variation that is left of its two.
 */
function serveWithout(serve: Serve, variationId: string): Serve | undefined {
  if ('variationId' in serve) return serve.variationId === variationId ? undefined : serve;
  const others = serve.rollout.variations.filter((part) => part.variationId !== variationId);
  if (serve.rollout.automated && others.length < serve.rollout.variations.length) {
    return others[0] && { variationId: others[0].variationId };
  }
  const heir = servedVariationIds({ rollout: { ...serve.rollout, variations: others } }).at(-1);
  if (heir === undefined) return undefined;
  const freed = serve.rollout.variations.find((part) => part.variationId === variationId)?.weightThousandths ?? 0;
  const variations = others.map((part) =>
    part.variationId === heir ? { ...part, weightThousandths: part.weightThousandths + freed } : part,
  );
  return { rollout: { ...serve.rollout, variations } };
}
