import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';
import { fromClauseFile, isUser, kindMember, toClauseFile, toPercent, toWeight } from './clause-file.ts';
import { FileError } from './file-error.ts';
import type { ConfigFile, FlagFile, ServeFile } from './file-schemas.ts';
import { indexOfLabel, labelsOf } from './labels.ts';

type Variations = FlagFile['variations'];
type ServeRep = Pick<NonNullable<NonNullable<FlagConfigRep['rules']>[number]>, 'variation' | 'rollout'>;

/** What flags are called by in a project, and what their files refer to. */
export interface FlagScene {
  /** The variations of another flag; undefined when there is no such flag. */
  variationsOf(flagKey: string): Variations | undefined;
  /** The id of a member by address; undefined when nobody has it. */
  memberIdOf(email: string): string | undefined;
}

/** A flag as its file has it. @param scene the other flags of the project */
export function toFlagFile(flag: FlagRep, scene: Pick<FlagScene, 'variationsOf'>): FlagFile {
  const labels = labelsOf(flag.variations);
  const { migrationSettings, defaults } = flag;
  return {
    key: flag.key,
    name: flag.name,
    ...(flag.description !== '' && { description: flag.description }),
    ...(flag.tags.length > 0 && { tags: flag.tags }),
    temporary: flag.temporary,
    ...(flag.archived && { archived: true }),
    ...(flag.deprecated && { deprecated: true }),
    ...(flag._maintainer && { maintainer: flag._maintainer.email }),
    ...(flag.maintainerTeamKey && { maintainerTeam: flag.maintainerTeamKey }),
    clientSide: {
      usingEnvironmentId: flag.clientSideAvailability.usingEnvironmentId,
      usingMobileKey: flag.clientSideAvailability.usingMobileKey,
    },
    ...(migrationSettings && { migration: migrationSettings }),
    variations: flag.variations.map(({ value, name, description }) => ({
      ...(name !== undefined && { name }),
      value,
      ...(description !== undefined && { description }),
    })),
    defaults: { on: labels[defaults.onVariation] ?? '', off: labels[defaults.offVariation] ?? '' },
    ...(flag.variationJsonSchema !== null &&
      flag.variationJsonSchema !== undefined && { valueSchema: flag.variationJsonSchema }),
    ...(Object.keys(flag.customProperties).length > 0 && { customProperties: flag.customProperties }),
    environments: Object.fromEntries(
      Object.entries(flag.environments ?? {})
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, config]) => [key, toConfigFile(config, labels, scene)]),
    ),
  };
}

function toConfigFile(
  config: FlagConfigRep,
  labels: readonly string[],
  scene: Pick<FlagScene, 'variationsOf'>,
): ConfigFile {
  const { prerequisites = [], rules = [], fallthrough = {}, offVariation, migrationSettings } = config;
  const label = (index: number | undefined) => labels[index ?? -1] ?? '';
  const targets = [...(config.targets ?? []), ...(config.contextTargets ?? [])].filter(
    ({ values }) => values.length > 0,
  );
  return {
    on: config.on,
    ...(prerequisites.length > 0 && {
      prerequisites: prerequisites.map(({ key, variation }) => ({
        flag: key,
        variation: labelsOf(scene.variationsOf(key) ?? [])[variation] ?? `#${variation + 1}`,
      })),
    }),
    ...(targets.length > 0 && {
      targets: targets.map(({ variation, contextKind, values }) => ({
        variation: label(variation),
        ...kindMember(contextKind),
        keys: values,
      })),
    }),
    ...(rules.length > 0 && {
      rules: rules.map(({ description, ref, disabled, clauses, trackEvents, ...serve }) => ({
        ...(description !== undefined && { description }),
        ...(ref !== undefined && { ref }),
        ...(disabled && { disabled }),
        if: clauses.map(toClauseFile),
        serve: toServeFile(serve, label),
        ...(trackEvents && { trackEvents }),
      })),
    }),
    fallthrough: toServeFile(fallthrough, label),
    ...(typeof offVariation === 'number' && { off: label(offVariation) }),
    ...(config.trackEvents && { trackEvents: true }),
    ...(config.trackEventsFallthrough && { trackFallthroughEvents: true }),
    ...(migrationSettings && migrationSettings.checkRatio !== 1 && { checkRatio: migrationSettings.checkRatio }),
  };
}

function toServeFile({ variation, rollout }: ServeRep, label: (index: number | undefined) => string): ServeFile {
  if (!rollout) return label(variation);
  return {
    rollout: rollout.variations.map((part) => ({ variation: label(part.variation), percent: toPercent(part.weight) })),
    ...kindMember(rollout.contextKind),
    ...(rollout.bucketBy !== undefined && { by: rollout.bucketBy }),
    ...(rollout.seed !== undefined && { seed: rollout.seed }),
  };
}

