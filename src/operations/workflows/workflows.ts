import type { Caller } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import { isOpen } from '../../domain/approval.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { begin } from '../../domain/workflow/advance.ts';
import { approvalOf, createWorkflow as makeWorkflow, type Workflow } from '../../domain/workflow/workflow.ts';
import { findApprovalForUpdate, saveApproval } from '../../store/approvals.ts';
import { deleteTimer } from '../../store/timers.ts';
import { requireMembers, requireTeams } from '../account/references.ts';
import { accessIn, changeFlag } from '../change-flag.ts';
import { type FlagPlace, type FlagScene, loadScene, placeOf } from '../flag-scene.ts';
import { type Deps, type Write, write } from '../write.ts';
import { recordWorkflow, stageSteps, wake, workflowAccesses, workflows } from './workflow.ts';

export interface CreateWorkflow extends FlagPlace {
  readonly actor: Caller;
  /** As the request has it. */
  readonly body: unknown;
  /** Go through all checks, but store nothing. */
  readonly isDryRun: boolean;
}

/**
 * Plans stages that change a flag one after another. All have to be possible now, each after the one before it, and
 * allowed to the caller.
 * @returns it as it is, or would be
 * @throws NotFound, InvalidRequest, Forbidden, Conflict, MethodNotAllowed where changes need approval and a stage asks for none
 */
export async function createWorkflow(deps: Deps, request: CreateWorkflow): Promise<Workflow> {
  const { actor } = request;
  return write(deps, actor, async (write) => {
    const scene = await loadScene(write, request);
    const workflow = begin(makeWorkflow(request.body, actor.member.id, write), write.now);
    authorize(actor, workflowAccesses(scene));
    await requireKnown(write, workflow);
    await tryStages(write, scene, workflow, actor);
    if (request.isDryRun) return workflow;
    await workflows.insert(write.tx, placeOf(scene), workflow);
    wake(write, workflow.id, write.now);
    recordWorkflow(write, scene, 'created a workflow of the flag', [`Created the workflow "${workflow.name}"`]);
    return workflow;
  });
}

async function requireKnown({ tx }: Write, workflow: Workflow): Promise<void> {
  await requireMembers(tx, 'maintainerId', [workflow.maintainerId]);
  for (const [index, stage] of workflow.stages.entries()) {
    const approval = approvalOf(stage);
    await requireMembers(tx, `stages[${index}].conditions: notifyMemberIds`, approval?.notifyMemberIds ?? []);
    await requireTeams(tx, `stages[${index}].conditions: notifyTeamKeys`, approval?.notifyTeamKeys ?? []);
  }
}

/** Stages that others have to agree to need the right to ask for it; all others need the rights of what they change. */
async function tryStages(write: Write, scene: FlagScene, { stages }: Workflow, by: Caller): Promise<void> {
  const { project, environments, environment } = scene;
  let { flag } = scene;
  for (const [index, stage] of stages.entries()) {
    const isApproved = approvalOf(stage) !== undefined;
    if (isApproved) {
      authorize(by, accessIn(project, environments, scene.flag, environment.key, 'createApprovalRequest'));
    }
    try {
      const steps = stageSteps(stage, environment.key);
      flag = await changeFlag(write, { project, environments, flag, steps, by, isDryRun: true, isApproved });
    } catch (error) {
      if (error instanceof InvalidRequest) throw new InvalidRequest(`stages[${index}].action.${error.message}`);
      throw error;
    }
  }
}

export interface DeleteWorkflow extends FlagPlace {
  readonly actor: Caller;
  readonly id: string;
}

/** Ends a workflow wherever it stands; what it has done stays. @throws NotFound, Forbidden */
export async function deleteWorkflow(deps: Deps, request: DeleteWorkflow): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const scene = await loadScene(write, request);
    const workflow = await workflows.get(write.tx, placeOf(scene), request.id);
    authorize(request.actor, workflowAccesses(scene));
    await workflows.delete(write.tx, workflow.id);
    await deleteTimer(write.tx, 'advance-workflow', workflow.id);
    await supersedeRequests(write, workflow);
    recordWorkflow(write, scene, 'deleted a workflow of the flag', [`Deleted the workflow "${workflow.name}"`]);
  });
}

/** Nobody needs to agree any more. */
async function supersedeRequests({ tx }: Write, { stages }: Workflow): Promise<void> {
  for (const stage of stages) {
    const id = approvalOf(stage)?.approvalId;
    const request = id === undefined ? undefined : await findApprovalForUpdate(tx, id);
    if (!request || !isOpen(request)) continue;
    await saveApproval(tx, { ...request, status: 'superseded', version: request.version + 1 }, 'pending');
  }
}
