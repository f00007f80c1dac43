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
      {denied !== undefined && (
        <p className={classes['hint']} role="note">
          {denied}
        </p>
      )}
      {denied === undefined ? (
        children
      ) : (
        <fieldset className={classes['locked']} disabled title={denied}>
          {children}
        </fieldset>
      )}
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
