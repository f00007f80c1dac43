import { SegmentedControl } from '@mantine/core';
import { MomentInput } from '../ui/moment-input.tsx';
import classes from './targeting.module.css';

/** When a change is to happen: now, or at a moment (Unix milliseconds) once somebody has entered one. */
export type When = { readonly kind: 'now' } | { readonly kind: 'later'; readonly at: number | undefined };

/** Whether a moment is known that is not over. */
export function isKnown(when: When): boolean {
  return when.kind === 'now' || (when.at !== undefined && when.at > Date.now());
}

const CHOICES = [
  { value: 'now', label: 'Now' },
  { value: 'later', label: 'At a time' },
];

/** Asks when a change is to happen. */
export function WhenChoice({ when, onChange }: { when: When; onChange: (when: When) => void }) {
  return (
    <div className={classes['when']}>
      <SegmentedControl
        aria-label="When"
        data={CHOICES}
        value={when.kind}
        onChange={(kind) => onChange(kind === 'now' ? { kind: 'now' } : { kind: 'later', at: undefined })}
      />
      {when.kind === 'later' && (
        <MomentInput label="Time" isLabelHidden value={when.at} onChange={(at) => onChange({ kind: 'later', at })} />
      )}
    </div>
  );
}
