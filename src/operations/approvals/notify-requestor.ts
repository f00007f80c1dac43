import { type ApprovalRequest, type Party, reviewStatus } from '../../domain/approval.ts';
import { notify } from '../notify.ts';
import type { Write } from '../write.ts';
import { approvalNotice, nameOf } from './approval-notice.ts';
import { type ApprovalTarget, settingsFor } from './approval-target.ts';

/** Tells whoever asks that a review has decided: that the request is approved or declined since, if it is. */
export async function notifyRequestor(
  write: Write,
  target: ApprovalTarget,
  before: ApprovalRequest,
  after: ApprovalRequest,
): Promise<void> {
  const { requestor } = after;
  const review = after.reviews.at(-1);
  const settings = settingsFor(target);
  const status = reviewStatus(after, settings);
  const isDecided = status !== 'pending' && status !== reviewStatus(before, settings);
  if (!review || !isDecided || requestor.kind !== 'member' || isSame(review.by, requestor)) return;
  const words = {
    kind: `approval-${status}`,
    title: status === 'approved' ? 'Approved: change of' : 'Declined: change of',
    text: `${await nameOf(write, review.by)} has ${status} your change of`,
    comment: review.comment,
  };
  await notify(write, { memberIds: [requestor.id], teamKeys: [] }, approvalNotice(target, after, words));
}

const isSame = (left: Party, right: Party) => left.kind === right.kind && left.id === right.id;
