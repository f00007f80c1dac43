import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import { REPOSITORY_ACTIONS } from '../../../domain/code-references/repository.ts';
import type { RepositoryRep } from '../../../wire/rest/code-reference.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { Card, DataTable, RowTitle } from '../../ui/data-table.tsx';
import { DeleteDialog } from '../../ui/delete-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CodeIcon, PlusIcon } from '../../ui/icons.tsx';
import { OnOff } from '../../ui/on-off.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tools } from '../../ui/tools.tsx';
import classes from './settings.module.css';

const PATH = ['code-refs', 'repositories'];
const TYPES = [
  { value: 'github', label: 'GitHub' },
  { value: 'gitlab', label: 'GitLab' },
  { value: 'bitbucket', label: 'Bitbucket' },
  { value: 'custom', label: 'Another host' },
];

interface Open {
  readonly dialog: 'form' | 'branches' | 'deletion';
  readonly repository?: RepositoryRep;
}

/** Repositories of code in which a scanner looks for flags. */
export function CodeReferences() {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const list = useApi<{ items: RepositoryRep[] }>(PATH, { query: { withBranches: 'true' } });
  const why = useRights();
  const whyNot = (key: string, action: string) =>
    why(accessesTo(specifier.inAccount('code-reference-repository', { key }), [action]));
  const repositories = list.data?.items ?? [];
  const current = repositories.find(({ name }) => name === open?.repository?.name);
  const create = (
    <RightButton
      leftSection={<PlusIcon />}
      denied={whyNot('new', 'createCodeRefsRepository')}
      onClick={() => setOpen({ dialog: 'form' })}
    >
      Add repository
    </RightButton>
  );
  return (
    <>
      <Tools>
        <p className={classes['soft']}>A scanner in your builds tells where the code asks for flags.</p>
        <div className={classes['right']}>{create}</div>
      </Tools>
      <Card label="Repositories">
        {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {!list.error && !list.data && <SkeletonRows count={3} />}
        {list.data && repositories.length === 0 && (
          <EmptyState icon={<CodeIcon size={22} />} title="No repositories yet" action={create}>
            Run <code>ld-find-code-refs</code> with the address of this service and an access token: it adds the
            repository by itself. Flags then show the lines of code that ask for them.
          </EmptyState>
        )}
        {repositories.length > 0 && (
          <DataTable
            label="Repositories"
            columns={[
              { label: 'Repository' },
              { label: 'Default branch', width: '140px', isSecondary: true },
              { label: 'Scanned', width: '120px', isSecondary: true },
              { label: 'State', width: '80px' },
              { label: 'Actions', width: '280px' },
            ]}
            rows={repositories.map((repository) => ({
              key: repository.name,
              cells: [
                <RowTitle key="name" title={repository.name}>
                  {repository.sourceLink ?? repository.type}
                </RowTitle>,
                <code key="branch">{repository.defaultBranch}</code>,
                <LastScan key="scan" repository={repository} />,
                <OnOff key="on" isOn={repository.enabled} />,
                <Group key="actions" gap={4}>
                  <RightButton
                    variant="default"
                    size="xs"
                    aria-label={`Change ${repository.name}`}
                    denied={denialOfAll(
                      Object.values(REPOSITORY_ACTIONS).map((action) => whyNot(repository.name, action)),
                    )}
                    onClick={() => setOpen({ dialog: 'form', repository })}
                  >
                    Change
                  </RightButton>
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`Branches of ${repository.name}`}
                    onClick={() => setOpen({ dialog: 'branches', repository })}
                  >
                    Branches
                  </Button>
                  <RightButton
                    variant="subtle"
                    color="red"
                    size="xs"
                    aria-label={`Delete ${repository.name}`}
                    denied={whyNot(repository.name, 'deleteCodeRefsRepository')}
                    onClick={() => setOpen({ dialog: 'deletion', repository })}
                  >
                    Delete…
                  </RightButton>
                </Group>,
              ],
            }))}
          />
        )}
      </Card>
      {open?.dialog === 'form' && (
        <RepositoryForm {...(open.repository && { repository: open.repository })} onClose={close} />
      )}
      {open?.dialog === 'branches' && current && (
        <Branches
          repository={current}
          denied={whyNot(current.name, 'updateCodeRefsRepositoryBranches')}
          onClose={close}
        />
      )}
      {open?.dialog === 'deletion' && open.repository && (
        <DeleteDialog
          name={open.repository.name}
          confirmKey={open.repository.name}
          segments={[...PATH, open.repository.name]}
          affected={[PATH]}
          onClose={close}
        >
          All that has been found in its branches is gone; the next scan brings it back.
        </DeleteDialog>
      )}
    </>
  );
}

