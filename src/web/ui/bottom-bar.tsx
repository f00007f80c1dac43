import type { ReactNode } from 'react';
import classes from './ui.module.css';

interface Props {
  /** What is not saved yet. */
  readonly words: ReactNode;
  /** Whether real people are served by it. */
  readonly isCritical?: boolean;
  /** Ways to save or to leave it. */
  readonly children: ReactNode;
}

/** A bar that stays in sight at the bottom of a page while something is not saved. */
export function BottomBar({ words, isCritical, children }: Props) {
  return (
    <div className={classes['bottomBar']} role="region" aria-label="Your changes" data-critical={isCritical}>
      <div className={classes['bottomWords']}>{words}</div>
      {children}
    </div>
  );
}
