import type { ApprovalRep } from '../../../wire/rest/approval.ts';
import classes from './approvals.module.css';

const TONES: Readonly<Record<string, string>> = {
  approved: 'good',
  completed: 'good',
  scheduled: 'good',
  declined: 'bad',
  failed: 'bad',
  expired: 'bad',
};

/** What has become of a request: while it is open, what the reviewers say. */
export function ApprovalStatus({ request }: { request: ApprovalRep }) {
  const word = request.status === 'pending' ? request.reviewStatus : request.status;
  return (
    <span className={classes['status']} data-tone={TONES[word] ?? 'open'}>
      {word}
    </span>
  );
}
