import type { ApprovalRequest } from '../../domain/approval.ts';
import { findRecipients, notify } from '../notify.ts';
import type { Write } from '../write.ts';
import { approvalNotice, nameOf } from './approval-notice.ts';
import type { ApprovalTarget } from './approval-target.ts';

type Reviewers = Pick<ApprovalRequest, 'notifyMemberIds' | 'notifyTeamKeys'>;

/**
 * Tells those who are asked to review a request: members, and all members of teams, but not whoever asks.
 * @param told those who know of it already
 */
export async function notifyReviewers(
  write: Write,
  target: ApprovalTarget,
  request: ApprovalRequest,
  told: Reviewers = { notifyMemberIds: [], notifyTeamKeys: [] },
): Promise<void> {
  const { requestor, comment } = request;
  const known = await reviewersOf(write, told);
  const ids = [...(await reviewersOf(write, request))].filter((id) => !known.has(id) && id !== requestor.id);
  if (ids.length === 0) return;
  const text = `${await nameOf(write, requestor)} asks for your review of a change of`;
  const words = { kind: 'approval-requested', title: 'Review requested:', text, comment };
  await notify(write, { memberIds: ids, teamKeys: [] }, approvalNotice(target, request, words));
}

const reviewersOf = (write: Write, { notifyMemberIds, notifyTeamKeys }: Reviewers) =>
  findRecipients(write, { memberIds: notifyMemberIds, teamKeys: notifyTeamKeys });
