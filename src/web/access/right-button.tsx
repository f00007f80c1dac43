import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { Denial } from './rights.ts';

interface Props extends ButtonProps {
  readonly denied: Denial;
  readonly onClick?: (() => void) | undefined;
  readonly type?: 'button' | 'submit';
  readonly 'aria-label'?: string | undefined;
}

/** A button of something that not everybody may do: it says why where it cannot be pressed. */
export function RightButton({ denied, onClick, type = 'button', ...button }: Props) {
  if (denied === undefined) return <Button {...button} type={type} onClick={onClick} />;
  return (
    <Tooltip label={denied} events={{ hover: true, focus: true, touch: true }} multiline maw={320}>
      <Button {...button} type="button" data-disabled aria-disabled="true" aria-description={denied} />
    </Tooltip>
  );
}
