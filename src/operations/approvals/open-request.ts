import type { ApprovalRequest } from '../../domain/approval.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { insertApproval } from '../../store/approvals.ts';
import type { Write } from '../write.ts';
import { accessesOn, type ApprovalTarget, baseVersionOf, effectOf } from './approval-target.ts';
import { notifyReviewers } from './notify-reviewers.ts';
import { recordRequest } from './record-request.ts';

/** What is asked for, by whom and of whom. */
export type Asked = Omit<
  ApprovalRequest,
  | 'id'
  | 'projectId'
  | 'environmentId'
  | 'resourceKind'
  | 'resourceId'
  | 'version'
  | 'createdAt'
  | 'status'
  | 'reviews'
  | 'effect'
  | 'baseVersion'
>;

/**
 * Stores a request, with what it would do, so that everybody agrees to the same.
 * @throws InvalidRequest for instructions that cannot be applied, or that ask for what is there, unless a
 * workflow asks: what is there now may be gone when its time comes
 */
export async function openRequest(write: Write, target: ApprovalTarget, asked: Asked): Promise<ApprovalRequest> {
  const effect = await effectOf(write, target, asked);
  if (effect.length === 0 && !asked.workflow) {
    throw new InvalidRequest('instructions: expected a change, but they ask for what is there');
  }
  const { project, environment, thing } = target;
  const request: ApprovalRequest = {
    ...asked,
    id: write.ids.objectId(),
    projectId: project.id,
    environmentId: environment?.id,
    resourceKind: thing.kind,
    resourceId: thing.kind === 'flag' ? thing.flag.id : thing.segment.id,
    version: 1,
    createdAt: write.now,
    status: 'pending',
    reviews: [],
    effect,
    baseVersion: baseVersionOf(target),
  };
  await insertApproval(write.tx, request, 'pending');
  if (request.executionDate !== undefined) {
    write.schedule({ kind: 'apply-approval', subject: request.id, dueAtMs: request.executionDate });
  }
  const accesses = accessesOn(target, 'createApprovalRequest');
  recordRequest(write, target, request, { accesses, titleVerb: 'requested approval to change', words: effect });
  await notifyReviewers(write, target, request);
  return request;
}