function LastScan({ repository: { branches = [], defaultBranch } }: { repository: RepositoryRep }) {
  const branch = branches.find(({ name }) => name === defaultBranch);
  return branch ? <RelativeTime at={branch.syncTime} /> : 'never';
}

function RepositoryForm({ repository, onClose }: { repository?: RepositoryRep; onClose: () => void }) {
  const [edit, setEdit] = useState({
    name: repository?.name ?? '',
    type: repository?.type ?? 'github',
    sourceLink: repository?.sourceLink ?? '',
    commitUrlTemplate: repository?.commitUrlTemplate ?? '',
    hunkUrlTemplate: repository?.hunkUrlTemplate ?? '',
    defaultBranch: repository?.defaultBranch ?? 'main',
    enabled: repository?.enabled ?? true,
  });
  const save = useChange([PATH, ['auditlog']]);
  const set = (changes: Partial<typeof edit>) => setEdit((before) => ({ ...before, ...changes }));
  const submit = async () => {
    const { enabled: _enabled, ...body } = edit;
    await save.mutateAsync(
      repository
        ? {
            segments: [...PATH, repository.name],
            method: 'PATCH',
            body: Object.entries(edit).map(([field, value]) => ({ op: 'add', path: `/${field}`, value })),
          }
        : { segments: PATH, method: 'POST', body },
    );
    notifications.show({ message: `${edit.name} is ${repository ? 'saved' : 'added'}` });
    onClose();
  };
  return (
    <FormDialog
      title={repository ? `Change ${repository.name}` : 'Add a repository'}
      action={repository ? 'Save' : 'Add repository'}
      error={save.error}
      isPending={save.isPending}
      isReady={edit.name.trim() !== '' && edit.defaultBranch.trim() !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label="Name"
        description="As the scanner names it"
        placeholder="shop-web"
        spellCheck={false}
        value={edit.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Select label="Where it is" data={TYPES} value={edit.type} onChange={(type) => set({ type: type ?? 'custom' })} />
      <TextInput
        label="Address"
        placeholder="https://github.com/acme/shop-web"
        type="url"
        value={edit.sourceLink}
        onChange={(event) => set({ sourceLink: event.currentTarget.value })}
      />
      <TextInput
        label="Default branch"
        spellCheck={false}
        value={edit.defaultBranch}
        onChange={(event) => set({ defaultBranch: event.currentTarget.value })}
      />
      <TextInput
        label="Address of a commit"
        placeholder="https://github.com/acme/shop-web/commit/${sha}"
        value={edit.commitUrlTemplate}
        onChange={(event) => set({ commitUrlTemplate: event.currentTarget.value })}
      />
      <TextInput
        label="Address of a line"
        placeholder="https://github.com/acme/shop-web/blob/${sha}/${filePath}#L${lineNumber}"
        value={edit.hunkUrlTemplate}
        onChange={(event) => set({ hunkUrlTemplate: event.currentTarget.value })}
      />
      {repository && (
        <Checkbox
          label="On: what is found counts in the filters of flags"
          checked={edit.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
      )}
    </FormDialog>
  );
}

function Branches(props: { repository: RepositoryRep; denied: string | undefined; onClose: () => void }) {
  const { repository, denied, onClose } = props;
  const { branches = [], defaultBranch, name: repositoryName } = repository;
  const remove = useChange([PATH, ['auditlog']]);
  const forget = async (branch: string) => {
    const segments = [...PATH, repositoryName, 'branch-delete-tasks'];
    await remove.mutateAsync({ segments, method: 'POST', body: [branch] });
    notifications.show({ message: `${branch} is forgotten` });
  };
  return (
    <Modal opened onClose={onClose} title={`Branches of ${repositoryName}`}>
      <Stack>
        {branches.length === 0 && <p className={classes['soft']}>No branch has been scanned yet.</p>}
        <ul className={classes['deliveries']}>
          {branches.map(({ name, head, syncTime }) => (
            <li key={name}>
              <strong>{name}</strong>
              <code>{head.slice(0, 10)}</code>
              <span>
                scanned <RelativeTime at={syncTime} />
              </span>
              {name !== defaultBranch && (
                <RightButton
                  variant="subtle"
                  color="red"
                  size="compact-xs"
                  className={classes['right'] ?? ''}
                  aria-label={`Forget ${name}`}
                  denied={denied}
                  onClick={() => void forget(name).catch(() => undefined)}
                >
                  Forget
                </RightButton>
              )}
            </li>
          ))}
        </ul>
        {remove.error && <ErrorNotice error={remove.error} />}
      </Stack>
    </Modal>
  );
}
