import { Button, Group, Modal, Select, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useChange } from '../../api/use-api.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const HOUR_MS = 3_600_000;
const GRACE = [
  { value: '0', label: 'At once' },
  { value: String(HOUR_MS), label: 'In an hour' },
  { value: String(24 * HOUR_MS), label: 'In a day' },
  { value: String(7 * 24 * HOUR_MS), label: 'In a week' },
];

interface Props {
  readonly projectKey: string;
  readonly environment: Environment;
  readonly isMobile: boolean;
  readonly onClose: () => void;
}

/** Gives an environment another key. SDKs with the former SDK key may go on for a while. */
export function RotateKey({ projectKey, environment, isMobile, onClose }: Props) {
  const [grace, setGrace] = useState('0');
  const rotate = useChange([['projects', projectKey], ['auditlog']]);
  const submit = async () => {
    const segments = ['projects', projectKey, 'environments', environment.key, isMobile ? 'mobileKey' : 'apiKey'];
    const expiry = grace === '0' || isMobile ? undefined : Date.now() + Number(grace);
    await rotate.mutateAsync({ segments, method: 'POST', query: { expiry } });
    notifications.show({ message: `${environment.name} has another ${isMobile ? 'mobile' : 'SDK'} key` });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={`Another ${isMobile ? 'mobile' : 'SDK'} key for ${environment.name}?`}>
      <Stack>
        <div>
          {isMobile
            ? 'Apps with the former key get no flags any more, at once.'
            : 'Servers with the former key get no flags any more once it ends; give them the new one before.'}
        </div>
        {!isMobile && (
          <Select
            data-autofocus
            label="The former key ends"
            data={GRACE}
            value={grace}
            onChange={(value) => setGrace(value ?? '0')}
          />
        )}
        {rotate.error && <ErrorNotice error={rotate.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={rotate.isPending} onClick={() => void submit().catch(() => undefined)}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
