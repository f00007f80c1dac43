import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import { useEnvironment } from '../../shell/use-project.ts';
import { useTitle } from '../../ui/use-title.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FlagIcon, PlusIcon, SearchIcon } from '../../ui/icons.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { EmptyState, PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnChoice } from './column-choice.tsx';
import { Filters, OrderChoice } from './filters.tsx';
import { FlagTable } from './flag-table.tsx';
import classes from './flags.module.css';
import { FILTERS, PAGE_SIZE, useColumns, useFlagList, useListState } from './use-flag-list.ts';

const CreateFlag = lazy(async () => ({ default: (await import('./create-flag.tsx')).CreateFlag }));

/** All flags of a project: what each is, and its state in each environment at a glance. */
export function Flags({ projectKey }: { projectKey: string }) {
  useTitle('Flags');
  const state = useListState();
  const { environment, environments, ...around } = useEnvironment(projectKey);
  const { columns, choose } = useColumns(projectKey, environments);
  const list = useFlagList(projectKey, state, columns, environment?.key ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isCreating, creating] = useDisclosure();
  const failed = [around, list].find(({ error }) => error !== null);
  const flags = list.data?.items ?? [];
  const isFiltered = FILTERS.some((name) => state[name] !== undefined);
  const create = (
    <Button leftSection={<PlusIcon />} onClick={creating.open}>
      Create flag
    </Button>
  );
  return (
    <>
      <PageHead
        title="Flags"
        below={
          <p className={classes['count']}>{list.data ? countWords(list.data.totalCount, isFiltered) : '\u00a0'}</p>
        }
        actions={
          <>
            <OrderChoice sort={state.sort} />
            <ColumnChoice environments={environments} columns={columns} onChoose={choose} />
            {create}
          </>
        }
      />
      <Filters state={state} environmentName={environment?.name ?? ''} />
      <section className={classes['card']} aria-label="Flags" aria-busy={list.isPlaceholderData}>
        {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
        {!failed && !list.data && <SkeletonRows count={8} />}
        {!failed &&
          list.data &&
          flags.length === 0 &&
          (isFiltered ? <NoneFound /> : <NoFlags projectKey={projectKey} />)}
        {!failed && environment && flags.length > 0 && (
          <>
            <FlagTable {...{ projectKey, flags, columns, environment, chosen }} onChoose={setChosen} />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </section>
      {chosen.size > 0 && <BulkBar projectKey={projectKey} keys={[...chosen]} onDone={() => setChosen(new Set())} />}
      {isCreating && (
        <Suspense>
          <CreateFlag projectKey={projectKey} onClose={creating.close} />
        </Suspense>
      )}
    </>
  );
}

function countWords(count: number, isFiltered: boolean): string {
  const flags = count === 1 ? '1 flag' : `${count.toLocaleString('en')} flags`;
  return isFiltered ? `${flags} found` : flags;
}

function NoFlags({ projectKey }: { projectKey: string }) {
  const [, go] = useLocation();
  const start = <Button onClick={() => go(`/projects/${encodeURIComponent(projectKey)}/welcome`)}>Get started</Button>;
  return (
    <EmptyState icon={<FlagIcon size={22} />} title="No flags yet" action={start}>
      A flag decides, while your software runs, who gets which version of something. Create one, ask for it in your code
      with an SDK, and turn it on in one environment after the other.
    </EmptyState>
  );
}

function NoneFound() {
  const { change } = useUrlState();
  const clear = () => change({ ...Object.fromEntries(FILTERS.map((name) => [name, undefined])), page: undefined });
  return (
    <EmptyState
      icon={<SearchIcon size={22} />}
      title="No flag is like that"
      action={
        <Button variant="default" onClick={clear}>
          Clear all filters
        </Button>
      }
    >
      Archived flags are shown only when you ask for that state.
    </EmptyState>
  );
}
