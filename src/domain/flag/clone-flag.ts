import { createFlag, type CreationScope, type NewFlag } from './create-flag.ts';
import { type Flag, type FlagConfig, type Serve, variationIndex } from './flag.ts';
import type { ChangeContext } from './instruction.ts';
import { requireFlag } from './invariants.ts';

/**
 * Makes a flag that behaves as another one does in all environments, under a new key and with fresh salts and ids.
 * What people call it and file it under is from the request, or else from the source (docs/wire/flags.md, "Clone").
 * @throws InvalidRequest naming the bad field
 */
export function cloneFlag(source: Flag, request: NewFlag, scope: CreationScope, context: ChangeContext): Flag {
  const { migrationSettings } = source;
  const flag = createFlag(
    {
      key: request.key,
      name: request.name,
      description: request.description ?? source.description,
      temporary: request.temporary ?? source.temporary,
      tags: request.tags ?? source.tags,
      clientSideAvailability: request.clientSideAvailability ?? source.clientSideAvailability,
      customProperties: request.customProperties ?? source.customProperties,
      maintainerId: request.maintainerId,
      maintainerTeamKey: request.maintainerTeamKey,
      ...(migrationSettings
        ? { purpose: 'migration', migrationSettings }
        : { variations: source.variations.map(({ id: _id, ...variation }) => variation), defaults: positions(source) }),
    },
    scope,
    context,
  );
  const twins = new Map(source.variations.map(({ id }, index) => [id, flag.variations[index]?.id ?? id]));
  const environments = Object.entries(flag.environments).map(([key, config]): [string, FlagConfig] => {
    const original = source.environments[key];
    return [key, original ? cloneConfig(original, config, twins, context) : config];
  });
  return requireFlag(
    {
      ...flag,
      variationJsonSchema: source.variationJsonSchema,
      environments: Object.fromEntries(environments),
    },
    { before: undefined, surroundings: context.surroundings },
  );
}

function positions(flag: Flag): { onVariation: number; offVariation: number } {
  return {
    onVariation: variationIndex(flag, flag.defaults.onVariationId),
    offVariation: variationIndex(flag, flag.defaults.offVariationId),
  };
}

/**
 * A configuration that targets as another one does, with fresh ids of rules and clauses.
 * @param twins the variations to serve instead of others, by id
 */
export function cloneConfig(
  source: FlagConfig,
  fresh: FlagConfig,
  twins: ReadonlyMap<string, string>,
  { ids }: Pick<ChangeContext, 'ids'>,
): FlagConfig {
  const twin = (id: string) => twins.get(id) ?? id;
  const twinServe = (serve: Serve): Serve => {
    if ('variationId' in serve) return { variationId: twin(serve.variationId) };
    const { automated, variations } = serve.rollout;
    if (automated) return { variationId: twin(automated.plan.originalVariationId) };
    const shares = variations.map((part) => ({ ...part, variationId: twin(part.variationId) }));
    return { rollout: { ...serve.rollout, variations: shares } };
  };
  return {
    ...fresh,
    on: source.on,
    prerequisites: source.prerequisites,
    targets: source.targets.map((target) => ({ ...target, variationId: twin(target.variationId) })),
    rules: source.rules.map((rule) => ({
      ...rule,
      id: ids.uuid(),
      clauses: rule.clauses.map((clause) => ({ ...clause, id: ids.uuid() })),
      serve: twinServe(rule.serve),
    })),
    fallthrough: twinServe(source.fallthrough),
    offVariationId: source.offVariationId === undefined ? undefined : twin(source.offVariationId),
    trackEvents: source.trackEvents,
    trackEventsFallthrough: source.trackEventsFallthrough,
    checkRatio: source.checkRatio,
  };
}
