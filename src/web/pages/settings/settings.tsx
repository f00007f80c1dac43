import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from './settings.module.css';

const Members = lazy(async () => ({ default: (await import('./members.tsx')).Members }));
const Teams = lazy(async () => ({ default: (await import('./teams.tsx')).Teams }));
const Roles = lazy(async () => ({ default: (await import('./roles.tsx')).Roles }));
const Tokens = lazy(async () => ({ default: (await import('./tokens.tsx')).Tokens }));
const Webhooks = lazy(async () => ({ default: (await import('./webhooks.tsx')).Webhooks }));
const Password = lazy(async () => ({ default: (await import('./password.tsx')).Password }));

const TABS = [
  { value: 'members', label: 'Members', panel: <Members /> },
  { value: 'teams', label: 'Teams', panel: <Teams /> },
  { value: 'roles', label: 'Roles', panel: <Roles /> },
  { value: 'tokens', label: 'Access tokens', panel: <Tokens /> },
  { value: 'webhooks', label: 'Webhooks', panel: <Webhooks /> },
  { value: 'password', label: 'Your password', panel: <Password /> },
];

/** What is not about one project: people, programs, and who is told of changes. */
export function Settings({ tab = 'members' }: { tab: string | undefined }) {
  useTitle('Settings');
  const [, go] = useLocation();
  return (
    <>
      <PageHead title="Settings" />
      <Tabs
        value={tab}
        onChange={(value) => go(`/settings/${value}`)}
        keepMounted={false}
        activateTabWithKeyboard={false}
      >
        <Tabs.List className={classes['tabs'] ?? ''}>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ value, panel }) => (
          <Tabs.Panel key={value} value={value}>
            <Suspense fallback={<SkeletonRows count={6} />}>{panel}</Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
