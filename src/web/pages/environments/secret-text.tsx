import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { KeyText } from '../../ui/key-text.tsx';

/** A secret that can be copied at once and is shown when asked for. */
export function SecretText({ value, label }: { value: string; label: string }) {
  const [isShown, { toggle }] = useDisclosure();
  return (
    <>
      <KeyText
        value={value}
        shown={isShown ? value : `${value.slice(0, 4)}…${value.slice(-4)}`}
        label={`Copy the ${label}`}
      />
      <Button
        variant="subtle"
        size="compact-xs"
        onClick={toggle}
        aria-label={`${isShown ? 'Hide' : 'Show'} the ${label}`}
      >
        {isShown ? 'Hide' : 'Show'}
      </Button>
    </>
  );
}
