import { readContextKind } from '../context-kind.ts';
import { type Fields, oneOf } from '../fields.ts';
import { requireKey } from '../naming.ts';
import { readMillis } from './read-millis.ts';
import type { GuardianConfiguration, ReleaseStrategy, RolloutStage } from './pipeline.ts';

/** Strategies by which an audience gets the variation in stages. */
type StagedStrategy = Extract<ReleaseStrategy, 'monitored-release' | 'progressive-release'>;

/** Most traffic, in thousandths of a percent: what is watched needs as many who keep the old variation. */
const MAX_ALLOCATION: Readonly<Record<StagedStrategy, number>> = {
  'monitored-release': 50_000,
  'progressive-release': 100_000,
};
/** Weights up to this one are percent. */
const MAX_PERCENT = 100;
const MIN_DURATION_MS = 1000;
const MAX_DURATION_MS = 365 * 24 * 60 * 60 * 1000;
const MAX_STAGES = 50;
const MAX_METRICS = 50;
const UNDECIDED = ['revert', 'hold', 'proceed'] as const;
/** What is only there where somebody watches. */
const GUARDED_MEMBERS = ['minSampleSize', 'whenUndecided', 'metricKeys', 'observedMetricKeys'] as const;

/** A weight in thousandths of a percent, whichever way it was sent. */
function toAllocation(rolloutWeight: number): number {
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
  const stages = fields.has('stages') ? readStages(fields, strategy) : undefined;
  const last = stages?.at(-1);
  const metricKeys = readMetricKeys(fields, 'metricKeys');
  const observedMetricKeys = readMetricKeys(fields, 'observedMetricKeys');
  if (observedMetricKeys?.some((key) => metricKeys?.includes(key))) {
    fields.fail('observedMetricKeys', 'other metrics than metricKeys');
  }
  const minSampleSize = fields.optional('minSampleSize', fields.integer);
  if (minSampleSize !== undefined && minSampleSize < 1) fields.fail('minSampleSize', 'a whole number above 0');
  const whenUndecided = fields.optional('whenUndecided', oneOf(UNDECIDED));
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

function readStages(fields: Fields, strategy: StagedStrategy): readonly RolloutStage[] {
  const stages = fields.objects('stages');
  if (stages.length < 1 || stages.length > MAX_STAGES) fields.fail('stages', `1 to ${MAX_STAGES} stages`);
  let before = 0;
  return stages.map((stage) => {
    const allocation = stage.integer('allocation');
    if (allocation <= before || allocation > MAX_ALLOCATION[strategy]) {
      stage.fail('allocation', `thousandths of a percent above ${before}, at most ${MAX_ALLOCATION[strategy]}`);
    }
    before = allocation;
    return { allocation, durationMillis: readDuration(stage, 'durationMillis') };
  });
}

function readWindow(fields: Fields, last: RolloutStage | undefined): number {
  const name = 'monitoringWindowMilliseconds';
  if (last && !fields.has(name)) return last.durationMillis;
  const window = readDuration(fields, name);
  if (last && window !== last.durationMillis) fields.fail(name, `${last.durationMillis}, as the last stage has it`);
  return window;
}

function readWeight(fields: Fields, last: RolloutStage | undefined, strategy: StagedStrategy): number {
  if (last && !fields.has('rolloutWeight')) return last.allocation;
  const weight = fields.integer('rolloutWeight');
  const max = MAX_ALLOCATION[strategy];
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

const readDuration = (fields: Fields, name: string) => readMillis(fields, name, MIN_DURATION_MS, MAX_DURATION_MS);

function readMetricKeys(fields: Fields, name: string): readonly string[] | undefined {
  const keys = [...new Set(fields.optional(name, fields.strings) ?? [])];
  if (keys.length > MAX_METRICS) fields.fail(name, `at most ${MAX_METRICS} metrics`);
  return keys.length > 0 ? keys.map((key, index) => requireKey(`${fields.path(name)}[${index}]`, key)) : undefined;
}
