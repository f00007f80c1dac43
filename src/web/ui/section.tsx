import type { ReactNode } from 'react';
import classes from './ui.module.css';

interface Props {
  readonly title: string;
  readonly hint?: string;
  /** Beside the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
  /** Makes a form of it. */
  readonly onSubmit?: () => void;
  /** Why nothing in it can be changed, where that is so. */
  readonly denied?: string | undefined;
}

/** A part of a page, in a frame of its own. */
export function Section({ title, hint, action, children, onSubmit, denied }: Props) {
  const inside = (
    <>
      <div className={classes['sectionHead']}>
        <h2>{title}</h2>
        {action}
      </div>
      {hint && <p className={classes['hint']}>{hint}</p>}
      <Locked denied={denied}>{children}</Locked>
    </>
  );
  if (!onSubmit) {
    return (
      <section className={classes['section']} aria-label={title}>
        {inside}
      </section>
    );
  }
  return (
    <form
      className={classes['section']}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {inside}
    </form>
  );
}

/** Fields that can be changed unless there is a reason against it, which is said then. */
export function Locked({ denied, children }: { denied: string | undefined; children: ReactNode }) {
  if (denied === undefined) return children;
  return (
    <>
      <p className={classes['hint']} role="note">
        {denied}
      </p>
      <fieldset className={classes['locked']} disabled title={denied}>
        {children}
      </fieldset>
    </>
  );
}
