import { Link } from 'wouter';
import type { ApprovalCollection } from '../../../wire/rest/approval.ts';
import type { Static } from 'typebox';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { ScheduledChangeCollection } from '../../../wire/rest/scheduled-change.ts';
import { useApi } from '../../api/use-api.ts';
import { useMemberNames } from '../../api/use-members.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ApprovalStatus } from '../approvals/approval-status.tsx';
import type { Draft } from './draft.ts';
import classes from './pending.module.css';
import { PlannedChange } from './planned-change.tsx';

const OPEN = new Set(['pending', 'scheduled']);

export interface PendingPlace {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly flag: FlagRep;
  readonly stored: Draft;
  readonly needed: ReadonlyMap<string, FlagRep>;
}

/** What is to happen to a flag in an environment: at a time, or once others agree. Nothing where nothing is. */
export function Pending(place: PendingPlace) {
  const { projectKey, environmentKey, flag } = place;
  const path = ['projects', projectKey, 'flags', flag.key, 'environments', environmentKey];
  const plans = useApi<Static<typeof ScheduledChangeCollection>>([...path, 'scheduled-changes']);
  const requests = useApi<Static<typeof ApprovalCollection>>([...path, 'approval-requests']);
  const nameOf = useMemberNames();
  const failed = [plans, requests].find(({ error }) => error !== null);
  if (failed) return <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  const open = requests.data?.items.filter(({ status }) => OPEN.has(status)) ?? [];
  const planned = (plans.data?.items ?? []).toSorted((one, other) => one.executionDate - other.executionDate);
  if (open.length + planned.length === 0) return null;
  return (
    <section className={classes['pending']} aria-label="Waiting changes">
      <h2>Waiting changes</h2>
      <ul>
        {open.map((request) => (
          <li key={request._id}>
            <div className={classes['head']}>
              <ApprovalStatus request={request} />
              <Link href={`/approvals/${request._id}`}>{request.description}</Link>
              <small>
                asked for by {nameOf(request.requestorId)} <RelativeTime at={request.creationDate} />
                {request.executionDate !== undefined && (
                  <>
                    , to happen <RelativeTime at={request.executionDate} />
                  </>
                )}
              </small>
            </div>
            <ul className={classes['words']}>
              {request.effect.map((line, index) => (
                <li key={index}>{line.replace(/^- /, '')}</li>
              ))}
            </ul>
          </li>
        ))}
        {planned.map((plan) => (
          <PlannedChange key={plan._id} place={place} path={path} plan={plan} by={nameOf(plan._maintainerId)} />
        ))}
      </ul>
    </section>
  );
}
