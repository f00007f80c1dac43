import { readContextKind } from '../context-kind.ts';
import { type Fields, oneOf } from '../fields.ts';
import { requireKey } from '../naming.ts';
import { type RolloutPlan, type RolloutStage, UNDECIDED_POLICIES } from '../rollout/plan.ts';
import { MAX_ALLOCATIONS, readStageDuration, readStages } from '../rollout/read-stages.ts';
import type { GuardianConfiguration, ReleaseStrategy } from './pipeline.ts';

/** Strategies by which an audience gets the variation in stages. */
type StagedStrategy = Extract<ReleaseStrategy, 'monitored-release' | 'progressive-release'>;

/** The rollouts that they lead to. */
const KINDS: Readonly<Record<StagedStrategy, RolloutPlan['kind']>> = {
  'monitored-release': 'guarded',
  'progressive-release': 'progressive',
};
/** Weights up to this one are percent. */
const MAX_PERCENT = 100;
const MAX_METRICS = 50;
/** What is only there where somebody watches. */
const GUARDED_MEMBERS = ['minSampleSize', 'whenUndecided', 'metricKeys', 'observedMetricKeys'] as const;

/** A weight in thousandths of a percent, whichever way it was sent. */
export function toAllocation(rolloutWeight: number): number {
  return rolloutWeight <= MAX_PERCENT ? rolloutWeight * 1000 : rolloutWeight;
}

/**
 * Reads how an audience gets the variation in stages (docs/wire/release-pipelines.md, "Guardian configuration"). Whether
 * the metrics exist is for others to check.
 * @throws InvalidRequest naming the bad field
 */
export function readGuardianConfiguration(fields: Fields, strategy: StagedStrategy): GuardianConfiguration {
  const isGuarded = strategy === 'monitored-release';
  if (!isGuarded) refuseWatching(fields);
  const stages = fields.has('stages') ? readStages(fields, KINDS[strategy]) : undefined;
  const last = stages?.at(-1);
  const metricKeys = readMetricKeys(fields, 'metricKeys');
  const observedMetricKeys = readMetricKeys(fields, 'observedMetricKeys');
  if (observedMetricKeys?.some((key) => metricKeys?.includes(key))) {
    fields.fail('observedMetricKeys', 'other metrics than metricKeys');
  }
  const minSampleSize = fields.optional('minSampleSize', fields.integer);
  if (minSampleSize !== undefined && minSampleSize < 1) fields.fail('minSampleSize', 'a whole number above 0');
  const whenUndecided = fields.optional('whenUndecided', oneOf(UNDECIDED_POLICIES));
  return {
    monitoringWindowMilliseconds: readWindow(fields, last),
    rolloutWeight: readWeight(fields, last, strategy),
    rollbackOnRegression: isGuarded && fields.boolean('rollbackOnRegression'),
    randomizationUnit: readContextKind(fields, 'randomizationUnit'),
    ...(stages && { stages }),
    ...(minSampleSize !== undefined && { minSampleSize }),
    ...(whenUndecided && { whenUndecided }),
    ...(metricKeys && { metricKeys }),
    ...(observedMetricKeys && { observedMetricKeys }),
  };
}

function refuseWatching(fields: Fields): void {
  const name = GUARDED_MEMBERS.find((member) => fields.has(member));
  if (name !== undefined) fields.fail(name, 'nothing, since a progressive release watches no metrics');
  if (fields.optional('rollbackOnRegression', fields.boolean)) {
    fields.fail('rollbackOnRegression', 'false, since a progressive release watches no metrics');
  }
}

function readWindow(fields: Fields, last: RolloutStage | undefined): number {
  const name = 'monitoringWindowMilliseconds';
  if (last && !fields.has(name)) return last.durationMillis;
  const window = readStageDuration(fields, name);
  if (last && window !== last.durationMillis) fields.fail(name, `${last.durationMillis}, as the last stage has it`);
  return window;
}

function readWeight(fields: Fields, last: RolloutStage | undefined, strategy: StagedStrategy): number {
  if (last && !fields.has('rolloutWeight')) return last.allocation;
  const weight = fields.integer('rolloutWeight');
  const max = MAX_ALLOCATIONS[KINDS[strategy]];
  if (weight < 1 || toAllocation(weight) > max) {
    fields.fail(
      'rolloutWeight',
      `1 to ${max / 1000} percent, or ${MAX_PERCENT + 1} to ${max} thousandths of a percent`,
    );
  }
  if (last && toAllocation(weight) !== last.allocation) {
    fields.fail('rolloutWeight', `${last.allocation}, as the last stage has it`);
  }
  return weight;
}

function readMetricKeys(fields: Fields, name: string): readonly string[] | undefined {
  const keys = [...new Set(fields.optional(name, fields.strings) ?? [])];
  if (keys.length > MAX_METRICS) fields.fail(name, `at most ${MAX_METRICS} metrics`);
  return keys.length > 0 ? keys.map((key, index) => requireKey(`${fields.path(name)}[${index}]`, key)) : undefined;
}
