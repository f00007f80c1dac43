import { Group, MultiSelect, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { MemberCollection, TeamCollection, TeamRep } from '../../../wire/rest/account.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { PeopleIcon, PlusIcon } from '../../ui/icons.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { Pagination, usePage } from '../../ui/pagination.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PAGE_SIZE = 25;
const MOST_MEMBERS = 500;
/** What the form changes. */
const EDITED = ['updateTeamName', 'updateTeamDescription', 'updateTeamMembers'];

/** Groups of people, which can maintain flags and have roles together. */
export function Teams() {
  const page = usePage();
  const [edited, setEdited] = useState<TeamRep | 'new'>();
  const [deleted, setDeleted] = useState<TeamRep>();
  const list = useApi<Static<typeof TeamCollection>>(['teams'], {
    query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, expand: 'members' },
    keepsFormer: true,
  });
  const why = useRights();
  const whyNot = (key: string, action: string) => why(accessesTo(specifier.inAccount('team', { key }), [action]));
  const teams = list.data?.items ?? [];
  const create = (
    <RightButton leftSection={<PlusIcon />} denied={whyNot('new', 'createTeam')} onClick={() => setEdited('new')}>
      Create team
    </RightButton>
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
                    <RightButton
                      variant="default"
                      size="xs"
                      aria-label={`Change ${team.name}`}
                      denied={denialOfAll(EDITED.map((action) => whyNot(team.key, action)))}
                      onClick={() => setEdited(team)}
                    >
                      Change
                    </RightButton>
                    <RightButton
                      variant="subtle"
                      color="red"
                      size="xs"
                      aria-label={`Delete ${team.name}`}
                      denied={whyNot(team.key, 'deleteTeam')}
                      onClick={() => setDeleted(team)}
                    >
                      Delete…
                    </RightButton>
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
      {deleted && (
        <DeleteDialog
          name={deleted.name}
          confirmKey={deleted.key}
          segments={['teams', deleted.key]}
          affected={[['teams'], ['members']]}
          onClose={() => setDeleted(undefined)}
        >
          Its members stay members, without the roles that they had by the team.
        </DeleteDialog>
      )}
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
    <FormDialog
      title={team ? `Change ${team.name}` : 'Create a team'}
      action={team ? 'Save' : 'Create team'}
      error={save.error}
      isPending={save.isPending}
      isReady={name.trim() !== '' && key !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameFields name={name} onName={setName} {...(!team && { keyField: { typed: typedKey, onType: setKey } })} />
      <Textarea
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <MultiSelect size="sm" label="Members" data={choices} value={chosen} onChange={setChosen} searchable limit={50} />
    </FormDialog>
  );
}
