import { HandleIcon } from '../../release/icons.tsx';
import classes from './pipelines.module.css';
import type { Reorder } from './use-reorder.ts';

/** What a phase or an audience is dragged by. */
export function Handle(props: ReturnType<Reorder['phaseHandle']>) {
  return (
    <span className={classes['handle']} title="Drag to move" aria-hidden="true" {...props}>
      <HandleIcon />
    </span>
  );
}
