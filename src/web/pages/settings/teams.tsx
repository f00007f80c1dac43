import { Button, Group, Modal, MultiSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { MemberCollection, TeamCollection, TeamRep } from '../../../wire/rest/account.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PeopleIcon, PlusIcon } from '../../ui/icons.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PAGE_SIZE = 25;
const MOST_MEMBERS = 500;

/** Groups of people, which can maintain flags and have roles together. */
export function Teams() {
  const page = usePage();
  const [edited, setEdited] = useState<TeamRep | 'new'>();
  const [deleted, setDeleted] = useState<TeamRep>();
  const list = useApi<Static<typeof TeamCollection>>(['teams'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, expand: 'members' },
    keepsFormer: true,
  });
  const teams = list.data?.items ?? [];
  const create = (
    <Button leftSection={<PlusIcon />} onClick={() => setEdited('new')}>
      Create team
    </Button>
  );
  return (
    <>
      <Tools>
        <div className={classes['right']}>{create}</div>
      </Tools>
      <Card label="Teams">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={4} />}
        {list.data && teams.length === 0 && (
          <EmptyState icon={<PeopleIcon size={22} />} title="No teams yet">
            A team stands for several people: it can maintain flags, review changes, and have custom roles.
          </EmptyState>
        )}
        {teams.length > 0 && (
          <>
            <DataTable
              label="Teams"
              columns={[
                { label: 'Team' },
                { label: 'Members', width: '110px', isSecondary: true },
                { label: 'Actions', width: '190px' },
              ]}
              rows={teams.map((team) => ({
                key: team.key,
                cells: [
                  <RowTitle key="name" title={team.name}>
                    <code>{team.key}</code> {team.description}
                  </RowTitle>,
                  team.members?.totalCount ?? 0,
                  <Group key="actions" gap={4}>
                    <Button
                      variant="default"
                      size="xs"
                      aria-label={`Change ${team.name}`}
                      onClick={() => setEdited(team)}
                    >
                      Change
                    </Button>
                    <Button
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Delete ${team.name}`}
                      onClick={() => setDeleted(team)}
                    >
                      Delete…
                    </Button>
                  </Group>,
                ],
              }))}
            />
            <Pagination totalCount={list.data?.totalCount ?? 0} pageSize={PAGE_SIZE} />
          </>
        )}
      </Card>
      {edited === 'new' && <TeamForm members={[]} onClose={() => setEdited(undefined)} />}
      {edited && edited !== 'new' && <ExistingTeam team={edited} onClose={() => setEdited(undefined)} />}
      {deleted && <Deletion team={deleted} onClose={() => setDeleted(undefined)} />}
    </>
  );
}

function ExistingTeam({ team, onClose }: { team: TeamRep; onClose: () => void }) {
  const query = { limit: MOST_MEMBERS, filter: `team:${team.key}` };
  const { data } = useApi<Static<typeof MemberCollection>>(['members'], { query });
  return data ? <TeamForm team={team} members={data.items.map(({ _id }) => _id)} onClose={onClose} /> : null;
}

function TeamForm({ team, members, onClose }: { team?: TeamRep; members: readonly string[]; onClose: () => void }) {
  const [name, setName] = useState(team?.name ?? '');
  const [typedKey, setKey] = useState<string>();
  const [description, setDescription] = useState(team?.description ?? '');
  const [chosen, setChosen] = useState<string[]>([...members]);
  const choices = useMemberChoices();
  const save = useChange([['teams'], ['members'], ['auditlog']]);
  const key = typedKey ?? keyOf(name);
  const submit = async () => {
    if (team) {
      const instructions = [
        { kind: 'updateName', value: name },
        { kind: 'updateDescription', value: description },
        { kind: 'replaceMembers', values: chosen },
      ];
      await save.mutateAsync({
        segments: ['teams', team.key],
        method: 'PATCH',
        body: { instructions },
        isSemanticPatch: true,
      });
    } else
      await save.mutateAsync({
        segments: ['teams'],
        method: 'POST',
        body: { key, name, description, memberIDs: chosen },
      });
    notifications.show({ message: `${name} is ${team ? 'saved' : 'created'}` });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={team ? `Change ${team.name}` : 'Create a team'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(() => undefined);
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label="Name"
            maxLength={256}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {!team && (
            <TextInput
              label="Key"
              maxLength={256}
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value || undefined)}
            />
          )}
          <Textarea
            label="Description"
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <MultiSelect
            size="sm"
            label="Members"
            data={choices}
            value={chosen}
            onChange={setChosen}
            searchable
            limit={50}
          />
          {save.error && <ErrorNotice error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={name.trim() === '' || key === ''}>
              {team ? 'Save' : 'Create team'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Deletion({ team, onClose }: { team: TeamRep; onClose: () => void }) {
  const remove = useChange([['teams'], ['members'], ['auditlog']]);
  const submit = async () => {
    await remove.mutateAsync({ segments: ['teams', team.key], method: 'DELETE' });
    notifications.show({ message: `${team.name} is deleted` });
    onClose();
  };
  return (
    <ConfirmByKey
      isOpen
      title={`Delete ${team.name}?`}
      confirmKey={team.key}
      action="Delete for good"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void submit().catch(() => undefined)}
      onClose={onClose}
    >
      Its members stay members, without the roles that they had by the team.
    </ConfirmByKey>
  );
}
