import { Button, Code, Group, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { ApprovalRep } from '../../../wire/rest/approval.ts';
import { useSession } from '../../api/session.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { useMemberNames } from '../../api/use-members.ts';
import { flagPath, segmentPath } from '../../shell/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { ApprovalStatus } from './approval-status.tsx';
import classes from './approvals.module.css';
import { readResourceId } from './resource-id.ts';

const REVIEW_WORDS: Readonly<Record<string, string>> = {
  approve: 'approved it',
  decline: 'declined it',
  comment: 'commented',
};

/** One request: what it would do, what others say, and the ways to answer it. */
export function Approval({ id }: { id: string }) {
  const request = useApi<ApprovalRep>(['approval-requests', id]);
  useTitle(request.data?.description ?? 'Approval');
  const nameOf = useMemberNames();
  if (request.error) return <ErrorNotice error={request.error} onRetry={() => void request.refetch()} />;
  if (!request.data) return <SkeletonRows count={6} />;
  const { description, requestorId, creationDate, effect, conflicts, instructions, allReviews, executionDate } =
    request.data;
  return (
    <>
      <PageHead
        above={
          <nav aria-label="Breadcrumb" className={classes['above']}>
            <Link href="/approvals">Approvals</Link>
          </nav>
        }
        title={description}
        below={
          <p className={classes['about']}>
            <ApprovalStatus request={request.data} />
            <Subject request={request.data} />
            <span>
              asked for by {nameOf(requestorId)} <RelativeTime at={creationDate} />
            </span>
            {executionDate !== undefined && (
              <span>
                to happen <RelativeTime at={executionDate} />
              </span>
            )}
          </p>
        }
      />
      <div className={classes['sections']}>
        <Section title="Its effect">
          <ul className={classes['list']}>
            {effect.map((line, index) => (
              <li key={index}>{line.replace(/^- /, '')}</li>
            ))}
          </ul>
          {conflicts.map(({ reason }, index) => (
            <p key={index} className={classes['conflict']}>
              {reason}
            </p>
          ))}
          <details className={classes['details']}>
            <summary>As instructions of the API</summary>
            <Code block>{JSON.stringify(instructions, undefined, 2)}</Code>
          </details>
        </Section>
        <Section title="Reviews">
          {allReviews.length === 0 && <p className={classes['soft']}>Nobody has said anything yet.</p>}
          <ul className={classes['reviews']}>
            {allReviews.map((review) => (
              <li key={review._id}>
                <strong>{nameOf(review.memberId)}</strong> {REVIEW_WORDS[review.kind] ?? review.kind}{' '}
                <RelativeTime at={review.creationDate} />
                {review.comment && <q>{review.comment}</q>}
              </li>
            ))}
          </ul>
        </Section>
        {request.data.status === 'pending' && <Answer request={request.data} />}
      </div>
    </>
  );
}

function Subject({ request }: { request: ApprovalRep }) {
  const { kind, key, projectKey, environmentKey } = readResourceId(request.resourceId);
  const environment = environmentKey === '*' ? undefined : environmentKey;
  const path = kind === 'segment' ? segmentPath : flagPath;
  return (
    <span>
      {kind} <Link href={path(projectKey, key, environment)}>{key}</Link>
      {environment !== undefined && ` in ${environment}`} of {projectKey}
    </span>
  );
}

function Answer({ request }: { request: ApprovalRep }) {
  const [comment, setComment] = useState('');
  const change = useChange([['approval-requests'], ['flags'], ['segments'], ['auditlog']]);
  const me = useSession().data?._id;
  const [, go] = useLocation();
  const segments = ['approval-requests', request._id];
  const isMine = me !== undefined && me === request.requestorId;
  const mayJudge = !isMine || request.approvalSettings.canReviewOwnRequest;
  const body = comment.trim() === '' ? {} : { comment: comment.trim() };
  const run = (done: string, ...steps: readonly Parameters<typeof change.mutateAsync>[0][]) => {
    const all = async () => {
      for (const step of steps) await change.mutateAsync(step);
      notifications.show({ message: done });
      setComment('');
    };
    all().catch(() => undefined);
  };
  const review = (kind: string) =>
    ({ segments: [...segments, 'reviews'], method: 'POST', body: { kind, ...body } }) as const;
  const withdraw = async () => {
    await change.mutateAsync({ segments, method: 'DELETE' });
    notifications.show({ message: 'The request is withdrawn' });
    go('/approvals');
  };
  return (
    <Section title="Your answer">
      <Textarea label="Comment" value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
      {!mayJudge && <p className={classes['soft']}>You have asked for this; somebody else has to approve it.</p>}
      {change.error && <ErrorNotice error={change.error} />}
      <Group>
        {mayJudge && (
          <>
            <Button
              variant={request.reviewStatus === 'approved' ? 'default' : 'filled'}
              onClick={() => run('You have approved it', review('approve'))}
              loading={change.isPending}
            >
              Approve
            </Button>
            <Button variant="outline" color="red" onClick={() => run('You have declined it', review('decline'))}>
              Decline
            </Button>
          </>
        )}
        <Button
          variant="default"
          disabled={comment.trim() === ''}
          onClick={() => run('Your comment is there', review('comment'))}
        >
          Comment
        </Button>
        {request.reviewStatus === 'approved' && (
          <Button onClick={() => run('The change is made', { segments: [...segments, 'apply'], method: 'POST', body })}>
            Apply the change
          </Button>
        )}
        {isMine && (
          <Button variant="subtle" color="gray" onClick={() => void withdraw().catch(() => undefined)}>
            Withdraw the request
          </Button>
        )}
      </Group>
    </Section>
  );
}
