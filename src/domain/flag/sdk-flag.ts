import type { SdkClause, SdkFlag, SdkPrerequisite, SdkRule, SdkServe, SdkTarget } from '../evaluation/sdk-model.ts';
import { portableReference } from './attribute-name.ts';
import {
  type Clause,
  type Flag,
  type FlagConfig,
  type Prerequisite,
  type Rule,
  type Serve,
  type Target,
  variationIndex,
} from './flag.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The flag as SDKs of one environment receive it, or `undefined` when they must not know it: an archived flag leaves
 * every payload and code falls back to its own default.
 * @param others the prerequisites of the flag, by key, for the positions of their variations
 */
export function toSdkFlag(flag: Flag, config: FlagConfig, others: Surroundings['flags']): SdkFlag | undefined {
  if (flag.archivedAt !== undefined) return undefined;
  const targets = config.targets.map((target) => sdkTarget(flag, target));
  return {
    key: flag.key,
    version: config.version,
    on: config.on,
    prerequisites: config.prerequisites.map((prerequisite) => sdkPrerequisite(prerequisite, others)),
    targets: targets.filter((target) => target.contextKind === 'user'),
    contextTargets: contextTargets(targets),
    rules: config.rules.filter((rule) => !rule.isDisabled).map((rule) => sdkRule(flag, rule)),
    fallthrough: sdkServe(flag, config.fallthrough),
    offVariation: config.offVariationId === undefined ? null : variationIndex(flag, config.offVariationId),
    variations: flag.variations.map((variation) => variation.value),
    clientSideAvailability: flag.clientSideAvailability,
    clientSide: flag.clientSideAvailability.usingEnvironmentId,
    salt: config.salt,
    trackEvents: config.trackEvents,
    trackEventsFallthrough: config.trackEventsFallthrough,
    debugEventsUntilDate: config.debugEventsUntilDate ?? null,
    deleted: false,
    ...(flag.migrationSettings && { migration: { checkRatio: config.checkRatio ?? 1 } }),
  };
}

function sdkPrerequisite({ flagKey, variationId }: Prerequisite, others: Surroundings['flags']): SdkPrerequisite {
  const other = others.get(flagKey);
  if (!other) throw new Error(`prerequisite ${flagKey} is not among the flags given`);
  return { key: flagKey, variation: variationIndex(other, variationId) };
}

function sdkTarget(flag: Flag, target: Target): SdkTarget {
  return {
    contextKind: target.contextKind,
    values: target.values,
    variation: variationIndex(flag, target.variationId),
  };
}

/**
 * With targets of user kind only the list stays empty and SDKs read `targets`. Otherwise it holds the order of all,
 * with an empty placeholder that sends SDKs to `targets` for the user keys (docs/wire/sdk.md, "Targets").
 */
function contextTargets(targets: readonly SdkTarget[]): readonly SdkTarget[] {
  if (targets.every((target) => target.contextKind === 'user')) return [];
  return targets.map((target) => (target.contextKind === 'user' ? { ...target, values: [] } : target));
}

function sdkRule(flag: Flag, rule: Rule): SdkRule {
  return {
    id: rule.id,
    clauses: rule.clauses.map(sdkClause),
    trackEvents: rule.trackEvents,
    ...sdkServe(flag, rule.serve),
  };
}

/** A segment match speaks of no attribute; the official payload leaves it empty. */
export function sdkClause({ contextKind, attribute, op, values, negate }: Clause): SdkClause {
  return { contextKind, attribute: op === 'segmentMatch' ? '' : portableReference(attribute), op, values, negate };
}

/**
 * Shares of 0 are left out: the SDK for Python serves the first one to contexts without the kind, others the first that
 * anybody gets (docs/wire/sdk.md, "Where SDKs disagree").
 */
function sdkServe(flag: Flag, serve: Serve): SdkServe {
  if ('variationId' in serve) return { variation: variationIndex(flag, serve.variationId) };
  const { contextKind, bucketBy, variations, automated } = serve.rollout;
  const seed = automated?.plan.seed ?? serve.rollout.seed;
  const shares = variations.filter(({ weightThousandths }) => weightThousandths > 0);
  return {
    rollout: {
      kind: automated?.plan.kind === 'guarded' ? 'experiment' : 'rollout',
      contextKind,
      ...(bucketBy !== undefined && { bucketBy: portableReference(bucketBy) }),
      ...(seed !== undefined && { seed }),
      variations: shares.map(({ variationId, weightThousandths, isUntracked }) => ({
        variation: variationIndex(flag, variationId),
        weight: weightThousandths,
        ...((isUntracked || automated?.isParked) && { untracked: true }),
      })),
    },
  };
}
