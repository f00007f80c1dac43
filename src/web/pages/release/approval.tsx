import { Button, Group } from '@mantine/core';
import type { ApprovalRep } from '../../../wire/rest/approval.ts';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { useSession } from '../../api/session.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import classes from './release.module.css';

const ASKED_EVERY_MS = 5000;
const REVIEW_WORDS: Readonly<Record<string, string>> = {
  approve: 'has approved',
  decline: 'has declined',
  comment: 'has commented',
};

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly audience: ReleaseRep['phases'][number]['_audiences'][number];
}

/** The change that an audience waits for: what it does, who has said what, and the ways to decide. */
export function Approval({ projectKey, flagKey, audience }: Props) {
  const href = audience._links?.['approvalRequest']?.href ?? '';
  const path = ['approval-requests', decodeURIComponent(href.slice(href.lastIndexOf('/') + 1))];
  const approval = useApi<ApprovalRep>(path, { everyMs: ASKED_EVERY_MS });
  const members = useMemberChoices();
  const { data: me } = useSession();
  const change = useChange([path, ['projects', projectKey, 'flags', flagKey]]);
  if (approval.error) return <ErrorNotice error={approval.error} onRetry={() => void approval.refetch()} />;
  if (!approval.data) return <SkeletonRows count={1} height={60} />;
  const { effect, allReviews, reviewStatus, requestorId, approvalSettings, conflicts, status } = approval.data;
  const nameOf = (id: string | undefined) => members.find(({ value }) => value === id)?.label ?? 'Somebody';
  const isOwn = me?._id === requestorId && !approvalSettings.canReviewOwnRequest;
  const isOpen = status === 'pending' || status === 'scheduled';
  const review = (kind: string) => change.mutate({ segments: [...path, 'reviews'], method: 'POST', body: { kind } });
  const apply = () => change.mutate({ segments: [...path, 'apply'], method: 'POST', body: {} });
  return (
    <section className={classes['approval']} aria-label={`Approval for ${audience.name}`}>
      <ul>
        {effect.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {conflicts.map(({ reason }) => (
        <p key={reason} className={classes['warning']}>
          {reason}
        </p>
      ))}
      {allReviews.map(({ _id, kind, memberId, comment }) => (
        <p key={_id}>
          {nameOf(memberId)} {REVIEW_WORDS[kind] ?? kind}
          {comment !== undefined && comment !== '' && `: “${comment}”`}
        </p>
      ))}
      {isOpen && isOwn && reviewStatus !== 'approved' && (
        <p>You have asked for this change, so that somebody else has to approve it.</p>
      )}
      {isOpen && (
        <Group gap="xs">
          {!isOwn && reviewStatus !== 'approved' && (
            <>
              <Button size="xs" disabled={change.isPending} onClick={() => review('approve')}>
                Approve
              </Button>
              <Button size="xs" variant="default" disabled={change.isPending} onClick={() => review('decline')}>
                Decline
              </Button>
            </>
          )}
          {reviewStatus === 'approved' && (
            <Button size="xs" disabled={change.isPending} onClick={apply}>
              Apply the approved change
            </Button>
          )}
        </Group>
      )}
      {change.error && <ErrorNotice error={change.error} />}
    </section>
  );
}
