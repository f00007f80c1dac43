import { readContextKind } from '../context-kind.ts';
import { InvalidRequest } from '../errors.ts';
import { type Fields, oneOf } from '../fields.ts';
import { show } from '../json.ts';
import { policyFor, type ReleasePolicy } from '../release/release-policy.ts';
import {
  dealTraffic,
  type PlannedMetric,
  type RolloutPlan,
  type RolloutStage,
  UNDECIDED_POLICIES,
} from '../rollout/plan.ts';
import { readStages } from '../rollout/read-stages.ts';
import type { Flag, FlagConfig, Rollout } from './flag.ts';
import type { ChangeContext } from './instruction.ts';
import type { Surroundings } from './surroundings.ts';

/** The instructions that begin an automated rollout. */
export const START_KINDS: readonly string[] = ['startAutomatedRelease', 'updateFallthroughWithMeasuredRolloutV2'];

const MAX_DURATION_MS = 365 * 24 * 60 * 60 * 1000;
const DEFAULT_MIN_SAMPLE_SIZE = 100;

/** Makes the rollout once the flag and what is around it are known. */
type RolloutOf = (flag: Flag, config: FlagConfig, context: ChangeContext) => Rollout;

/**
 * Reads how an automated rollout is to go: `releaseKind`, variations, `randomizationUnit`, `stages`, and for guarded ones
 * `metrics` and how to act on them (docs/wire/guarded-rollouts.md, "Start"). Stages and metrics that are not given are
 * those of the project's release policy.
 * @throws InvalidRequest naming the field
 */
export function parseRolloutStart(fields: Fields): RolloutOf {
  const kind = oneOf(['guarded', 'progressive'] as const).call(fields, 'releaseKind');
  const originalVariationId = fields.string('originalVariationId');
  const targetVariationId = fields.string('targetVariationId');
  const contextKind = readContextKind(fields, 'randomizationUnit');
  const stages = fields.has('stages') ? readStages(fields, kind) : undefined;
  const metrics = readMetrics(fields);
  const preferences = fields.optional('metricMonitoringPreferences', fields.object);
  const autoRollback = fields.optional('autoRollback', fields.boolean);
  const extension = fields.optional('extensionDurationMillis', fields.integer);
  const whenUndecided = fields.optional('whenUndecided', oneOf(UNDECIDED_POLICIES)) ?? 'revert';
  const minSampleSize = fields.optional('minSampleSize', fields.integer);
  if (extension !== undefined && (extension < 0 || extension > MAX_DURATION_MS)) {
    fields.fail('extensionDurationMillis', `milliseconds from 0 to ${MAX_DURATION_MS}`);
  }
  if (minSampleSize !== undefined && minSampleSize < 1) fields.fail('minSampleSize', 'a whole number of 1 or more');
  return (flag, config, { ids, surroundings }) => {
    requireVariations(flag, fields, { originalVariationId, targetVariationId });
    const policy = policyFor(surroundings.releasePolicies, environmentKeyOf(flag, config), flag.tags, kind);
    const chosen = stages ?? policyStages(policy) ?? fields.fail('stages', 'at least one stage');
    const plan: RolloutPlan = {
      id: ids.uuid(),
      kind,
      originalVariationId,
      targetVariationId,
      // SDKs disagree about a seed of 0.
      seed: Number.parseInt(ids.salt().slice(-7), 16) + 1,
      stages: chosen,
      extensionMillis: extension ?? chosen.at(-1)?.durationMillis ?? 0,
      whenUndecided,
      metrics:
        kind === 'guarded'
          ? chooseMetrics(fields, { metrics, preferences, autoRollback, contextKind, policy, surroundings })
          : [],
      minSampleSize: minSampleSize ?? policy?.guardedReleaseConfig?.minSampleSize ?? DEFAULT_MIN_SAMPLE_SIZE,
    };
    const allocation = chosen[0]?.allocation ?? 0;
    return { variations: dealTraffic(plan, allocation), contextKind, automated: { plan } };
  };
}

