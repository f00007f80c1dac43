import { ActionIcon } from '@mantine/core';
import { ChevronDownIcon, TrashIcon, UpIcon } from './icons.tsx';
import classes from './ui.module.css';

interface Props {
  /** What is moved, in words. */
  readonly name: string;
  /** Absent where it cannot go further. */
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

/** Moves a thing in its list, and removes it. */
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
