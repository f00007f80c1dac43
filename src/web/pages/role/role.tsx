import { Button, Group, Select, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { ROLE_ACTIONS } from '../../../domain/access/custom-role.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { CustomRoleRep } from '../../../wire/rest/account.ts';
import { RightButton } from '../../access/right-button.tsx';
import { type Denial, denialOfAll, useRights } from '../../access/rights.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { newId } from '../../targeting/new-id.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { NameFields } from '../../ui/form-dialog.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { allowLeaving, useLeaveGuard } from '../../ui/leave-guard.ts';
import { About, Breadcrumb, PageHead, Sections, SkeletonRows } from '../../ui/parts.tsx';
import { Section } from '../../ui/section.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { Grants } from './grants.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { policyProblem, type StatementDraft, toDrafts, toPolicy } from './policy-draft.ts';
import { RoleBearers } from './role-bearers.tsx';
import { RoleCheck } from './role-check.tsx';
import classes from './role.module.css';

const LIST = '/settings/roles';
const BASES = [
  { value: 'no_access', label: 'Nothing but what the policy allows' },
  { value: 'reader', label: 'Everything: projects, teams, SDK keys' },
];

/** A custom role with its policy, and what that grants; `~new` is one that is yet to be made. */
export function RolePage({ roleKey }: { roleKey: string }) {
  const isNew = roleKey === '~new';
  const role = useApi<CustomRoleRep>(['roles', roleKey], { isEnabled: !isNew });
  const why = useRights();
  useTitle(isNew ? 'New role' : (role.data?.name ?? roleKey));
  const whyNot = (action: string): Denial =>
    why(accessesTo(specifier.inAccount('role', { key: isNew ? 'new' : roleKey }), [action]));
  if (role.error) return <ErrorNotice error={role.error} onRetry={() => void role.refetch()} />;
  if (!isNew && !role.data) return <SkeletonRows count={6} />;
  return (
    <>
      <Breadcrumb href={LIST} label="Roles" />
      <PageHead
        title={role.data?.name ?? 'New role'}
        below={role.data && <About keyText={role.data.key} tags={[]} description={role.data.description} />}
      />
      <RoleForm
        role={role.data}
        denied={isNew ? whyNot('createRole') : denialOfAll(Object.values(ROLE_ACTIONS).map(whyNot))}
      />
      {role.data && (
        <div className={classes['rest']}>
          <Sections>
            <RoleBearers role={role.data} />
            <End role={role.data} denied={whyNot('deleteRole')} />
          </Sections>
        </div>
      )}
    </>
  );
}

interface RoleDraft {
  readonly name: string;
  readonly description: string;
  readonly basePermissions: string;
  readonly statements: readonly StatementDraft[];
}

function toDraft(role: CustomRoleRep | undefined): RoleDraft {
  const { name = '', description = '', basePermissions = 'reader', policy = [] } = role ?? {};
  return { name, description, basePermissions, statements: toDrafts(policy, newId) };
}

function RoleForm({ role, denied }: { role: CustomRoleRep | undefined; denied: Denial }) {
  const [base, setBase] = useState(() => toDraft(role));
  const [draft, setDraft] = useState(base);
  const [typed, setTyped] = useState<string>();
  const [, go] = useLocation();
  const save = useChange<CustomRoleRep>([['roles'], ['auditlog'], ['/internal/session/rights']]);
  const key = typed ?? keyOf(draft.name);
  const policy = toPolicy(draft.statements);
  const isDirty = JSON.stringify(settingsOf(draft)) !== JSON.stringify(settingsOf(base));
  const problem = problemOf(draft, role ? 'old' : key);
  useLeaveGuard(isDirty);
  const set = (changes: Partial<RoleDraft>) => {
    save.reset();
    setDraft((before) => ({ ...before, ...changes }));
  };
  const submit = async () => {
    const settings = settingsOf(draft);
    if (role) {
      const body = Object.entries(settings).map(([field, value]) => ({ op: 'replace', path: `/${field}`, value }));
      await save.mutateAsync({ segments: ['roles', role.key], method: 'PATCH', body });
      setBase(draft);
    } else await save.mutateAsync({ segments: ['roles'], method: 'POST', body: { key, ...settings } });
    notifications.show({ message: `${draft.name.trim()} is ${role ? 'saved' : 'created'}` });
    if (role) return;
    allowLeaving();
    go(`${LIST}/${encodeURIComponent(key)}`);
  };
  return (
    <div className={classes['columns']}>
      <form
        className={classes['column']}
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined) submit().catch(() => undefined);
        }}
      >
        <Section title="About the role" denied={denied}>
          <NameFields
            name={draft.name}
            onName={(name) => set({ name })}
            {...(!role && { keyField: { typed, onType: setTyped } })}
            example="Release manager"
          />
          <Textarea
            label="Description"
            placeholder="Who should have it"
            minRows={1}
            value={draft.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <Select
            label="What its bearers see"
            data={BASES}
            value={draft.basePermissions}
            onChange={(value) => set({ basePermissions: value ?? 'no_access' })}
          />
        </Section>
        <PolicyEditor statements={draft.statements} denied={denied} onChange={(statements) => set({ statements })} />
        {save.error && <ErrorNotice error={save.error} />}
        {denied === undefined && (isDirty || !role) && (
          <Group justify="flex-end">
            <span role="status" className={classes['problem']}>
              {draft.name !== '' && problem}
            </span>
            <Button variant="default" onClick={() => (role ? setDraft(base) : go(LIST))}>
              {role ? 'Discard' : 'Cancel'}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={problem !== undefined}>
              {role ? 'Save the role' : 'Create role'}
            </Button>
          </Group>
        )}
      </form>
      <div className={classes['column']}>
        <Grants basePermissions={draft.basePermissions} policy={policy} />
        <RoleCheck role={{ basePermissions: draft.basePermissions === 'reader' ? 'reader' : 'no_access', policy }} />
      </div>
    </div>
  );
}

function settingsOf({ name, description, basePermissions, statements }: RoleDraft) {
  return { name: name.trim(), description: description.trim(), basePermissions, policy: toPolicy(statements) };
}

function problemOf({ name, statements }: RoleDraft, key: string): string | undefined {
  if (name.trim() === '') return 'It needs a name';
  if (key === '') return 'It needs a key';
  const bad = statements.findIndex(({ resources, actions }) => resources.length === 0 || actions.length === 0);
  if (bad >= 0) return `Statement ${bad + 1} needs resources and actions`;
  return policyProblem(toPolicy(statements));
}

function End({ role, denied }: { role: CustomRoleRep; denied: Denial }) {
  const [isDeleting, deleting] = useDisclosure();
  const [, go] = useLocation();
  const change = useChange([['roles'], ['auditlog']]);
  const remove = async () => {
    await change.mutateAsync({ segments: ['roles', role.key], method: 'DELETE' });
    notifications.show({ message: `${role.name} is deleted` });
    go(LIST);
  };
  return (
    <Section title="End of the role">
      <div className={classes['end']}>
        <span>A role can be deleted once no member, team or token has it.</span>
        <RightButton variant="outline" color="red" denied={denied} onClick={deleting.open}>
          Delete role…
        </RightButton>
      </div>
      <ConfirmByKey
        isOpen={isDeleting}
        title={`Delete ${role.name}?`}
        confirmKey={role.key}
        action="Delete for good"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => void remove().catch(() => undefined)}
        onClose={() => {
          change.reset();
          deleting.close();
        }}
      >
        Nobody can be given it any more.
      </ConfirmByKey>
    </Section>
  );
}
