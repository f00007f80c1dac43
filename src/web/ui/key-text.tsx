import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './ui.module.css';

interface Props {
  readonly value: string;
  /** What stands there in place of a secret. */
  readonly shown?: string;
  readonly label?: string;
}

/** A key in fixed-width letters, which a click copies. */
export function KeyText({ value, shown = value, label = `Copy the key ${value}` }: Props) {
  return (
    <span className={classes['key']}>
      <code title={shown}>{shown}</code>
      <CopyButton value={value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon size="xs" aria-label={copied ? 'Copied' : label} onClick={copy}>
              {copied ? <CheckIcon size={13} /> : <CopyIcon size={13} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
