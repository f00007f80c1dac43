import { type Step, semanticSteps } from '../../domain/flag/apply-instructions.ts';
import { type Stage, stagesToCome, type Workflow } from '../../domain/workflow/workflow.ts';
import { resourceStore } from '../../store/resources.ts';
import { accessIn } from '../change-flag.ts';
import type { FlagScene } from '../flag-scene.ts';
import type { Write } from '../write.ts';

/** The workflows of flags in environments. */
export const workflows = resourceStore<Workflow>('workflow', 'workflow');

/** The steps of a stage. @throws InvalidRequest when there are none, or too many */
export function stageSteps({ instructions }: Pick<Stage, 'instructions'>, environmentKey: string): readonly Step[] {
  return semanticSteps({ instructions, environmentKey });
}

/** All that a workflow is still to do. */
export function stepsToCome(workflow: Workflow, environmentKey: string): readonly Step[] {
  return stagesToCome(workflow).flatMap((stage) => stageSteps(stage, environmentKey));
}

/** What it takes to make and delete workflows of a flag. */
export function workflowAccesses({ project, environments, environment, flag }: FlagScene) {
  return accessIn(project, environments, flag, environment.key, 'updateFeatureWorkflows');
}

/** An entry of the audit log about a workflow, on the flag. */
export function recordWorkflow(
  write: Write,
  scene: FlagScene,
  titleVerb: string,
  description: readonly string[],
): void {
  const { project, flag } = scene;
  const accesses = workflowAccesses(scene);
  write.record({ kind: 'flag', name: flag.name, projectId: project.id, accesses, titleVerb, description });
}

/** Has a workflow look at how it goes on. */
export function wake(write: Write, workflowId: string, dueAtMs: number): void {
  write.schedule({ kind: 'advance-workflow', subject: workflowId, dueAtMs });
}
