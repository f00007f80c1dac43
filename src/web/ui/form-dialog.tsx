import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';
import { keyOf } from './key-of.ts';

interface Props {
  readonly title: string;
  /** What the button says that ends the dialog well. */
  readonly action: string;
  readonly children: ReactNode;
  readonly error: unknown;
  readonly isPending: boolean;
  /** Whether all is there that is needed. */
  readonly isReady: boolean;
  /** What is still missing, in words. */
  readonly problem?: string | undefined;
  readonly size?: string | undefined;
  /** Its error is shown, and need not be caught. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A dialog of fields, which makes or changes one thing. */
export function FormDialog(props: Props) {
  const { title, action, children, error, isPending, isReady, problem, size = 'lg', onSubmit, onClose } = props;
  return (
    <Modal opened onClose={onClose} title={title} size={size}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onSubmit().catch(() => undefined);
        }}
      >
        <Stack gap="md">
          {children}
          {error !== null && error !== undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <span role="status">{problem}</span>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={!isReady}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface NameProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  /** What somebody has typed; undefined while it follows from the name. Absent where the key never changes any more. */
  readonly keyField?: { readonly typed: string | undefined; readonly onType: (key: string | undefined) => void };
  /** An example of a name. */
  readonly example?: string | undefined;
}

/** The name of a thing and, as long as it is new, its key. */
export function NameFields({ name, onName, keyField, example }: NameProps) {
  return (
    <>
      <TextInput
        data-autofocus
        label="Name"
        placeholder={example}
        maxLength={256}
        value={name}
        onChange={(event) => onName(event.currentTarget.value)}
      />
      {keyField && (
        <TextInput
          label="Key"
          placeholder={example && keyOf(example)}
          maxLength={256}
          spellCheck={false}
          value={keyField.typed ?? keyOf(name)}
          onChange={(event) => keyField.onType(event.currentTarget.value || undefined)}
        />
      )}
    </>
  );
}
