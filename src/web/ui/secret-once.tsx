import { Button, Group, Stack } from '@mantine/core';
import { KeyText } from './key-text.tsx';
import classes from './ui.module.css';

/** A secret right after it has been made: the only time that it is shown. */
export function SecretOnce({ what, secret, onDone }: { what: string; secret: string; onDone: () => void }) {
  return (
    <Stack>
      <div className={classes['secret']} role="status">
        <strong>Copy the {what} now. It is not shown again.</strong>
        <KeyText value={secret} label={`Copy the ${what}`} />
      </div>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
