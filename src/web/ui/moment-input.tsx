import { TextInput } from '@mantine/core';
import { fromField, toField } from './moment.ts';
import { useState } from 'react';

interface Props {
  readonly label: string;
  /** Unix milliseconds; undefined for none. */
  readonly value: number | undefined;
  readonly onChange: (at: number | undefined) => void;
  /** Whether the label is for screen readers alone. */
  readonly isLabelHidden?: boolean;
  readonly isFocused?: boolean;
}

/** A moment to come, in the time of the browser. */
export function MomentInput({ label, value, onChange, isLabelHidden = false, isFocused = false }: Props) {
  const [typed, setTyped] = useState(toField(value));
  const isPast = value !== undefined && value <= Date.now();
  return (
    <TextInput
      type="datetime-local"
      {...(isLabelHidden ? { 'aria-label': label } : { label })}
      {...(isFocused && { 'data-autofocus': true })}
      min={toField(Date.now())}
      value={typed}
      error={isPast && 'This is over already'}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(fromField(event.currentTarget.value));
      }}
    />
  );
}
