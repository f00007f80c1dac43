import type { Fields } from '../fields.ts';
import { readMillis } from '../read-millis.ts';
import { MAX_GUARDED_ALLOCATION, type RolloutPlan, type RolloutStage } from './plan.ts';

const MAX_STAGES = 50;
const MIN_DURATION_MS = 1_000;
const MAX_DURATION_MS = 365 * 24 * 60 * 60 * 1000;

/** Most that each kind of rollout may give to the target before its end, in thousandths of a percent. */
export const MAX_ALLOCATIONS: Readonly<Record<RolloutPlan['kind'], number>> = {
  guarded: MAX_GUARDED_ALLOCATION,
  progressive: 100_000,
};

/** Reads `stages` of a rollout, whose allocations grow. @throws InvalidRequest naming the bad field */
export function readStages(fields: Fields, kind: RolloutPlan['kind']): readonly RolloutStage[] {
  const stages = fields.objects('stages');
  if (stages.length < 1 || stages.length > MAX_STAGES) fields.fail('stages', `1 to ${MAX_STAGES} stages`);
  const max = MAX_ALLOCATIONS[kind];
  let before = 0;
  return stages.map((stage) => {
    const allocation = stage.integer('allocation');
    if (allocation <= before || allocation > max) {
      stage.fail('allocation', `thousandths of a percent above ${before}, at most ${max}`);
    }
    before = allocation;
    return { allocation, durationMillis: readStageDuration(stage, 'durationMillis') };
  });
}

/** Reads how long a stage lasts, in milliseconds. @throws InvalidRequest naming the field */
export function readStageDuration(fields: Fields, name: string): number {
  return readMillis(fields, name, MIN_DURATION_MS, MAX_DURATION_MS);
}