/** The document of a flag, as a request puts it. @throws FileError naming what is wrong */
export function fromFlagFile(file: FlagFile, scene: FlagScene): object {
  const { variations, defaults, migration } = file;
  const maintainerId = file.maintainer === undefined ? null : scene.memberIdOf(file.maintainer);
  if (maintainerId === undefined) throw new FileError(`maintainer: ${file.maintainer} is not a member`);
  return {
    name: file.name,
    description: file.description ?? '',
    tags: file.tags ?? [],
    temporary: file.temporary,
    archived: file.archived ?? false,
    deprecated: file.deprecated ?? false,
    maintainerId,
    maintainerTeamKey: file.maintainerTeam ?? null,
    clientSideAvailability: file.clientSide,
    ...(migration && { _purpose: 'migration', migrationSettings: migration }),
    variations,
    defaults: {
      onVariation: indexOfLabel(variations, defaults.on, 'defaults.on'),
      offVariation: indexOfLabel(variations, defaults.off, 'defaults.off'),
    },
    variationJsonSchema: file.valueSchema ?? null,
    customProperties: file.customProperties ?? {},
    environments: Object.fromEntries(
      Object.entries(file.environments).map(([key, config]) => [
        key,
        fromConfigFile(config, file, scene, `environments.${key}`),
      ]),
    ),
  };
}

function fromConfigFile(config: ConfigFile, { variations, migration }: FlagFile, scene: FlagScene, at: string): object {
  const { targets = [], prerequisites = [], rules = [] } = config;
  const all = targets.map(({ variation, kind, keys }, index) => ({
    contextKind: kind ?? 'user',
    variation: indexOfLabel(variations, variation, `${at}.targets[${index}].variation`),
    values: keys,
  }));
  return {
    on: config.on,
    prerequisites: prerequisites.map(({ flag, variation }, index) => {
      const theirs = scene.variationsOf(flag);
      if (!theirs) throw new FileError(`${at}.prerequisites[${index}].flag: there is no flag ${flag}`);
      return { key: flag, variation: indexOfLabel(theirs, variation, `${at}.prerequisites[${index}].variation`) };
    }),
    targets: all.filter(({ contextKind }) => isUser(contextKind)),
    contextTargets: all.filter(({ contextKind }) => !isUser(contextKind)),
    rules: rules.map(({ if: clauses, serve, ...rule }, index) => ({
      ...rule,
      clauses: clauses.map(fromClauseFile),
      ...fromServeFile(serve, variations, `${at}.rules[${index}].serve`),
    })),
    fallthrough: fromServeFile(config.fallthrough, variations, `${at}.fallthrough`),
    offVariation: config.off === undefined ? null : indexOfLabel(variations, config.off, `${at}.off`),
    trackEvents: config.trackEvents ?? false,
    trackEventsFallthrough: config.trackFallthroughEvents ?? false,
    ...(migration && { migrationSettings: { checkRatio: config.checkRatio ?? 1 } }),
  };
}

function fromServeFile(serve: ServeFile, variations: Variations, at: string): object {
  if (typeof serve !== 'object') return { variation: indexOfLabel(variations, serve, at) };
  const { rollout, kind, by, seed } = serve;
  return {
    rollout: {
      contextKind: kind ?? 'user',
      ...(by !== undefined && { bucketBy: by }),
      ...(seed !== undefined && { seed }),
      variations: rollout.map(({ variation, percent }, index) => ({
        variation: indexOfLabel(variations, variation, `${at}.rollout[${index}].variation`),
        weight: toWeight(percent),
      })),
    },
  };
}

/**
 * A file with the shares of automated rollouts as they are now, where it speaks of the same ones: these shares move by
 * themselves, and are no business of files.
 */
export function withPresentShares(file: FlagFile, present: FlagFile | undefined): FlagFile {
  if (!present) return file;
  const environments = Object.entries(file.environments).map(([key, config]): [string, ConfigFile] => {
    const here = present.environments[key];
    const serves = [here?.fallthrough, ...(here?.rules ?? []).map(({ serve }) => serve)];
    const update = (serve: ServeFile): ServeFile => {
      if (typeof serve !== 'object' || serve.seed === undefined) return serve;
      return serves.find((one) => typeof one === 'object' && one.seed === serve.seed) ?? serve;
    };
    const { rules } = config;
    return [
      key,
      {
        ...config,
        ...(rules && { rules: rules.map((rule) => ({ ...rule, serve: update(rule.serve) })) }),
        fallthrough: update(config.fallthrough),
      },
    ];
  });
  return { ...file, environments: Object.fromEntries(environments) };
}
