import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyText } from '../../ui/key-text.tsx';
import { PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from './flag.module.css';
import { useFlag } from './use-flag.ts';

const Targeting = lazy(async () => ({ default: (await import('./targeting.tsx')).Targeting }));
const Variations = lazy(async () => ({ default: (await import('./variations.tsx')).Variations }));
const CodeReferences = lazy(async () => ({ default: (await import('./code-references.tsx')).CodeReferences }));
const Settings = lazy(async () => ({ default: (await import('./settings.tsx')).Settings }));
const Compare = lazy(async () => ({ default: (await import('./compare.tsx')).Compare }));
const Insights = lazy(async () => ({ default: (await import('./insights.tsx')).Insights }));
const History = lazy(async () => ({ default: (await import('./history.tsx')).History }));

const TABS = [
  { value: 'targeting', label: 'Targeting' },
  { value: 'variations', label: 'Variations' },
  { value: 'compare', label: 'Compare' },
  { value: 'insights', label: 'Insights' },
  { value: 'code', label: 'Code' },
  { value: 'settings', label: 'Settings' },
  { value: 'history', label: 'History' },
];

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly tab: string | undefined;
}

/** A flag: what it serves where, what it can serve, what it is, and what has been done with it. */
export function Flag({ projectKey, flagKey, tab = 'targeting' }: Props) {
  const flag = useFlag(projectKey, flagKey);
  useTitle(flag.data?.name ?? flagKey);
  const [, go] = useLocation();
  const search = useSearch();
  const base = `/projects/${encodeURIComponent(projectKey)}/flags`;
  const path = `${base}/${encodeURIComponent(flagKey)}`;
  if (flag.error) return <ErrorNotice error={flag.error} onRetry={() => void flag.refetch()} />;
  if (!flag.data) return <SkeletonRows count={8} />;
  const open = (value: string | null) => {
    const place = value === 'targeting' ? path : `${path}/${value}`;
    go(search === '' ? place : `${place}?${search}`);
  };
  const props = { projectKey, flag: flag.data };
  return (
    <>
      <PageHead
        above={
          <nav aria-label="Breadcrumb" className={classes['above']}>
            <Link href={base}>Flags</Link>
          </nav>
        }
        title={flag.data.name}
        below={<About flag={flag.data} />}
      />
      <Tabs value={tab} onChange={open} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List className={classes['tabs'] ?? ''}>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<SkeletonRows count={6} />}>
          <Tabs.Panel value="targeting">
            <Targeting {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="variations">
            <Variations {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="compare">
            <Compare {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="insights">
            <Insights {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="code">
            <CodeReferences {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <Settings {...props} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <History {...props} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </>
  );
}

function About({ flag }: { flag: FlagRep }) {
  const who = flag._maintainer ? personName(flag._maintainer) : flag._maintainerTeam?.name;
  const words = [
    flag._purpose === 'migration' ? 'migration' : undefined,
    flag.temporary ? 'temporary' : 'permanent',
    who && `maintained by ${who}`,
  ];
  return (
    <>
      <div className={classes['about']}>
        <KeyText value={flag.key} />
        <span>{words.filter(Boolean).join(' · ')}</span>
        {flag.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </div>
      {flag.description !== '' && <p className={classes['description']}>{flag.description}</p>}
      {flag.archived && (
        <p className={classes['mark']}>Archived: SDKs do not get this flag. Restore it in its settings.</p>
      )}
      {flag.deprecated && <p className={classes['mark']}>Deprecated: no new code should ask for this flag.</p>}
    </>
  );
}
