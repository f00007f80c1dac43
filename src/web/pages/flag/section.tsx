import type { ReactNode } from 'react';
import classes from './flag.module.css';

/** A part of how a flag is set up, in the order in which SDKs look at it. */
export function Section(props: { title: string; hint?: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes['section']} aria-label={props.title}>
      <div className={classes['sectionHead']}>
        <h2>{props.title}</h2>
        {props.action}
      </div>
      {props.hint && <p className={classes['hint']}>{props.hint}</p>}
      {props.children}
    </section>
  );
}
