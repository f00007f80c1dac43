import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './ui.module.css';

/** A key in fixed-width letters, which a click copies. */
export function KeyText({ value, label = 'Copy the key' }: { value: string; label?: string }) {
  return (
    <span className={classes['key']}>
      <code title={value}>{value}</code>
      <CopyButton value={value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : label}>
            <ActionIcon size="xs" aria-label={copied ? 'Copied' : `${label} ${value}`} onClick={copy}>
              {copied ? <CheckIcon size={13} /> : <CopyIcon size={13} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
