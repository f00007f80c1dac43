import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { DURATION_UNITS, type DurationUnit, millisOf, unitOf } from './duration.ts';
import classes from './release.module.css';

interface Props {
  readonly label: string;
  /** Milliseconds. */
  readonly value: number;
  readonly onChange: (millis: number) => void;
  readonly isDisabled?: boolean;
  readonly error?: string | undefined;
  /** Whether the label is for screen readers alone. */
  readonly isLabelHidden?: boolean;
}

/** A length of time as a number and a unit. */
export function DurationInput({ label, value, onChange, isDisabled = false, error, isLabelHidden = false }: Props) {
  const [unit, setUnit] = useState<DurationUnit>(() => unitOf(value));
  const count = value / millisOf(unit);
  return (
    <div className={classes['duration']}>
      <NumberInput
        {...(isLabelHidden ? { 'aria-label': label } : { label })}
        value={count}
        min={0}
        decimalScale={2}
        disabled={isDisabled}
        error={error}
        hideControls
        onChange={(typed) => onChange(Math.round(Number(typed) * millisOf(unit)))}
      />
      <Select
        aria-label={`Unit of: ${label}`}
        data={[...DURATION_UNITS]}
        value={unit}
        disabled={isDisabled}
        onChange={(chosen) => {
          const next = DURATION_UNITS.find((name) => name === chosen);
          if (!next) return;
          setUnit(next);
          onChange(Math.round(count * millisOf(next)));
        }}
      />
    </div>
  );
}
