import { Button, SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { ContextKindCollection } from '../../../wire/rest/contexts.ts';
import { apiPath, request } from '../../api/request.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { contextPath } from '../../shell/paths.ts';
import { useEnvironment } from '../../shell/use-project.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ContextIcon } from '../../ui/icons.tsx';
import { EmptyState, PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import classes from './contexts.module.css';
import { partsOf, searchFilter, type Seen, type SeenCollection, titleOf } from './seen-context.ts';

const PAGE_SIZE = 25;
const SCOPES = [
  { value: 'contexts', label: 'Contexts' },
  { value: 'instances', label: 'Instances' },
  { value: 'kinds', label: 'Kinds' },
];

/** Whom SDKs have evaluated flags for in an environment. */
export function Contexts({ projectKey }: { projectKey: string }) {
  useTitle('Contexts');
  const { get, change } = useUrlState();
  const scope = SCOPES.find(({ value }) => value === get('show'))?.value ?? 'contexts';
  const { environment, environments, choose, error, refetch } = useEnvironment(projectKey);
  const kinds = useApi<Static<typeof ContextKindCollection>>(['projects', projectKey, 'context-kinds']);
  const failed = error ? { error, refetch } : kinds;
  return (
    <>
      <PageHead
        title="Contexts"
        actions={
          <SegmentedControl
            aria-label="What is shown"
            data={SCOPES}
            value={scope}
            onChange={(value) => change({ show: value === 'contexts' ? undefined : value, q: undefined })}
          />
        }
      />
      {environment && scope !== 'kinds' && (
        <Tools>
          <EnvironmentTabs environments={environments} current={environment} onChoose={choose} />
          <SearchInput key={scope} label={scope === 'contexts' ? 'Key or attribute' : 'kind:key'} />
          <Select
            aria-label="Kind"
            placeholder="Kind"
            data={(kinds.data?.items ?? []).map(({ key, name }) => ({ value: key, label: name }))}
            value={get('kind') ?? null}
            onChange={(kind) => change({ kind: kind ?? undefined })}
            clearable
            allowDeselect
          />
        </Tools>
      )}
      <Card label={scope === 'kinds' ? 'Kinds of contexts' : 'Contexts'}>
        {failed.error && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
        {scope === 'kinds' && (kinds.data ? <Kinds items={kinds.data.items} /> : <SkeletonRows count={3} />)}
        {scope !== 'kinds' && environment && (
          <List
            projectKey={projectKey}
            environmentKey={environment.key}
            scope={scope === 'instances' ? 'instances' : 'contexts'}
          />
        )}
      </Card>
    </>
  );
}

interface ListProps {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly scope: 'contexts' | 'instances';
}

function List({ projectKey, environmentKey, scope }: ListProps) {
  const kind = useUrlState().get('kind');
  const text = useSearchText();
  const filter = searchFilter(scope, kind, text);
  const resource = scope === 'contexts' ? 'contexts' : 'context-instances';
  const segments = ['projects', projectKey, 'environments', environmentKey, resource, 'search'];
  const list = useInfiniteQuery({
    queryKey: [...segments, filter],
    queryFn: ({ pageParam, signal }) => {
      const body = { limit: PAGE_SIZE, filter, ...(pageParam !== '' && { continuationToken: pageParam }) };
      return request<SeenCollection>(apiPath(...segments), { method: 'POST', body, signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ continuationToken }) => continuationToken,
    placeholderData: keepPreviousData,
  });
  if (list.error) return <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <SkeletonRows count={6} />;
  const items: readonly Seen[] = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <EmptyState
        icon={<ContextIcon size={22} />}
        title={filter === '' ? 'No contexts seen yet' : 'No context is like that'}
      >
        A context is whom or what a flag is evaluated for: a user, a device, an organization. SDKs tell of those that
        they evaluate flags for; they are remembered for 30 days.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        label="Contexts"
        columns={[
          { label: scope === 'contexts' ? 'Context' : 'Instance' },
          { label: 'Attributes', width: '36%', isSecondary: true },
          { label: 'Application', width: '16%', isSecondary: true },
          { label: 'Last seen', width: '120px' },
        ]}
        rows={items.map((item) => ({
          key: `${item._links['self']?.href ?? ''} ${item.applicationId ?? ''}`,
          cells: [
            <Title key="title" item={item} projectKey={projectKey} environmentKey={environmentKey} />,
            <span key="attributes" className={classes['attributes']}>
              {attributeWords(item.context)}
            </span>,
            item.applicationId ?? '',
            <RelativeTime key="seen" at={Date.parse(item.lastSeen)} />,
          ],
        }))}
      />
      {list.hasNextPage && (
        <div className={classes['more']}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function Title({ item, projectKey, environmentKey }: { item: Seen; projectKey: string; environmentKey: string }) {
  const parts = partsOf(item.context);
  const [first] = parts;
  const which = item.id === undefined ? first : { instance: item.id };
  const title = titleOf(item.context);
  return (
    <RowTitle title={which ? <Link href={addressOf(projectKey, environmentKey, which)}>{title}</Link> : title}>
      {parts.map(({ kind, key }) => (
        <code key={kind}>
          {kind}:{key}
        </code>
      ))}
    </RowTitle>
  );
}

function addressOf(
  projectKey: string,
  environmentKey: string,
  which: { kind: string; key: string } | { instance: string },
): string {
  if ('instance' in which) return contextPath(projectKey, environmentKey, which);
  const { kind, key } = which;
  return contextPath(projectKey, environmentKey, { kind, key });
}

function attributeWords(context: unknown): string {
  return partsOf(context)
    .flatMap(({ attributes }) => Object.entries(attributes))
    .filter(([name]) => name !== 'name')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

const ORIGINS: Readonly<Record<string, string>> = {
  default: 'always there',
  'auto-add': 'SDKs told of it',
  manual: 'made here',
};

function Kinds({ items }: { items: Static<typeof ContextKindCollection>['items'] }) {
  return (
    <DataTable
      label="Kinds of contexts"
      columns={[
        { label: 'Kind' },
        { label: 'Description', width: '34%', isSecondary: true },
        { label: 'From', width: '160px', isSecondary: true },
        { label: 'Last seen', width: '120px' },
      ]}
      rows={items.map(({ key, name, description, createdFrom, lastSeen, archived }) => ({
        key,
        cells: [
          <RowTitle key="title" title={<strong>{name}</strong>}>
            <code>{key}</code>
            {archived && <span>hidden in targeting</span>}
          </RowTitle>,
          description,
          ORIGINS[createdFrom] ?? createdFrom,
          lastSeen === undefined ? '' : <RelativeTime key="seen" at={lastSeen} />,
        ],
      }))}
    />
  );
}
