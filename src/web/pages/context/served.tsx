import { ActionIcon, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { EvaluationCollection, EvaluationRep } from '../../../wire/rest/evaluation.ts';
import { apiPath, request } from '../../api/request.ts';
import { flagPath } from '../../shell/paths.ts';
import { DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ChevronLeftIcon, ChevronRightIcon, SearchIcon } from '../../ui/icons.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './context.module.css';
import { reasonWords } from './reason.ts';

const PAGE_SIZE = 25;

/** What every flag of the environment gives a context, and why. */
export function Served(props: { projectKey: string; environmentKey: string; context: unknown }) {
  const { projectKey, environmentKey, context } = props;
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed.trim(), 250);
  const [page, setPage] = useState(0);
  const segments = ['projects', projectKey, 'environments', environmentKey, 'flags', 'evaluate'];
  const query = {
    limit: PAGE_SIZE,
    offset: page * PAGE_SIZE,
    sort: 'name',
    filter: asked === '' ? undefined : `query equals ${JSON.stringify(asked)}`,
  };
  const { data, error, refetch } = useQuery({
    queryKey: [...segments, query, context],
    queryFn: ({ signal }) =>
      request<Static<typeof EvaluationCollection>>(apiPath(...segments), {
        method: 'POST',
        query,
        body: context,
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  return (
    <Section title="What flags give it" hint="As SDKs would evaluate now; nothing of it is counted.">
      <TextInput
        type="search"
        leftSection={<SearchIcon />}
        placeholder="Name or key"
        aria-label="Name or key of a flag"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setPage(0);
        }}
      />
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!error && !data && <SkeletonRows count={6} />}
      {data?.items.length === 0 && <p className={classes['below']}>No flag is like that.</p>}
      {data && data.items.length > 0 && (
        <DataTable
          label="Flags"
          columns={[{ label: 'Flag' }, { label: 'Gets', width: '24%' }, { label: 'Why', width: '34%' }]}
          rows={data.items.map((item) => ({
            key: item.key,
            cells: [
              <RowTitle
                key="flag"
                title={<Link href={flagPath(projectKey, item.key, environmentKey)}>{item.name}</Link>}
              >
                <code>{item.key}</code>
              </RowTitle>,
              <Value key="value" item={item} />,
              reasonWords(item.reason),
            ],
          }))}
        />
      )}
      {data && <Pages page={page} totalCount={data.totalCount} onGo={setPage} />}
    </Section>
  );
}

function Value({ item: { _value: value } }: { item: EvaluationRep }) {
  if (value === null) return <em className={classes['soft']}>default of the code</em>;
  return <code className={classes['value']}>{JSON.stringify(value)}</code>;
}

function Pages({ page, totalCount, onGo }: { page: number; totalCount: number; onGo: (page: number) => void }) {
  if (totalCount <= PAGE_SIZE) return null;
  const last = Math.min(totalCount, (page + 1) * PAGE_SIZE);
  return (
    <nav className={classes['pages']} aria-label="Pages">
      <span>
        {page * PAGE_SIZE + 1}–{last} of {totalCount}
      </span>
      <ActionIcon aria-label="Previous page" variant="default" disabled={page === 0} onClick={() => onGo(page - 1)}>
        <ChevronLeftIcon />
      </ActionIcon>
      <ActionIcon
        aria-label="Next page"
        variant="default"
        disabled={last === totalCount}
        onClick={() => onGo(page + 1)}
      >
        <ChevronRightIcon />
      </ActionIcon>
    </nav>
  );
}
