import { Select, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { MemberCollection, MemberRep } from '../../../wire/rest/account.ts';
import { RightButton } from '../../access/right-button.tsx';
import { type Denial, useRights } from '../../access/rights.ts';
import { useSession } from '../../api/session.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import { personName } from '../../ui/person.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { SearchInput, useSearchText } from '../../ui/search-input.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PAGE_SIZE = 25;
const ROLES = [
  { value: 'reader', label: 'Reader' },
  { value: 'writer', label: 'Writer' },
  { value: 'admin', label: 'Admin' },
  { value: 'no_access', label: 'No access' },
];

/** The people of the account. */
export function Members() {
  const text = useSearchText();
  const page = usePage();
  const why = useRights();
  const whyNot = (key: string, action: string) => why(accessesTo(specifier.inAccount('member', { key }), [action]));
  const [isInviting, inviting] = useDisclosure();
  const [removed, setRemoved] = useState<MemberRep>();
  const list = useApi<Static<typeof MemberCollection>>(['members'], {
    query: {
      limit: PAGE_SIZE,
      offset: (page - 1) * PAGE_SIZE,
      sort: 'displayName',
      filter: text && `query:${text.replaceAll(/[,:]/g, ' ')}`,
    },
    keepsFormer: true,
  });
  return (
    <>
      <Tools>
        <SearchInput label="Name or address" />
        <RightButton
          leftSection={<PlusIcon />}
          className={classes['right'] ?? ''}
          denied={whyNot('new', 'createMember')}
          onClick={inviting.open}
        >
          Invite members
        </RightButton>
      </Tools>
      <Card label="Members">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={5} />}
        {list.data && (
          <>
            <DataTable
              label="Members"
              columns={[
                { label: 'Member' },
                { label: 'Seen', width: '130px', isSecondary: true },
                { label: 'Role', width: '150px' },
                { label: 'Actions', width: '120px' },
              ]}
              rows={list.data.items.map((member) => ({
                key: member._id,
                cells: [
                  <RowTitle key="who" title={personName(member)}>
                    {[personName(member) !== member.email && member.email, member._pendingInvite && 'invited']
                      .filter(Boolean)
                      .join(' · ')}
                  </RowTitle>,
                  member._lastSeen > 0 ? <RelativeTime key="seen" at={member._lastSeen} /> : 'never',
                  <RoleChoice key="role" member={member} denied={whyNot(member._id, 'updateRole')} />,
                  member.role !== 'owner' && (
                    <RightButton
                      key="remove"
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Remove ${personName(member)}`}
                      denied={whyNot(member._id, 'deleteMember')}
                      onClick={() => setRemoved(member)}
                    >
                      Remove…
                    </RightButton>
                  ),
                ],
              }))}
            />
            <Pagination totalCount={list.data.totalCount} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {isInviting && <Invite onClose={inviting.close} />}
      {removed && <Removal member={removed} onClose={() => setRemoved(undefined)} />}
    </>
  );
}

function RoleChoice({ member, denied }: { member: MemberRep; denied: Denial }) {
  const change = useChange([['members'], ['auditlog']]);
  const me = useSession().data?._id;
  if (member.role === 'owner') return 'Owner';
  const set = (role: string | null) => {
    const body = [{ op: 'replace', path: '/role', value: role }];
    change
      .mutateAsync({ segments: ['members', member._id], method: 'PATCH', body })
      .then(() => notifications.show({ message: `${personName(member)} has another role` }))
      .catch(() => undefined);
  };
  return (
    <Select
      size="xs"
      aria-label={`Role of ${personName(member)}`}
      data={ROLES}
      value={member.role}
      onChange={set}
      disabled={member._id === me || denied !== undefined}
      title={member._id === me ? 'Nobody changes their own role' : denied}
      error={change.error?.message}
    />
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const [emails, setEmails] = useState<string[]>([]);
  const [role, setRole] = useState('reader');
  const invite = useChange([['members'], ['auditlog']]);
  const submit = async () => {
    const body = emails.map((email) => ({ email, role }));
    await invite.mutateAsync({ segments: ['members'], method: 'POST', body });
    notifications.show({
      message: emails.length === 1 ? 'The invitation is on its way' : 'The invitations are on their way',
    });
    onClose();
  };
  return (
    <FormDialog
      title="Invite members"
      action="Invite"
      error={invite.error}
      isPending={invite.isPending}
      isReady={emails.length > 0}
      onSubmit={submit}
      onClose={onClose}
    >
      <TagsInput
        data-autofocus
        label="E-mail addresses"
        description="They get a link that works for a week. Where no mail server is set up, it is in the log of the service."
        value={emails}
        onChange={setEmails}
        splitChars={[',', ' ', ';']}
      />
      <Select label="Role" data={ROLES} value={role} onChange={(value) => setRole(value ?? 'reader')} />
    </FormDialog>
  );
}

function Removal({ member, onClose }: { member: MemberRep; onClose: () => void }) {
  const remove = useChange([['members'], ['teams'], ['tokens'], ['auditlog']]);
  const submit = async () => {
    await remove.mutateAsync({ segments: ['members', member._id], method: 'DELETE' });
    notifications.show({ message: `${personName(member)} is removed` });
    onClose();
  };
  return (
    <ConfirmByKey
      isOpen
      title={`Remove ${personName(member)}?`}
      confirmKey={member.email}
      action="Remove"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void submit().catch(() => undefined)}
      onClose={onClose}
    >
      They cannot sign in any more, and their personal access tokens end.
    </ConfirmByKey>
  );
}
