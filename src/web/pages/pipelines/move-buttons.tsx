import { ActionIcon } from '@mantine/core';
import { HandleIcon } from '../../release/icons.tsx';
import { ChevronDownIcon, TrashIcon, UpIcon } from '../../ui/icons.tsx';
import type { Reorder } from './use-reorder.ts';
import classes from './pipelines.module.css';

/** What a phase or an audience is dragged by. */
export function Handle(props: ReturnType<Reorder['phaseHandle']>) {
  return (
    <span className={classes['handle']} title="Drag to move" aria-hidden="true" {...props}>
      <HandleIcon />
    </span>
  );
}

interface Props {
  /** What is moved, in words. */
  readonly name: string;
  /** Absent where it cannot go further. */
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

/** Moves by keyboard what can also be dragged, and removes it. */
export function MoveButtons({ name, onUp, onDown, onRemove }: Props) {
  return (
    <span className={classes['moves']}>
      <ActionIcon aria-label={`Move ${name} up`} disabled={!onUp} onClick={onUp}>
        <UpIcon />
      </ActionIcon>
      <ActionIcon aria-label={`Move ${name} down`} disabled={!onDown} onClick={onDown}>
        <ChevronDownIcon />
      </ActionIcon>
      <ActionIcon aria-label={`Remove ${name}`} disabled={!onRemove} onClick={onRemove}>
        <TrashIcon />
      </ActionIcon>
    </span>
  );
}
