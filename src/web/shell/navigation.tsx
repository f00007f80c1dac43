import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import { PipelineIcon, ReleaseIcon } from '../release/icons.tsx';
import {
  ConnectIcon,
  ContextIcon,
  EnvironmentIcon,
  FlagIcon,
  type IconProps,
  InboxIcon,
  LogIcon,
  MetricIcon,
  ProjectIcon,
  SegmentIcon,
  SettingsIcon,
} from '../ui/icons.tsx';
import classes from './shell.module.css';

export interface NavigationItem {
  readonly label: string;
  readonly path: string;
  readonly icon: ComponentType<IconProps>;
}

/** The pages that there are: those of the project, then those of the account. */
export function navigationItems(projectKey: string | undefined): readonly NavigationItem[] {
  if (projectKey === undefined) return [];
  const project = `/projects/${encodeURIComponent(projectKey)}`;
  return [
    { label: 'Flags', path: `${project}/flags`, icon: FlagIcon },
    { label: 'Releases', path: `${project}/releases`, icon: ReleaseIcon },
    { label: 'Pipelines', path: `${project}/pipelines`, icon: PipelineIcon },
    { label: 'Metrics', path: `${project}/metrics`, icon: MetricIcon },
    { label: 'Segments', path: `${project}/segments`, icon: SegmentIcon },
    { label: 'Contexts', path: `${project}/contexts`, icon: ContextIcon },
    { label: 'Environments', path: `${project}/environments`, icon: EnvironmentIcon },
    { label: 'Approvals', path: '/approvals', icon: InboxIcon },
    { label: 'Get started', path: `${project}/welcome`, icon: ConnectIcon },
    { label: 'Audit log', path: '/audit-log', icon: LogIcon },
    { label: 'Projects', path: '/projects', icon: ProjectIcon },
    { label: 'Settings', path: '/settings', icon: SettingsIcon },
  ];
}

export function Navigation({ items, onChoose }: { items: readonly NavigationItem[]; onChoose?: () => void }) {
  const [current] = useLocation();
  return (
    <nav aria-label="Main" className={classes['navigation']}>
      {items.map(({ label, path, icon: Icon }) => {
        const isCurrent = current === path || (path !== '/projects' && current.startsWith(`${path}/`));
        return (
          <Link key={path} href={path} onClick={() => onChoose?.()} aria-current={isCurrent ? 'page' : undefined}>
            <Icon size={17} />
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
