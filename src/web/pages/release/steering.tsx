import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { useChange } from '../../api/use-api.ts';
import { PauseIcon, PlayIcon } from '../../release/icons.tsx';
import { releasePath } from '../../release/paths.ts';
import { releaseState } from '../../release/state.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';

type Steering = 'pause' | 'resume' | 'cancel' | 'rollback';

const DONE: Readonly<Record<Steering, string>> = {
  pause: 'The release is paused',
  resume: 'The release goes on',
  cancel: 'The release is canceled',
  rollback: 'The release is taken back',
};

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly release: ReleaseRep;
}

/** Pauses a release, lets it go on, ends it where it is, or takes back all that it has changed. */
export function Steering({ projectKey, flagKey, release }: Props) {
  const [asked, setAsked] = useState<Exclude<Steering, 'resume'>>();
  const [reason, setReason] = useState('');
  const change = useChange<ReleaseRep>([
    ['projects', projectKey],
    ['flags', projectKey],
  ]);
  const isActive = releaseState(release) === 'active';
  const isPaused = release._pausedAt !== undefined;
  const close = () => {
    setAsked(undefined);
    setReason('');
    change.reset();
  };
  const steer = (steering: Steering) =>
    change.mutate(
      {
        segments: releasePath(projectKey, flagKey, steering),
        method: 'POST',
        isBeta: true,
        body: steering === 'pause' && reason.trim() !== '' ? { reason: reason.trim() } : {},
      },
      {
        onSuccess: () => {
          close();
          notifications.show({ message: DONE[steering] });
        },
      },
    );
  return (
    <>
      {isActive && !isPaused && (
        <Button variant="default" leftSection={<PauseIcon />} onClick={() => setAsked('pause')}>
          Pause
        </Button>
      )}
      {isActive && isPaused && (
        <Button leftSection={<PlayIcon />} loading={change.isPending} onClick={() => steer('resume')}>
          Resume
        </Button>
      )}
      {isActive && (
        <Button variant="default" onClick={() => setAsked('cancel')}>
          Cancel
        </Button>
      )}
      {release._rolledBackAt === undefined && (
        <Button variant="outline" color="red" onClick={() => setAsked('rollback')}>
          Roll back
        </Button>
      )}
      {change.error && asked === undefined && <ErrorNotice error={change.error} />}
      <Modal
        opened={asked === 'pause' || asked === 'cancel'}
        onClose={close}
        title={asked === 'pause' ? 'Pause the release' : 'Cancel the release'}
      >
        <Stack gap="md">
          {asked === 'pause' ? (
            <>
              <span>Nothing begins and no rollout gets more traffic until somebody resumes it.</span>
              <Textarea
                label="Why (optional)"
                maxLength={1000}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
            </>
          ) : (
            <span>It ends where it is: what has been released stays released. To undo that, roll it back instead.</span>
          )}
          {change.error && <ErrorNotice error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button loading={change.isPending} onClick={() => asked && steer(asked)}>
              {asked === 'pause' ? 'Pause release' : 'Cancel release'}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <ConfirmByKey
        isOpen={asked === 'rollback'}
        title="Roll back the release"
        confirmKey={flagKey}
        action="Roll back everything"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => steer('rollback')}
        onClose={close}
      >
        Everything that this release has changed goes back to what it was, in all environments at once. If others have
        changed the same parts of the flag since, nothing is done, and you are told what they are.
      </ConfirmByKey>
    </>
  );
}
