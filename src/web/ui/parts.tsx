import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { KeyText } from './key-text.tsx';
import classes from './ui.module.css';

/** The head of a page: what it is, and what can be done with all of it. */
export function PageHead(props: { title: ReactNode; above?: ReactNode; below?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={classes['pageHead']}>
      <div className={classes['pageTitle']}>
        {props.above}
        <h1>{props.title}</h1>
        {props.below}
      </div>
      {props.actions && <div className={classes['pageActions']}>{props.actions}</div>}
    </header>
  );
}

/** The way back to the list that a page is from. */
export function Breadcrumb({ href, label }: { href: string; label: string }) {
  return (
    <nav aria-label="Breadcrumb" className={classes['breadcrumb']}>
      <Link href={href}>{label}</Link>
    </nav>
  );
}

/** What stands below the name of a thing: its key, its tags, and what it says of itself. */
export function About(props: { keyText: string; tags: readonly string[]; description: string | undefined }) {
  return (
    <div className={classes['about']}>
      <KeyText value={props.keyText} />
      {props.tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      {props.description && <p>{props.description}</p>}
    </div>
  );
}

/** The parts of a page, one below the other. */
export function Sections({ children }: { children: ReactNode }) {
  return <div className={classes['sections']}>{children}</div>;
}

/** Where there is nothing yet: what the thing is for, and how to begin. */
export function EmptyState(props: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes['empty']}>
      <div className={classes['emptyIcon']}>{props.icon}</div>
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      {props.action}
    </div>
  );
}

/** Lines that stand where the rows of a list will be. */
export function SkeletonRows({ count, height = 44 }: { count: number; height?: number }) {
  return (
    <div className={classes['skeletons']} role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} radius="sm" />
      ))}
    </div>
  );
}

/** The mark of an environment: its colour, its name, and a shield where it is critical. */
export function EnvironmentMark({ color, isCritical }: { color: string; isCritical: boolean }) {
  const style = { backgroundColor: `#${color}` };
  return <span className={classes[isCritical ? 'markCritical' : 'mark']} style={style} aria-hidden="true" />;
}

/** A tag; a button where it can be chosen. */
export function Tag({ children, onClick }: { children: string; onClick?: () => void }) {
  if (!onClick) return <span className={classes['tag']}>{children}</span>;
  return (
    <button type="button" className={classes['tag']} onClick={onClick} title={`Show only flags tagged ${children}`}>
      {children}
    </button>
  );
}
