import { MultiSelect, SegmentedControl, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { MetricCollection, MetricRep } from '../../../wire/rest/metric.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useApi } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MetricIcon, PlusIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { CreateMetric } from './create-metric.tsx';
import { GroupForm } from './group-form.tsx';
import { Groups } from './groups.tsx';
import { kindWords } from './metric-words.ts';
import { metricAddress } from './paths.ts';

const PAGE_SIZE = 25;
const SHOWN = [
  { value: 'metrics', label: 'Metrics' },
  { value: 'groups', label: 'Groups' },
];
const KINDS = [
  { value: 'conversion', label: 'Conversion', filter: 'eventKind equals custom,isNumeric equals false' },
  { value: 'numeric', label: 'Numeric', filter: 'isNumeric equals true' },
  { value: 'click', label: 'Clicks', filter: 'eventKind equals click' },
  { value: 'pageview', label: 'Page views', filter: 'eventKind equals pageview' },
];
const NEWEST = '-createdAt';
const SORTS = [
  { value: NEWEST, label: 'Newest first' },
  { value: 'createdAt', label: 'Oldest first' },
  { value: 'name', label: 'Name' },
];

/** What releases of a project are judged by: its metrics, and groups of them. */
export function Metrics({ projectKey }: { projectKey: string }) {
  useTitle('Metrics');
  const { get, change } = useUrlState();
  const isGroups = get('show') === 'groups';
  const [isCreating, creating] = useDisclosure();
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const [type, action] = isGroups
    ? (['metric-group', 'createMetricGroup'] as const)
    : (['metric', 'createMetric'] as const);
  const denied = why(project && accessesTo(specifier.inProject(project, type, { key: 'new' }), [action]));
  const create = (
    <RightButton leftSection={<PlusIcon />} denied={denied} onClick={creating.open}>
      {isGroups ? 'Create group' : 'Create metric'}
    </RightButton>
  );
  return (
    <>
      <PageHead
        title="Metrics"
        actions={
          <>
            <SegmentedControl
              aria-label="What is shown"
              data={SHOWN}
              value={isGroups ? 'groups' : 'metrics'}
              onChange={(show) =>
                change({ show: show === 'groups' ? show : undefined, q: undefined, page: undefined, kind: undefined })
              }
            />
            {create}
          </>
        }
      />
      {isGroups ? (
        <Groups projectKey={projectKey} create={create} />
      ) : (
        <MetricList projectKey={projectKey} create={create} />
      )}
      {isCreating && !isGroups && <CreateMetric projectKey={projectKey} onClose={creating.close} />}
      {isCreating && isGroups && <GroupForm projectKey={projectKey} onClose={creating.close} />}
    </>
  );
}

function MetricList({ projectKey, create }: { projectKey: string; create: React.ReactNode }) {
  const { get, change } = useUrlState();
  const page = usePage();
  const [text, tags, kind] = [
    get('q'),
    get('tags')?.split(',') ?? [],
    KINDS.find(({ value }) => value === get('kind')),
  ];
  const filter = [
    text !== undefined && `query equals ${JSON.stringify(text)}`,
    tags.length > 0 && `tags contains ${JSON.stringify(tags)}`,
    kind?.filter,
  ]
    .filter(Boolean)
    .join(',');
  const sort = get('sort') ?? NEWEST;
  const query = { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, sort, filter };
  const list = useApi<Static<typeof MetricCollection>>(['metrics', projectKey], { query, keepsFormer: true });
  const metrics = list.data?.items ?? [];
  const known = useApi<{ items: string[] }>(['tags'], { query: { kind: 'metric' } }).data?.items ?? [];
  return (
    <>
      <Tools>
        <SearchInput label="Name or key" />
        <MultiSelect
          size="sm"
          aria-label="Tags"
          placeholder={tags.length === 0 ? 'Tags' : ''}
          data={[...new Set([...known, ...tags])]}
          value={tags}
          onChange={(words) => change({ tags: words.join(','), page: undefined })}
          searchable
          clearable
          limit={50}
          nothingFoundMessage="No metric has that tag"
        />
        <Select
          aria-label="Kind"
          placeholder="Kind"
          data={KINDS}
          value={kind?.value ?? null}
          onChange={(value) => change({ kind: value ?? undefined, page: undefined })}
          clearable
          allowDeselect
        />
        <Select
          aria-label="Order"
          data={SORTS}
          value={sort}
          onChange={(next) => change({ sort: next === NEWEST ? undefined : (next ?? undefined), page: undefined })}
        />
      </Tools>
      <Card label="Metrics">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={6} />}
        {list.data && metrics.length === 0 && (
          <EmptyState
            icon={<MetricIcon size={22} />}
            title={filter === '' ? 'No metrics yet' : 'No metric is like that'}
            action={filter === '' && create}
          >
            A metric says how those who are served a variation fare: whether they order, how long they wait, how many
            errors they see. Guarded rollouts are judged by metrics, and stop by themselves when one gets worse.
          </EmptyState>
        )}
        {metrics.length > 0 && (
          <>
            <DataTable
              label="Metrics"
              columns={[
                { label: 'Metric' },
                { label: 'Kind', width: '110px' },
                { label: 'Success', width: '130px', isSecondary: true },
                { label: 'Used by', width: '160px', isSecondary: true },
                { label: 'Maintainer', width: '150px', isSecondary: true },
                { label: 'Changed', width: '120px', isSecondary: true },
              ]}
              rows={metrics.map((metric) => ({ key: metric.key, cells: cellsOf(projectKey, metric) }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
    </>
  );
}

function cellsOf(projectKey: string, metric: MetricRep) {
  const uses = [
    countWords(metric._attachedFlagCount, 'flag'),
    countWords(metric.activeGuardedRolloutCount, 'rollout'),
    countWords(metric.metricGroupCount, 'group'),
  ].filter(Boolean);
  return [
    <RowTitle key="name" title={<Link href={metricAddress(projectKey, metric.key)}>{metric.name}</Link>}>
      <code>{metric.key}</code>
      {metric.tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </RowTitle>,
    kindWords(metric as Parameters<typeof kindWords>[0]),
    metric.successCriteria === 'HigherThanBaseline' ? 'more is better' : 'less is better',
    uses.length === 0 ? 'nothing' : uses.join(', '),
    metric._maintainer ? personName(metric._maintainer) : 'nobody',
    <RelativeTime key="changed" at={Date.parse(metric.lastModified.date)} />,
  ];
}

const countWords = (count: number, what: string) => count > 0 && `${count} ${what}${count === 1 ? '' : 's'}`;
