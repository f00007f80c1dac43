import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useChange } from '../api/use-api.ts';
import { ConfirmByKey } from './confirm-by-key.tsx';

interface Props {
  /** Of what is deleted. */
  readonly name: string;
  /** What has to be typed. */
  readonly confirmKey: string;
  /** Of its path in the API. */
  readonly segments: readonly string[];
  readonly isBeta?: boolean;
  /** Beginnings of the paths that are read anew. */
  readonly affected: readonly (readonly string[])[];
  /** What happens to what needs it. */
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Asks before a thing is deleted for good, and deletes it. */
export function DeleteDialog({ name, confirmKey, segments, isBeta, affected, children, onClose }: Props) {
  const remove = useChange([...affected, ['auditlog']]);
  const submit = async () => {
    await remove.mutateAsync({ segments, method: 'DELETE', isBeta });
    notifications.show({ message: `${name} is deleted` });
    onClose();
  };
  return (
    <ConfirmByKey
      isOpen
      title={`Delete ${name}?`}
      confirmKey={confirmKey}
      action="Delete for good"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void submit().catch(() => undefined)}
      onClose={onClose}
    >
      {children}
    </ConfirmByKey>
  );
}
