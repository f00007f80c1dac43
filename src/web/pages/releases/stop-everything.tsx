import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { PausedCollection } from '../../../wire/rest/release-steering.ts';
import { useChange } from '../../api/use-api.ts';
import { releaseAddress } from '../../release/paths.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';

/** Pauses all releases of a project at once, and says which they were. */
export function StopEverything({ projectKey, onClose }: { projectKey: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const stop = useChange<Static<typeof PausedCollection>>([['projects', projectKey]]);
  const confirm = () =>
    stop.mutate({
      segments: ['projects', projectKey, 'releases', 'pause'],
      method: 'POST',
      isBeta: true,
      body: reason.trim() === '' ? {} : { reason: reason.trim() },
    });
  if (stop.data) return <Stopped projectKey={projectKey} items={stop.data.items} onClose={onClose} />;
  return (
    <ConfirmByKey
      isOpen
      title="Stop everything"
      confirmKey={projectKey}
      action="Stop all releases"
      isPending={stop.isPending}
      error={stop.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="sm">
        <span>
          All releases of this project are paused where they are: no phase begins, no rollout gets more traffic. What is
          released already stays. Each of them can be resumed afterwards.
        </span>
        <Textarea
          label="Why (optional)"
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmByKey>
  );
}

function Stopped(props: { projectKey: string; items: Static<typeof PausedCollection>['items']; onClose: () => void }) {
  const { projectKey, items, onClose } = props;
  return (
    <Modal opened onClose={onClose} title="Everything is stopped">
      <Stack gap="sm">
        <p role="status">
          {items.length === 0 && 'No release was running.'}
          {items.length === 1 && '1 release is paused now:'}
          {items.length > 1 && `${items.length} releases are paused now:`}
        </p>
        <ul>
          {items.map(({ flagKey }) => (
            <li key={flagKey}>
              <Link href={releaseAddress(projectKey, flagKey)}>{flagKey}</Link>
            </li>
          ))}
        </ul>
        <Group justify="flex-end">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
