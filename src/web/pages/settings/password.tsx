import { Button, Group, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../../api/request.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Section } from '../../ui/section.tsx';

/** Another password for whoever is signed in. */
export function Password() {
  const [oldPassword, setOld] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () =>
      request<undefined>('/internal/password-change', { method: 'POST', body: { oldPassword, newPassword } }),
    onSuccess: () => {
      notifications.show({ message: 'Your password is changed; your other sessions have ended' });
      setOld('');
      setNew('');
    },
  });
  const toggle = { tabIndex: 0 };
  return (
    <Section title="Change your password" onSubmit={() => change.mutate()}>
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        value={oldPassword}
        onChange={(event) => setOld(event.currentTarget.value)}
        visibilityToggleButtonProps={{ ...toggle, 'aria-label': 'Show the current password' }}
      />
      <PasswordInput
        label="New password"
        description="At least 8 characters"
        autoComplete="new-password"
        minLength={8}
        value={newPassword}
        onChange={(event) => setNew(event.currentTarget.value)}
        visibilityToggleButtonProps={{ ...toggle, 'aria-label': 'Show the new password' }}
      />
      {change.error && <ErrorNotice error={change.error} />}
      <Group justify="flex-end">
        <Button type="submit" loading={change.isPending} disabled={oldPassword === '' || newPassword.length < 8}>
          Change the password
        </Button>
      </Group>
    </Section>
  );
}
