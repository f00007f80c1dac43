import type { Access } from '../../domain/access/resource.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { accessIn } from '../change-flag.ts';
import type { FlagScene } from '../flag-scene.ts';

/** What somebody needs who decides about a rollout that is on its way: the right to stop it. */
export function stopAccess(
  { project, environments, environment, flag }: FlagScene,
  { ruleId }: Pick<RolloutRun, 'ruleId'>,
): readonly Access[] {
  const action = ruleId === undefined ? 'stopMeasuredRolloutOnFlagFallthrough' : 'stopMeasuredRolloutOnFlagRule';
  return accessIn(project, environments, flag, environment.key, action);
}
