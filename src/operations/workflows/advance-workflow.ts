import type { Actor } from '../../domain/access/actor.ts';
import { type ApprovalRequest, canBeApplied, isOpen, reviewStatus } from '../../domain/approval.ts';
import { SlipwayError, StaleVersion } from '../../domain/errors.ts';
import { advance, completeStage, failStage, withRequest } from '../../domain/workflow/advance.ts';
import {
  type ApprovalCondition,
  approvalOf,
  type Stage,
  stagesToCome,
  type Workflow,
} from '../../domain/workflow/workflow.ts';
import { findApprovalForUpdate, saveApproval } from '../../store/approvals.ts';
import { getMember } from '../../store/members.ts';
import { actAsMember } from '../account/callers.ts';
import { applyRequest } from '../approvals/apply-request.ts';
import { type ApprovalTarget, settingsFor } from '../approvals/approval-target.ts';
import { openRequest } from '../approvals/open-request.ts';
import { changeFlag } from '../change-flag.ts';
import { findScene, type FlagScene } from '../flag-scene.ts';
import type { Write } from '../write.ts';
import { recordWorkflow, stageSteps, wake, workflows } from './workflow.ts';

/** A workflow on its way: where, and for which stage. */
interface Journey {
  readonly scene: FlagScene;
  readonly workflow: Workflow;
  readonly stage: Stage;
}

/**
 * Takes a workflow one step on: what the timer `advance-workflow` does. Stages are carried out as who has made the
 * workflow, with the rights of this moment. A stage that cannot be carried out ends the workflow, and the audit log
 * says why.
 */
export async function advanceWorkflow(write: Write, id: string): Promise<void> {
  const before = await workflows.findById(write.tx, id);
  if (!before) return;
  const request = await findRequest(write, before.resource);
  const scene = await findScene(write, before.place);
  // Only now nobody else changes the request and the flag, and with them the workflow.
  const found = await workflows.findById(write.tx, id);
  if (!scene || !found) return;
  const isApproved = ({ approvalId }: ApprovalCondition) =>
    request !== undefined && request.id === approvalId && canBeApplied(request, settingsFor(targetOf(scene)));
  const { workflow, next } = advance(found.resource, write.now, isApproved);
  if (next.kind === 'nothing') return;
  if (next.kind === 'wait') {
    if (next.until !== undefined) wake(write, id, next.until);
    return save(write, workflow);
  }
  const journey = { scene, workflow, stage: next.stage };
  const after = await attempt(write, journey, (by) =>
    next.kind === 'ask' ? ask(write, journey, next.condition) : carryOut(write, journey, by, request),
  );
  wake(write, id, write.now);
  await save(write, after);
}

/** The request for the stage that a workflow has come to, held by the transaction. */
async function findRequest({ tx }: Write, workflow: Workflow): Promise<ApprovalRequest | undefined> {
  const [stage] = stagesToCome(workflow);
  const id = stage && approvalOf(stage)?.approvalId;
  return id === undefined ? undefined : findApprovalForUpdate(tx, id);
}

const targetOf = ({ flag, ...scene }: FlagScene): ApprovalTarget => ({ ...scene, thing: { kind: 'flag', flag } });

async function save({ tx }: Write, workflow: Workflow): Promise<void> {
  await workflows.save(tx, { ...workflow, version: workflow.version + 1 });
}

/** Does something for a stage as who has made the workflow; what does not work fails the stage. */
async function attempt(
  write: Write,
  { scene, workflow, stage }: Journey,
  act: (by: Actor) => Promise<Workflow>,
): Promise<Workflow> {
  const { id, creatorId } = workflow;
  try {
    return await act(await actAsMember(write.tx, await getMember(write.tx, creatorId), { kind: 'schedule', id }));
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof StaleVersion) throw error;
    const words = [`Gave up ${stageWords(workflow, stage)}: ${error.message}`];
    recordWorkflow(write, scene, 'could not carry out a workflow of the flag', words);
    return failStage(workflow, stage, error.message, write.now);
  }
}

async function ask(write: Write, { scene, workflow, stage }: Journey, condition: ApprovalCondition): Promise<Workflow> {
  const words = stageWords(workflow, stage);
  const request = await openRequest(write, targetOf(scene), {
    requestor: { kind: 'member', id: workflow.creatorId },
    description: condition.description.trim() || words,
    notifyMemberIds: condition.notifyMemberIds,
    notifyTeamKeys: condition.notifyTeamKeys,
    comment: words,
    instructions: stage.instructions,
    workflow: {
      id: workflow.id,
      name: workflow.name,
      stageIndex: workflow.stages.findIndex(({ id }) => id === stage.id),
      stageName: stage.name,
    },
  });
  return withRequest(workflow, stage, condition.id, request.id);
}

async function carryOut(
  write: Write,
  { scene, workflow, stage }: Journey,
  by: Actor,
  request: ApprovalRequest | undefined,
): Promise<Workflow> {
  if (request) {
    await apply(write, scene, request, by);
  } else {
    const steps = stageSteps(stage, scene.environment.key);
    await changeFlag(write, { ...scene, steps, by, comment: stageWords(workflow, stage) });
  }
  return completeStage(workflow, stage, write.now);
}

/** @throws InvalidRequest, Conflict when it would do something else than was approved */
async function apply(write: Write, scene: FlagScene, request: ApprovalRequest, by: Actor): Promise<void> {
  const target = targetOf(scene);
  const { request: after, error } = await applyRequest(write, target, request, { by, party: request.requestor });
  if (!error || after.status === 'superseded') return;
  if (isOpen(after)) {
    const failed = { ...after, status: 'failed', failure: error.message, version: after.version + 1 } as const;
    await saveApproval(write.tx, failed, reviewStatus(failed, settingsFor(target)));
  }
  throw error;
}

function stageWords({ name, stages }: Workflow, stage: Stage): string {
  const place = stages.findIndex(({ id }) => id === stage.id) + 1;
  return `stage ${place}${stage.name === '' ? '' : ` "${stage.name}"`} of the workflow "${name}"`;
}
