import { ActionIcon, Select } from '@mantine/core';
import { MinusIcon } from '../../ui/icons.tsx';
import { MomentInput } from '../../ui/moment-input.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Target, TargetEnd } from './draft.ts';
import classes from './flag.module.css';
import { isAbout } from './target-ends.ts';

const HOUR_MS = 60 * 60_000;
/** What is proposed. */
const A_WEEK_MS = 7 * 24 * HOUR_MS;

interface Props {
  readonly target: Target;
  readonly ends: readonly TargetEnd[];
  readonly onChange: (ends: readonly TargetEnd[]) => void;
}

/** When keys of a target stop being one. */
export function TargetEnds({ target, ends, onChange }: Props) {
  const { contextKind, variationId, values } = target;
  const own = ends.filter((end) => isAbout(end, target));
  const endless = values.filter((key) => !own.some(({ contextKey }) => contextKey === key));
  const add = (contextKey: string) => {
    const at = Math.ceil((Date.now() + A_WEEK_MS) / HOUR_MS) * HOUR_MS;
    onChange([...ends, { contextKind, contextKey, variationId, at }]);
  };
  if (values.length === 0) return null;
  return (
    <div className={classes['ends']}>
      {own.map((end) => (
        <div key={end.contextKey} role="group" aria-label={`End of ${end.contextKey}`}>
          <span>
            <code>{end.contextKey}</code> ends {end.at !== undefined && <RelativeTime at={end.at} />}
          </span>
          <MomentInput
            label={`When ${end.contextKey} ends`}
            isLabelHidden
            value={end.at}
            onChange={(at) => onChange(ends.map((one) => (one === end ? { ...end, at } : one)))}
          />
          <ActionIcon
            aria-label={`${end.contextKey} has no end`}
            onClick={() => onChange(ends.filter((one) => one !== end))}
          >
            <MinusIcon />
          </ActionIcon>
        </div>
      ))}
      {endless.length > 0 && (
        <Select
          size="xs"
          aria-label={`Let a ${contextKind} key end`}
          placeholder="Let one end on a date…"
          data={endless}
          value={null}
          onChange={(key) => key !== null && add(key)}
          searchable
          limit={50}
        />
      )}
    </div>
  );
}
