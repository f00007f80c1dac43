import type { Json } from '../../../domain/json.ts';
import type { FlagConfigRep, FlagRep } from '../../../wire/rest/flag.ts';
import type { Clause } from '../../targeting/clause.ts';
import type { AnyRule } from '../../targeting/rule-changes.ts';
import { type Serve, WHOLE } from '../../targeting/serve.ts';

export interface Target {
  readonly contextKind: string;
  readonly variationId: string;
  readonly values: readonly string[];
}

export interface Rule extends AnyRule {
  readonly serve: Serve;
  readonly isDisabled: boolean;
  /** Whether SDKs send an event for everybody whom it matches. */
  readonly tracksEvents: boolean;
}

export interface Prerequisite {
  readonly key: string;
  readonly variationId: string;
}

/** When a key stops being an individual target. */
export interface TargetEnd {
  readonly contextKind: string;
  readonly contextKey: string;
  readonly variationId: string;
  /** Unix milliseconds; undefined while somebody has not entered it. */
  readonly at: number | undefined;
}

/** How a flag is set up in an environment, as somebody is about to change it. */
export interface Draft {
  readonly isOn: boolean;
  readonly targets: readonly Target[];
  /** At most one for each key of a kind. */
  readonly ends: readonly TargetEnd[];
  readonly rules: readonly Rule[];
  readonly fallthrough: Serve;
  /** undefined when callers get their own default. */
  readonly offVariationId: string | undefined;
  readonly prerequisites: readonly Prerequisite[];
  /** Whether SDKs send an event for each evaluation, and for those that the default rule decides. */
  readonly tracksEvents: boolean;
  readonly tracksDefault: boolean;
}

/**
 * What is stored, to begin with.
 * @param others the flags that are prerequisites, by key
 * @param ends of individual targets; other environments and times are compared without them
 */
export function toDraft(
  flag: FlagRep,
  config: FlagConfigRep,
  others: ReadonlyMap<string, FlagRep>,
  ends: readonly TargetEnd[] = [],
): Draft {
  const idAt = (index: number | undefined) => (index === undefined ? undefined : flag.variations[index]?._id);
  return {
    isOn: config.on,
    targets: [...(config.targets ?? []), ...(config.contextTargets ?? [])].flatMap(
      ({ contextKind, variation, values }) =>
        values.length === 0 ? [] : [{ contextKind, variationId: idAt(variation) ?? '', values }],
    ),
    ends,
    rules: (config.rules ?? []).map((rule) => ({
      id: rule._id,
      isNew: false,
      description: rule.description ?? '',
      clauses: rule.clauses.map(({ _id, values, ...clause }) => ({ ...clause, id: _id, values: values as Json[] })),
      serve: toServe(flag, rule),
      isDisabled: rule.disabled ?? false,
      tracksEvents: rule.trackEvents,
    })),
    fallthrough: toServe(flag, config.fallthrough ?? {}),
    offVariationId: idAt(config.offVariation),
    prerequisites: (config.prerequisites ?? []).map(({ key, variation }) => ({
      key,
      variationId: others.get(key)?.variations[variation]?._id ?? '',
    })),
    tracksEvents: config.trackEvents,
    tracksDefault: config.trackEventsFallthrough,
  };
}

/** Rollouts get a share for every variation, so that each has a slider. */
function toServe(flag: FlagRep, { variation, rollout }: NonNullable<FlagConfigRep['fallthrough']>): Serve {
  if (!rollout) return { kind: 'variation', variationId: flag.variations[variation ?? 0]?._id ?? '' };
  const weights = flag.variations.map(
    ({ _id }, index) => [_id, rollout.variations.find((part) => part.variation === index)?.weight ?? 0] as const,
  );
  return {
    kind: 'rollout',
    weights: Object.fromEntries(weights),
    contextKind: rollout.contextKind,
    ...(rollout.bucketBy !== undefined && { bucketBy: rollout.bucketBy }),
  };
}

/** A rule that somebody begins to write, with one condition. */
export function newRule(id: string, clause: Clause, flag: FlagRep): Rule {
  const first = flag.variations[0]?._id ?? '';
  const shares = { kind: 'rollout', weights: { [first]: WHOLE }, contextKind: 'user' } as const;
  return {
    id,
    isNew: true,
    description: '',
    clauses: [clause],
    serve: flag._purpose === 'migration' ? shares : { kind: 'variation', variationId: first },
    isDisabled: false,
    tracksEvents: false,
  };
}
