import type { Look } from './state.ts';
import classes from './release.module.css';

/** A state in one or two words, in the colour of its kind. */
export function StateBadge({ look }: { look: Look }) {
  return (
    <span className={classes['badge']} data-tone={look.tone}>
      {look.label}
    </span>
  );
}
