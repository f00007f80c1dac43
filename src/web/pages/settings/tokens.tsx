import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { Static } from 'typebox';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { AccessTokenCollection, AccessTokenRep } from '../../../wire/rest/account.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyIcon, PlusIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Tools } from '../../ui/tools.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import classes from './settings.module.css';

const PAGE_SIZE = 25;
const ROLES = [
  { value: 'reader', label: 'Reader' },
  { value: 'writer', label: 'Writer' },
  { value: 'admin', label: 'Admin' },
];

/** What programs use in place of a password. */
export function Tokens() {
  const page = usePage();
  const { get, change } = useUrlState();
  const isAll = get('all') === 'true';
  const [isCreating, creating] = useDisclosure();
  const [deleted, setDeleted] = useState<AccessTokenRep>();
  const list = useApi<Static<typeof AccessTokenCollection>>(['tokens'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, showAll: isAll || undefined },
    keepsFormer: true,
  });
  const why = useRights();
  const tokens = list.data?.items ?? [];
  return (
    <>
      <Tools>
        <Checkbox
          label="Those of others, too"
          checked={isAll}
          onChange={() => change({ all: isAll ? undefined : 'true', page: undefined })}
        />
        <Button leftSection={<PlusIcon />} className={classes['right'] ?? ''} onClick={creating.open}>
          Create token
        </Button>
      </Tools>
      <Card label="Access tokens">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={4} />}
        {list.data && tokens.length === 0 && (
          <EmptyState icon={<KeyIcon size={22} />} title="No access tokens">
            Programs that use the API send a token. It can do what its role says, and never more than whoever made it.
          </EmptyState>
        )}
        {tokens.length > 0 && (
          <>
            <DataTable
              label="Access tokens"
              columns={[
                { label: 'Token' },
                { label: 'Role', width: '110px' },
                { label: 'Used', width: '130px', isSecondary: true },
                { label: 'Actions', width: '110px' },
              ]}
              rows={tokens.map((token) => ({
                key: token._id,
                cells: [
                  <RowTitle key="name" title={token.name || 'Without a name'}>
                    <code>…{token.token}</code>
                    {token.serviceToken ? 'service token' : token._member && personName(token._member)}
                  </RowTitle>,
                  token.role ?? 'custom',
                  token.lastUsed > 0 ? <RelativeTime key="used" at={token.lastUsed} /> : 'never',
                  <RightButton
                    key="delete"
                    variant="subtle"
                    color="red"
                    size="xs"
                    aria-label={`Delete ${token.name}`}
                    denied={why(accessesTo(resourceOf(token), ['deleteAccessToken']))}
                    onClick={() => setDeleted(token)}
                  >
                    Delete…
                  </RightButton>,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {isCreating && <CreateToken onClose={creating.close} />}
      {deleted && (
        <DeleteDialog
          name={deleted.name || 'the token'}
          confirmKey={deleted.token}
          segments={['tokens', deleted._id]}
          affected={[['tokens']]}
          onClose={() => setDeleted(undefined)}
        >
          Programs that use it are refused at once. To be sure that it is the right one, type its last four characters.
        </DeleteDialog>
      )}
    </>
  );
}

/** A token as policies name it. */
function resourceOf({ _id, memberId, serviceToken }: AccessTokenRep) {
  return serviceToken ? specifier.inAccount('service-token', { key: _id }) : specifier.personalToken(memberId, _id);
}

function CreateToken({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState('reader');
  const [isService, setService] = useState(false);
  const create = useChange<AccessTokenRep>([['tokens'], ['auditlog']]);
  const body = { name: name.trim(), role, serviceToken: isService };
  return (
    <Modal opened onClose={onClose} title="Create an access token" closeOnClickOutside={create.data === undefined}>
      {create.data ? (
        <SecretOnce what="token" secret={create.data.token} onDone={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ segments: ['tokens'], method: 'POST', body });
          }}
        >
          <Stack>
            <TextInput
              data-autofocus
              label="Name"
              placeholder="What it is for"
              maxLength={256}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select label="Role" data={ROLES} value={role} onChange={(value) => setRole(value ?? 'reader')} />
            <Checkbox
              label="Service token: it stays as it is when your own role changes"
              checked={isService}
              onChange={(event) => setService(event.currentTarget.checked)}
            />
            {create.error && <ErrorNotice error={create.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending} disabled={body.name === ''}>
                Create token
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