function environmentKeyOf(flag: Flag, { environmentId }: FlagConfig): string | undefined {
  return Object.entries(flag.environments).find(([, config]) => config.environmentId === environmentId)?.[0];
}

/** These texts are in the messages that official tools look for. */
function requireVariations(
  flag: Flag,
  fields: Fields,
  ids: Pick<RolloutPlan, 'originalVariationId' | 'targetVariationId'>,
): void {
  for (const [name, id] of Object.entries(ids)) {
    if (!flag.variations.some((variation) => variation.id === id)) {
      throw new InvalidRequest(`${fields.path(name)}: ${name} must be a valid variation id, got ${show(id)}`);
    }
  }
  if (ids.originalVariationId === ids.targetVariationId) {
    throw new InvalidRequest(
      `${fields.path('targetVariationId')}: targetVariationId and originalVariationId must be different`,
    );
  }
}

function policyStages(policy: ReleasePolicy | undefined): readonly RolloutStage[] | undefined {
  const stages = (policy?.guardedReleaseConfig ?? policy?.progressiveReleaseConfig)?.stages;
  return stages && stages.length > 0 ? stages : undefined;
}

interface GivenMetric {
  readonly key: string;
  readonly isGroup: boolean;
  readonly isObserved: boolean;
}

function readMetrics(fields: Fields): readonly GivenMetric[] | undefined {
  return fields.optional('metrics', fields.objects)?.map((metric) => ({
    key: metric.string('key'),
    isGroup: metric.optional('isGroup', metric.boolean) ?? false,
    isObserved: metric.optional('isObserved', metric.boolean) ?? false,
  }));
}

interface MetricChoice {
  readonly metrics: readonly GivenMetric[] | undefined;
  readonly preferences: Fields | undefined;
  /** What holds for metrics that nothing is said of. */
  readonly autoRollback: boolean | undefined;
  readonly contextKind: string;
  readonly policy: ReleasePolicy | undefined;
  readonly surroundings: Surroundings;
}

/** The metrics that were asked for, or those of the policy; those of groups one by one, and each once. */
function chooseMetrics(fields: Fields, choice: MetricChoice): readonly PlannedMetric[] {
  const { preferences, contextKind, policy, surroundings } = choice;
  const config = policy?.guardedReleaseConfig;
  const own = choice.metrics?.length ? choice.metrics : undefined;
  const given = own ?? policyMetrics(policy);
  const byDefault = choice.autoRollback ?? (own ? false : (config?.rollbackOnRegression ?? false));
  const planned = given.flatMap(({ key, isGroup, isObserved }) => {
    const keys = isGroup ? surroundings.metricGroups.get(key) : [key];
    if (!keys) return fields.fail('metrics', `keys of metric groups of this project; ${show(key)} is none`);
    return keys.map((metricKey): PlannedMetric => {
      const preference = preferences?.optional(metricKey, preferences.object);
      return {
        key: metricKey,
        rollsBack: preference?.optional('autoRollback', preference.boolean) ?? byDefault,
        ...(isObserved && { isObserved: true }),
        ...(isGroup && { groupKey: key }),
      };
    });
  });
  const unique = [...new Map(planned.toReversed().map((metric) => [metric.key, metric])).values()].toReversed();
  if (unique.length === 0) return fields.fail('metrics', 'at least one metric to watch');
  for (const { key } of unique) {
    const units = surroundings.metrics.get(key);
    if (!units) return fields.fail('metrics', `keys of metrics of this project in use; ${show(key)} is none`);
    if (!units.includes(contextKind)) {
      return fields.fail(
        'metrics',
        `metrics that are counted by ${show(contextKind)}; ${show(key)} is counted by ${units.join(', ')}`,
      );
    }
  }
  return unique;
}

function policyMetrics(policy: ReleasePolicy | undefined): readonly GivenMetric[] {
  const { metricKeys = [], metricGroupKeys = [] } = policy?.guardedReleaseConfig ?? {};
  return [
    ...metricKeys.map((key) => ({ key, isGroup: false, isObserved: false })),
    ...metricGroupKeys.map((key) => ({ key, isGroup: true, isObserved: false })),
  ];
}
