import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Static } from 'typebox';
import type { AuditEntryRep, AuditLogCollection } from '../../wire/rest/audit-log.ts';
import { apiPath, request } from '../api/request.ts';
import { useApi } from '../api/use-api.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { LogIcon } from '../ui/icons.tsx';
import { EmptyState, SkeletonRows } from '../ui/parts.tsx';
import { personName } from '../ui/person.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import classes from './audit.module.css';

type Collection = Static<typeof AuditLogCollection>;
type Entry = Collection['items'][number];

const PAGE_SIZE = 20;

/** What else can be done with a change that is open. */
type More = (entry: AuditEntryRep) => ReactNode;

export interface AuditSearch {
  /** What the changes have to be about, as a resource specifier. */
  readonly spec?: string | undefined;
  readonly q?: string | undefined;
  /** Unix milliseconds, excluded. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

/** Changes as sentences, the newest first; each opens on what exactly has changed. */
export function AuditList({ search, more }: { search: AuditSearch; more?: More }) {
  const log = useInfiniteQuery({
    queryKey: ['auditlog', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      pageParam === undefined
        ? request<Collection>(apiPath('auditlog'), { query: { ...search, limit: PAGE_SIZE }, signal })
        : request<Collection>(pageParam, { signal }),
    getNextPageParam: ({ _links }) => _links['next']?.href,
  });
  if (log.error) return <ErrorNotice error={log.error} onRetry={() => void log.refetch()} />;
  if (!log.data) return <SkeletonRows count={6} />;
  const entries = log.data.pages.flatMap(({ items }) => items);
  if (entries.length === 0) {
    return (
      <EmptyState icon={<LogIcon size={22} />} title="Nothing has been changed">
        Whatever people, tokens, releases or Slipway itself change is written down here, with its state before and
        after.
      </EmptyState>
    );
  }
  return (
    <>
      <ol className={classes['entries']}>
        {entries.map((entry) => (
          <li key={entry._id}>
            <EntryLine entry={entry} more={more} />
          </li>
        ))}
      </ol>
      {log.hasNextPage && (
        <div className={classes['more']}>
          <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Older changes
          </Button>
        </div>
      )}
    </>
  );
}

function EntryLine({ entry, more }: { entry: Entry; more: More | undefined }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes['entry']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Sentence entry={entry} />
        {entry.comment && <q>{entry.comment}</q>}
        <RelativeTime at={entry.date} />
      </summary>
      <Words description={entry.description} />
      {isOpen && <Difference id={entry._id} more={more} />}
    </details>
  );
}

interface Step {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The JSON patch from the state before to the one after. */
function Difference({ id, more }: { id: string; more: More | undefined }) {
  const entry = useApi<AuditEntryRep>(['auditlog', id]);
  if (entry.error) return <ErrorNotice error={entry.error} onRetry={() => void entry.refetch()} />;
  if (!entry.data) return <SkeletonRows count={1} height={20} />;
  const delta = (entry.data.delta ?? []) as readonly Step[];
  return (
    <>
      {delta.length > 0 && (
        <ul className={classes['delta']} aria-label="Difference">
          {delta.map(({ op, path, value }, index) => (
            <li key={index} data-op={op}>
              <code>{path}</code> {value === undefined ? op : <code>{JSON.stringify(value)}</code>}
            </li>
          ))}
        </ul>
      )}
      <p className={classes['about']}>
        Entry <code>{id}</code>
        {entry.data.token && ` · with the token ${entry.data.token.name} (…${entry.data.token.ending})`}
      </p>
      {more?.(entry.data)}
    </>
  );
}

/** Who did what to what, and where. */
function Sentence({ entry }: { entry: Entry }) {
  const { member, subject, token, titleVerb, target, accesses, shortDescription } = entry;
  const who = member ? personName(member) : (subject?.name ?? token?.name ?? 'Somebody');
  const places = new Set(accesses.flatMap(({ resource }) => /:env\/([^:;]+)/.exec(resource)?.[1] ?? []));
  const isNews = shortDescription !== '' && !titleVerb.startsWith('created');
  return (
    <span className={classes['sentence']}>
      <strong>{who}</strong> {titleVerb} <strong>{target.name}</strong>
      {places.size === 1 && ` in ${[...places].join('')}`}
      {isNews && <small>{shortDescription}</small>}
    </span>
  );
}

/** What has changed, a list in Markdown. */
function Words({ description }: { description: string }) {
  const lines = description.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return null;
  return (
    <ul className={classes['words']}>
      {lines.map((line, index) => (
        <li key={index}>{line.replace(/^- /, '')}</li>
      ))}
    </ul>
  );
}
