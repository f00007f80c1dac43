import type { Json } from '../../json.ts';
import {
  type CustomProperty,
  type Flag,
  type FlagConfig,
  flagKind,
  type Rule,
  type Serve,
  type Target,
  variationIndex,
} from '../flag.ts';
import type { Surroundings } from '../surroundings.ts';

/*
 * The flag as the wire writes it: the representation without links and summaries, and the document that JSON patches
 * and merge patches act on. `Ref` is how it refers to variations: by position, or by anything else that a caller wants
 * to find again.
 */

/** Members of the document for what is the same in all environments, as far as it can be changed. */
export const SETTING_MEMBERS: readonly string[] = [
  'name',
  'description',
  'tags',
  'temporary',
  'archived',
  'deprecated',
  'maintainerId',
  'maintainerTeamKey',
  'clientSideAvailability',
  'customProperties',
  'defaults',
  'variations',
  'variationJsonSchema',
];

/** Says how to refer to a variation of a flag. */
export type RefTo<Ref> = (flag: Pick<Flag, 'key' | 'variations'>, variationId: string) => Ref;

/** Variations by their position in the list, as the wire has them. */
export const byIndex: RefTo<number> = variationIndex;

/** What is served: exactly one of the two. */
interface ServeDocument<Ref> {
  variation?: Ref;
  rollout?: {
    variations: { variation: Ref; weight: number; _untracked?: boolean }[];
    contextKind: string;
    bucketBy?: string;
    seed?: number;
    experimentAllocation?: { type: string; defaultVariation: Ref; canReshuffle: boolean };
  };
}

/** One environment of a flag without its targeting: what the summary form shows. */
export function toStateDocument(flag: Flag, config: FlagConfig) {
  return {
    on: config.on,
    archived: flag.archivedAt !== undefined,
    salt: config.salt,
    sel: config.sel,
    lastModified: config.lastModified,
    version: config.version,
    trackEvents: config.trackEvents,
    trackEventsFallthrough: config.trackEventsFallthrough,
    ...(config.debugEventsUntilDate !== undefined && { _debugEventsUntilDate: config.debugEventsUntilDate }),
    ...(flag.migrationSettings && { migrationSettings: { checkRatio: config.checkRatio ?? 1 } }),
  };
}

/** The targeting of one environment, which can be long. */
export function toTargetingDocument<Ref>(
  flag: Flag,
  config: FlagConfig,
  others: Surroundings['flags'],
  refTo: RefTo<Ref>,
) {
  const targets = config.targets.map((target) => toTarget(flag, target, refTo));
  return {
    targets: targets.filter(({ contextKind }) => contextKind === 'user'),
    contextTargets: targets.filter(({ contextKind }) => contextKind !== 'user'),
    rules: config.rules.map((rule) => toRule(flag, rule, refTo)),
    fallthrough: toServe(flag, config.fallthrough, refTo),
    ...(config.offVariationId !== undefined && { offVariation: refTo(flag, config.offVariationId) }),
    prerequisites: config.prerequisites.flatMap(({ flagKey, variationId }) => {
      const other = others.get(flagKey);
      // A reader may see the flag from before and its prerequisite from after a change of both.
      const isThere = other?.variations.some(({ id }) => id === variationId);
      return other && isThere ? [{ key: flagKey, variation: refTo(other, variationId) }] : [];
    }),
  };
}

/** The flag itself, environments aside. */
export function toGlobalDocument<Ref>(flag: Flag, refTo: RefTo<Ref>) {
  const { maintainerId, maintainerTeamKey, archivedAt, deprecatedAt } = flag;
  return {
    key: flag.key,
    name: flag.name,
    kind: flagKind(flag.variations),
    description: flag.description,
    _version: flag.version,
    creationDate: flag.createdAt,
    includeInSnippet: flag.clientSideAvailability.usingEnvironmentId,
    clientSideAvailability: { ...flag.clientSideAvailability },
    variations: flag.variations.map(({ id, value, name, description }) => ({
      _id: id,
      value,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    })),
    variationJsonSchema: flag.variationJsonSchema ?? null,
    defaults: {
      onVariation: refTo(flag, flag.defaults.onVariationId),
      offVariation: refTo(flag, flag.defaults.offVariationId),
    },
    temporary: flag.temporary,
    tags: [...flag.tags],
    ...(maintainerId !== undefined && { maintainerId }),
    ...(maintainerTeamKey !== undefined && { maintainerTeamKey }),
    goalIds: [] as string[],
    experiments: { baselineIdx: 0, items: [] as Json[] },
    customProperties: Object.fromEntries(
      Object.entries(flag.customProperties).map(([key, property]) => [key, toProperty(property)]),
    ),
    archived: archivedAt !== undefined,
    ...(archivedAt !== undefined && { archivedDate: archivedAt }),
    deprecated: deprecatedAt !== undefined,
    ...(deprecatedAt !== undefined && { deprecatedDate: deprecatedAt }),
    ...(flag.migrationSettings && { _purpose: 'migration' }),
  };
}

/** The whole flag. */
export function toFlagDocument<Ref>(flag: Flag, others: Surroundings['flags'], refTo: RefTo<Ref>) {
  const environments = Object.entries(flag.environments).map(
    ([key, config]) =>
      [key, { ...toStateDocument(flag, config), ...toTargetingDocument(flag, config, others, refTo) }] as const,
  );
  return { ...toGlobalDocument(flag, refTo), environments: Object.fromEntries(environments) };
}

function toProperty({ name, value }: CustomProperty) {
  return { name, value: [...value] };
}

function toTarget<Ref>(flag: Flag, { values, variationId, contextKind }: Target, refTo: RefTo<Ref>) {
  return { values: [...values], variation: refTo(flag, variationId), contextKind };
}

function toRule<Ref>(flag: Flag, rule: Rule, refTo: RefTo<Ref>) {
  return {
    _id: rule.id,
    ...toServe(flag, rule.serve, refTo),
    clauses: rule.clauses.map(({ id, values, ...clause }) => ({ _id: id, ...clause, values: [...values] })),
    trackEvents: rule.trackEvents,
    ...(rule.description !== undefined && { description: rule.description }),
    ...(rule.ref !== undefined && { ref: rule.ref }),
    ...(rule.isDisabled && { disabled: true }),
  };
}

function toServe<Ref>(flag: Flag, serve: Serve, refTo: RefTo<Ref>): ServeDocument<Ref> {
  if ('variationId' in serve) return { variation: refTo(flag, serve.variationId) };
  const { variations, contextKind, bucketBy, automated } = serve.rollout;
  const seed = automated?.plan.seed ?? serve.rollout.seed;
  return {
    rollout: {
      variations: variations.map(({ variationId, weightThousandths, isUntracked }) => ({
        variation: refTo(flag, variationId),
        weight: weightThousandths,
        ...(isUntracked && { _untracked: true }),
      })),
      contextKind,
      ...(bucketBy !== undefined && { bucketBy }),
      ...(seed !== undefined && { seed }),
      ...(automated?.plan.kind === 'guarded' && {
        experimentAllocation: {
          type: 'measuredRollout',
          defaultVariation: refTo(flag, automated.plan.originalVariationId),
          canReshuffle: true,
        },
      }),
    },
  };
}
