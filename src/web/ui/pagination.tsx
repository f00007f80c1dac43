import { ActionIcon } from '@mantine/core';
import { ChevronLeftIcon, ChevronRightIcon } from './icons.tsx';
import { useUrlState } from './use-url-state.ts';
import classes from './ui.module.css';

/** The page that the address names, from 1. */
export function usePage(): number {
  const page = Number(useUrlState().get('page') ?? 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

/** Which part of a list is shown, and the way to the next; nothing where all fits on one page. */
export function Pagination({ totalCount, pageSize }: { totalCount: number; pageSize: number }) {
  const page = usePage();
  const { change } = useUrlState();
  const pageCount = Math.max(1, Math.ceil(totalCount / pageSize));
  if (pageCount === 1) return null;
  const go = (to: number) => {
    change({ page: to === 1 ? undefined : String(to) });
    window.scrollTo({ top: 0 });
  };
  const first = (page - 1) * pageSize + 1;
  return (
    <nav className={classes['pagination']} aria-label="Pages">
      <span>
        {first.toLocaleString('en')}–{Math.min(totalCount, page * pageSize).toLocaleString('en')} of{' '}
        {totalCount.toLocaleString('en')}
      </span>
      <ActionIcon aria-label="Previous page" variant="default" disabled={page <= 1} onClick={() => go(page - 1)}>
        <ChevronLeftIcon />
      </ActionIcon>
      <span>
        {page} / {pageCount}
      </span>
      <ActionIcon aria-label="Next page" variant="default" disabled={page >= pageCount} onClick={() => go(page + 1)}>
        <ChevronRightIcon />
      </ActionIcon>
    </nav>
  );
}
