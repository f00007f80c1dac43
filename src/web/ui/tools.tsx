import type { ReactNode } from 'react';
import classes from './ui.module.css';

/** What chooses the contents of a list, in a line above it. */
export function Tools({ children }: { children: ReactNode }) {
  return <div className={classes['tools']}>{children}</div>;
}
