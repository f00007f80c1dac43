import type { MemberSummary } from '../../domain/access/actor.ts';
import type { Environment } from '../../domain/environment.ts';
import {
  type Flag,
  type FlagConfig,
  flagKind,
  type Rule,
  type Serve,
  type Target,
  variationIndex,
} from '../../domain/flag/flag.ts';
import type { Json } from '../../domain/json.ts';
import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';
import { apiLink, pageLink } from '../links.ts';
import { toMemberSummary } from './member.ts';
import { toConfigSummary } from './flag-summary.ts';

/** What a representation of a flag shows beside the flag itself. */
export interface FlagView {
  readonly projectKey: string;
  /** Environments to show, in order; none leaves `environments` out. */
  readonly environments: readonly Environment[] | undefined;
  /** Whether to leave out targets, rules and what else of a configuration can be long. */
  readonly isSummary: boolean;
  readonly members: ReadonlyMap<string, MemberSummary>;
}

export function toFlagRep(flag: Flag, view: FlagView): FlagRep {
  const { maintainerId, archivedAt } = flag;
  const maintainer = maintainerId === undefined ? undefined : view.members.get(maintainerId);
  return {
    _links: { self: apiLink('flags', view.projectKey, flag.key), parent: apiLink('flags', view.projectKey) },
    key: flag.key,
    name: flag.name,
    kind: flagKind(flag.variations),
    description: flag.description,
    _version: flag.version,
    creationDate: flag.createdAt,
    includeInSnippet: flag.clientSideAvailability.usingEnvironmentId,
    clientSideAvailability: flag.clientSideAvailability,
    variations: flag.variations.map(({ id, value, name, description }) => ({
      _id: id,
      value,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    })),
    variationJsonSchema: null,
    defaults: {
      onVariation: variationIndex(flag, flag.defaults.onVariationId),
      offVariation: variationIndex(flag, flag.defaults.offVariationId),
    },
    temporary: flag.temporary,
    tags: [...flag.tags],
    ...(maintainerId !== undefined && { maintainerId }),
    ...(maintainer && { _maintainer: toMemberSummary(maintainer) }),
    goalIds: [],
    experiments: { baselineIdx: 0, items: [] },
    customProperties: flag.customProperties as FlagRep['customProperties'],
    archived: archivedAt !== undefined,
    ...(archivedAt !== undefined && { archivedDate: archivedAt }),
    deprecated: false,
    ...(view.environments && { environments: toConfigReps(flag, view, view.environments) }),
  };
}

function toConfigReps(flag: Flag, view: FlagView, environments: readonly Environment[]): Record<string, FlagConfigRep> {
  return Object.fromEntries(
    environments.flatMap((environment) => {
      const config = flag.environments[environment.key];
      return config ? [[environment.key, toConfigRep(flag, config, environment, view)]] : [];
    }),
  );
}

function toConfigRep(flag: Flag, config: FlagConfig, environment: Environment, view: FlagView): FlagConfigRep {
  return {
    on: config.on,
    archived: flag.archivedAt !== undefined,
    salt: config.salt,
    sel: config.sel,
    lastModified: config.lastModified,
    version: config.version,
    ...(!view.isSummary && toTargeting(flag, config)),
    _site: pageLink(view.projectKey, environment.key, 'features', flag.key),
    _environmentName: environment.name,
    trackEvents: config.trackEvents,
    trackEventsFallthrough: config.trackEventsFallthrough,
    _summary: toConfigSummary(flag, config),
  };
}

/** The parts of a configuration that its summary form leaves out. */
function toTargeting(flag: Flag, config: FlagConfig) {
  const targets = config.targets.map((target) => toTarget(flag, target));
  return {
    targets: targets.filter(({ contextKind }) => contextKind === 'user'),
    contextTargets: targets.filter(({ contextKind }) => contextKind !== 'user'),
    rules: config.rules.map((rule) => toRule(flag, rule)),
    fallthrough: toServe(flag, config.fallthrough),
    ...(config.offVariationId !== undefined && { offVariation: variationIndex(flag, config.offVariationId) }),
    prerequisites: [],
  };
}

function toTarget(flag: Flag, { values, variationId, contextKind }: Target) {
  return { values: [...values], variation: variationIndex(flag, variationId), contextKind };
}

function toRule(flag: Flag, rule: Rule) {
  return {
    _id: rule.id,
    ...toServe(flag, rule.serve),
    clauses: rule.clauses.map(({ id, values, ...clause }) => ({ _id: id, ...clause, values: [...values] as Json[] })),
    trackEvents: rule.trackEvents,
    ...(rule.description !== undefined && { description: rule.description }),
    ...(rule.ref !== undefined && { ref: rule.ref }),
  };
}

function toServe(flag: Flag, serve: Serve) {
  if ('variationId' in serve) return { variation: variationIndex(flag, serve.variationId) };
  const { variations, contextKind, bucketBy } = serve.rollout;
  return {
    rollout: {
      variations: variations.map(({ variationId, weightThousandths }) => ({
        variation: variationIndex(flag, variationId),
        weight: weightThousandths,
      })),
      contextKind,
      ...(bucketBy !== undefined && { bucketBy }),
    },
  };
}
