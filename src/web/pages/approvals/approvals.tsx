import { SegmentedControl } from '@mantine/core';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { ApprovalCollection } from '../../../wire/rest/approval.ts';
import { useSession } from '../../api/session.ts';
import { useApi } from '../../api/use-api.ts';
import { useMemberNames } from '../../api/use-members.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { InboxIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { ApprovalStatus } from './approval-status.tsx';
import { readResourceId } from './resource-id.ts';

const PAGE_SIZE = 25;
const VIEWS = [
  { value: 'open', label: 'Open' },
  { value: 'mine', label: 'Asked by me' },
  { value: 'all', label: 'All' },
];

/** Changes that wait for others to agree. */
export function Approvals() {
  useTitle('Approvals');
  const { get, change } = useUrlState();
  const view = get('view') ?? 'open';
  const page = usePage();
  const me = useSession().data?._id ?? '';
  const nameOf = useMemberNames();
  const filters: Readonly<Record<string, string>> = {
    open: 'status anyOf ["pending"]',
    mine: `requestorId equals ${JSON.stringify(me)}`,
  };
  const list = useApi<Static<typeof ApprovalCollection>>(['approval-requests'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, filter: filters[view] },
    keepsFormer: true,
  });
  const requests = list.data?.items ?? [];
  return (
    <>
      <PageHead title="Approvals" />
      <Tools>
        <SegmentedControl
          aria-label="Which requests"
          data={VIEWS}
          value={view}
          onChange={(next) => change({ view: next === 'open' ? undefined : next, page: undefined })}
        />
      </Tools>
      <Card label="Approval requests">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={5} />}
        {list.data && requests.length === 0 && (
          <EmptyState icon={<InboxIcon size={22} />} title="Nothing waits for approval">
            Where an environment asks for it (see its settings), changes of flags and segments are requests that others
            look at and agree to before anything happens. They are found here.
          </EmptyState>
        )}
        {requests.length > 0 && (
          <>
            <DataTable
              label="Approval requests"
              columns={[
                { label: 'Request' },
                { label: 'By', width: '20%', isSecondary: true },
                { label: 'When', width: '120px', isSecondary: true },
                { label: 'State', width: '110px' },
              ]}
              rows={requests.map((request) => {
                const { kind, key, environmentKey } = readResourceId(request.resourceId);
                return {
                  key: request._id,
                  cells: [
                    <RowTitle key="title" title={<Link href={`/approvals/${request._id}`}>{request.description}</Link>}>
                      {kind} <code>{key}</code> {environmentKey !== '*' && `in ${environmentKey}`}
                    </RowTitle>,
                    nameOf(request.requestorId),
                    <RelativeTime key="when" at={request.creationDate} />,
                    <ApprovalStatus key="status" request={request} />,
                  ],
                };
              })}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
    </>
  );
}
