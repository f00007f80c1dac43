import { Button, Checkbox, Group, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { accessesTo } from '../../../domain/access/can.ts';
import { type Specified, specifier } from '../../../domain/access/resource.ts';
import type { DeliveryRep, WebhookRep } from '../../../wire/rest/webhook.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PlusIcon, WebhookIcon } from '../../ui/icons.tsx';
import { OnOff } from '../../ui/on-off.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

/** What the form changes. */
const EDITED = ['updateName', 'updateUrl', 'updateSecret', 'updateOn'];

interface Open {
  readonly dialog: 'form' | 'deliveries' | 'deletion';
  readonly webhook?: WebhookRep;
}

/** Addresses that are told of changes. */
export function Webhooks() {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const list = useApi<{ items: WebhookRep[] }>(['webhooks']);
  const why = useRights();
  const whyNot = (webhook: Specified, action: string) =>
    why(accessesTo(specifier.inAccount('webhook', webhook), [action]));
  const webhooks = list.data?.items ?? [];
  return (
    <>
      <Tools>
        <RightButton
          leftSection={<PlusIcon />}
          className={classes['right'] ?? ''}
          denied={whyNot({ key: 'new' }, 'createWebhook')}
          onClick={() => setOpen({ dialog: 'form' })}
        >
          Create webhook
        </RightButton>
      </Tools>
      <Card label="Webhooks">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={4} />}
        {list.data && webhooks.length === 0 && (
          <EmptyState icon={<WebhookIcon size={22} />} title="No webhooks yet">
            A webhook gets a request for each change, signed so that it can be sure who sends it. What cannot be
            delivered is tried again.
          </EmptyState>
        )}
        {webhooks.length > 0 && (
          <DataTable
            label="Webhooks"
            columns={[{ label: 'Webhook' }, { label: 'State', width: '80px' }, { label: 'Actions', width: '280px' }]}
            rows={webhooks.map((webhook) => ({
              key: webhook._id,
              cells: [
                <RowTitle key="name" title={webhook.name || webhook.url}>
                  {webhook.url}
                </RowTitle>,
                <OnOff key="on" isOn={webhook.on} />,
                <Group key="actions" gap={4}>
                  <RightButton
                    variant="default"
                    size="xs"
                    aria-label={`Change ${nameOf(webhook)}`}
                    denied={denialOfAll(EDITED.map((action) => whyNot(specifiedOf(webhook), action)))}
                    onClick={() => setOpen({ dialog: 'form', webhook })}
                  >
                    Change
                  </RightButton>
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`Deliveries to ${nameOf(webhook)}`}
                    onClick={() => setOpen({ dialog: 'deliveries', webhook })}
                  >
                    Deliveries
                  </Button>
                  <RightButton
                    variant="subtle"
                    color="red"
                    size="xs"
                    aria-label={`Delete ${nameOf(webhook)}`}
                    denied={whyNot(specifiedOf(webhook), 'deleteWebhook')}
                    onClick={() => setOpen({ dialog: 'deletion', webhook })}
                  >
                    Delete…
                  </RightButton>
                </Group>,
              ],
            }))}
          />
        )}
      </Card>
      {open?.dialog === 'form' && <WebhookForm {...(open.webhook && { webhook: open.webhook })} onClose={close} />}
      {open?.dialog === 'deliveries' && open.webhook && <Deliveries webhook={open.webhook} onClose={close} />}
      {open?.dialog === 'deletion' && open.webhook && (
        <DeleteDialog
          name={nameOf(open.webhook)}
          confirmKey={nameOf(open.webhook)}
          segments={['webhooks', open.webhook._id]}
          affected={[['webhooks']]}
          onClose={close}
        >
          Nothing is sent to {open.webhook.url} any more, not even what waits to be tried again.
        </DeleteDialog>
      )}
    </>
  );
}

function WebhookForm({ webhook, onClose }: { webhook?: WebhookRep; onClose: () => void }) {
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [secret, setSecret] = useState(webhook?.secret ?? '');
  const [on, setOn] = useState(webhook?.on ?? true);
  const save = useChange([['webhooks'], ['auditlog']]);
  const submit = async () => {
    const patch = Object.entries({ name, url, on, ...(secret !== '' && { secret }) });
    await save.mutateAsync(
      webhook
        ? {
            segments: ['webhooks', webhook._id],
            method: 'PATCH',
            body: patch.map(([field, value]) => ({ op: 'add', path: `/${field}`, value })),
          }
        : {
            segments: ['webhooks'],
            method: 'POST',
            body: { name, url, on, sign: true, ...(secret !== '' && { secret }) },
          },
    );
    notifications.show({ message: `The webhook is ${webhook ? 'saved' : 'created'}` });
    onClose();
  };
  return (
    <FormDialog
      title={webhook ? 'Change the webhook' : 'Create a webhook'}
      action={webhook ? 'Save' : 'Create webhook'}
      error={save.error}
      isPending={save.isPending}
      isReady={url !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput data-autofocus label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput
        label="Address"
        placeholder="https://example.com/changes"
        type="url"
        required
        withAsterisk={false}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <PasswordInput
        label="Secret"
        description="What requests are signed with; one is made up if you leave it empty"
        autoComplete="off"
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the secret', tabIndex: 0 }}
      />
      <Checkbox label="On" checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
    </FormDialog>
  );
}

function Deliveries({ webhook, onClose }: { webhook: WebhookRep; onClose: () => void }) {
  const list = useApi<{ items: DeliveryRep[] }>(['webhooks', webhook._id, 'deliveries'], { query: { limit: 20 } });
  const test = useChange<{ status?: number; error?: string }>([['webhooks', webhook._id]]);
  return (
    <Modal opened onClose={onClose} title={`Deliveries to ${nameOf(webhook)}`}>
      <Stack>
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={3} height={24} />}
        {list.data?.items.length === 0 && <p className={classes['soft']}>Nothing has been sent yet.</p>}
        <ul className={classes['deliveries']}>
          {list.data?.items.map(({ _id, creationDate, state, attempts }) => (
            <li key={_id}>
              <strong>{state}</strong>
              <RelativeTime at={creationDate} />
              <span>{attempts.map(({ status, error }) => status ?? error).join(', ')}</span>
            </li>
          ))}
        </ul>
        {test.error && <ErrorNotice error={test.error} />}
        {test.data && <div role="status">The test was answered with {test.data.status ?? test.data.error}.</div>}
        <Group justify="flex-end">
          <Button
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate({ segments: ['webhooks', webhook._id, 'test'], method: 'POST' })}
          >
            Send a test
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A webhook as policies name it. */
const specifiedOf = ({ _id, tags }: WebhookRep): Specified => ({ key: _id, tags });

const nameOf = ({ name, url }: WebhookRep) => name || url;
