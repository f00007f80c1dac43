import { InvalidRequest } from '../../domain/errors.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { stagesToCome, type Workflow } from '../../domain/workflow/workflow.ts';
import { simulate } from '../simulate.ts';
import type { Write } from '../write.ts';
import { stageSteps } from './workflow.ts';

/** A stage that would not be possible as things are, and why. */
export interface StageConflict {
  readonly stageId: string;
  readonly message: string;
}

/** Tries the stages to come, each on what the one before it leaves; ends with the first that is not possible. */
export async function findConflicts(
  write: Write,
  flag: Flag,
  environmentKey: string,
  workflow: Workflow,
): Promise<readonly StageConflict[]> {
  let current = flag;
  for (const stage of stagesToCome(workflow)) {
    const after = await simulate(write, current, stageSteps(stage, environmentKey));
    if (after instanceof InvalidRequest) return [{ stageId: stage.id, message: after.message }];
    current = after;
  }
  return [];
}
