import { Group, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import { METRIC_GROUP_ACTIONS } from '../../../domain/metric-group.ts';
import type { MetricGroupCollection, MetricGroupRep } from '../../../wire/rest/metric-group.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MetricIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { GroupForm } from './group-form.tsx';
import classes from './metrics.module.css';
import { groupsPath, metricAddress } from './paths.ts';

const PAGE_SIZE = 25;
const KINDS = [
  { value: 'funnel', label: 'Funnels' },
  { value: 'standard', label: 'Standard' },
];
const SORTS = [
  { value: 'name', label: 'Name' },
  { value: '-createdAt', label: 'Newest first' },
];

/** Groups of metrics: steps that follow one another, or what is looked at together. */
export function Groups({ projectKey, create }: { projectKey: string; create: ReactNode }) {
  const { get, change } = useUrlState();
  const page = usePage();
  const [edited, setEdited] = useState<MetricGroupRep>();
  const [deleted, setDeleted] = useState<MetricGroupRep>();
  const [text, kind] = [get('q'), get('kind')];
  const filter = [text && `query equals ${JSON.stringify(text)}`, kind && `kind equals ${kind}`]
    .filter(Boolean)
    .join(',');
  const sort = get('sort') ?? 'name';
  const query = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, sort, filter };
  const list = useApi<Static<typeof MetricGroupCollection>>(groupsPath(projectKey), {
    query,
    isBeta: true,
    keepsFormer: true,
  });
  const groups = list.data?.items ?? [];
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const whyNot = (group: MetricGroupRep, action: string) =>
    why(project && accessesTo(specifier.inProject(project, 'metric-group', group), [action]));
  return (
    <>
      <Tools>
        <SearchInput label="Name or key" />
        <Select
          aria-label="Kind"
          placeholder="Kind"
          data={KINDS}
          value={kind ?? null}
          onChange={(value) => change({ kind: value ?? undefined, page: undefined })}
          clearable
          allowDeselect
        />
        <Select
          aria-label="Order"
          data={SORTS}
          value={sort}
          onChange={(next) => change({ sort: next === 'name' ? undefined : (next ?? undefined), page: undefined })}
        />
      </Tools>
      <Card label="Metric groups">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={4} />}
        {list.data && groups.length === 0 && (
          <EmptyState
            icon={<MetricIcon size={22} />}
            title={filter === '' ? 'No groups yet' : 'No group is like that'}
            action={filter === '' && create}
          >
            A group has metrics that belong together: the steps of a funnel, one after another, or what a rollout is
            always judged by.
          </EmptyState>
        )}
        {groups.length > 0 && (
          <>
            <DataTable
              label="Metric groups"
              columns={[
                { label: 'Group' },
                { label: 'Kind', width: '100px' },
                { label: 'Metrics', width: '38%' },
                { label: 'Actions', width: '190px' },
              ]}
              rows={groups.map((group) => ({
                key: group.key,
                cells: [
                  <RowTitle key="name" title={group.name}>
                    <code>{group.key}</code>
                    {group.tags.map((tag) => (
                      <Tag key={tag}>{tag}</Tag>
                    ))}
                  </RowTitle>,
                  group.kind === 'funnel' ? 'Funnel' : 'Standard',
                  <Members key="metrics" projectKey={projectKey} group={group} />,
                  <Group key="actions" gap={4}>
                    <RightButton
                      variant="default"
                      size="xs"
                      aria-label={`Change ${group.name}`}
                      denied={denialOfAll(Object.values(METRIC_GROUP_ACTIONS).map((action) => whyNot(group, action)))}
                      onClick={() => setEdited(group)}
                    >
                      Change
                    </RightButton>
                    <RightButton
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Delete ${group.name}`}
                      denied={whyNot(group, 'deleteMetricGroup')}
                      onClick={() => setDeleted(group)}
                    >
                      Delete…
                    </RightButton>
                  </Group>,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {edited && <GroupForm projectKey={projectKey} group={edited} onClose={() => setEdited(undefined)} />}
      {deleted && <Deletion projectKey={projectKey} group={deleted} onClose={() => setDeleted(undefined)} />}
    </>
  );
}

function Members({ projectKey, group }: { projectKey: string; group: MetricGroupRep }) {
  return (
    <ol className={classes['members']} data-funnel={group.kind === 'funnel'}>
      {group.metrics.map(({ key, name, nameInGroup }) => (
        <li key={key}>
          <Link href={metricAddress(projectKey, key)}>{nameInGroup ?? name}</Link>
        </li>
      ))}
    </ol>
  );
}

function Deletion(props: { projectKey: string; group: MetricGroupRep; onClose: () => void }) {
  const { projectKey, group, onClose } = props;
  const remove = useChange([groupsPath(projectKey), ['metrics', projectKey], ['auditlog']]);
  const submit = async () => {
    await remove.mutateAsync({ segments: [...groupsPath(projectKey), group.key], method: 'DELETE', isBeta: true });
    notifications.show({ message: `${group.name} is deleted` });
    onClose();
  };
  return (
    <ConfirmByKey
      isOpen
      title={`Delete ${group.name}?`}
      confirmKey={group.key}
      action="Delete for good"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void submit().catch(() => undefined)}
      onClose={onClose}
    >
      Its metrics stay.
    </ConfirmByKey>
  );
}
