import { Button, Group, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { specifier } from '../../../domain/access/resource.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { RightButton } from '../../access/right-button.tsx';
import { type Denial, denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useChange } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { useEnvironments } from '../../shell/use-project.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FlagUseFields } from '../../ui/flag-use-fields.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { Section } from '../../ui/section.tsx';
import classes from './flag.module.css';
import { type FlagSettings, settingsInstructions, toSettings } from './settings-edit.ts';

/** What the settings need, one or the other. */
const SETTINGS_ACTIONS = [
  'updateName',
  'updateDescription',
  'updateTags',
  'updateMaintainer',
  'updateTemporary',
  'updateClientSideFlagAvailability',
];

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** What a flag is, apart from what it serves. */
export function Settings({ projectKey, flag }: Props) {
  const [edit, setEdit] = useState<FlagSettings>();
  const save = useChange([['flags', projectKey], ['auditlog'], ['tags']]);
  const members = useMemberChoices();
  const whyNot = useFlagRights(projectKey, flag);
  const current = edit ?? toSettings(flag);
  const set = (changes: Partial<FlagSettings>) => setEdit({ ...current, ...changes });
  const instructions = edit ? settingsInstructions(toSettings(flag), edit) : [];
  useLeaveGuard(instructions.length > 0);
  const submit = async () => {
    const segments = ['flags', projectKey, flag.key];
    await save.mutateAsync({ segments, method: 'PATCH', body: { instructions }, isSemanticPatch: true });
    notifications.show({ message: 'Settings are saved' });
    setEdit(undefined);
  };
  return (
    <div className={classes['sections']}>
      <Section
        title="Settings"
        denied={denialOfAll(SETTINGS_ACTIONS.map(whyNot))}
        onSubmit={() => void submit().catch(() => undefined)}
      >
        <Stack gap="md" className={classes['settings'] ?? ''}>
          <TextInput
            label="Name"
            required
            withAsterisk={false}
            maxLength={256}
            value={current.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Textarea
            label="Description"
            value={current.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <TagsInput
            label="Tags"
            value={[...current.tags]}
            onChange={(tags) => set({ tags })}
            splitChars={[',', ' ']}
          />
          <Select
            label="Maintainer"
            placeholder={
              flag._maintainerTeam && current.maintainerTeamKey ? `The team ${flag._maintainerTeam.name}` : 'Nobody'
            }
            data={members}
            value={current.maintainerId ?? null}
            onChange={(id) => set({ maintainerId: id ?? undefined, maintainerTeamKey: undefined })}
            searchable
            clearable
            limit={50}
          />
          {flag._purpose !== 'migration' && <FlagUseFields use={current} onChange={set} />}
          {save.error && <ErrorNotice error={save.error} />}
          {instructions.length > 0 && (
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setEdit(undefined)}>
                Discard
              </Button>
              <Button type="submit" loading={save.isPending}>
                Save settings
              </Button>
            </Group>
          )}
        </Stack>
      </Section>
      <Ends projectKey={projectKey} flag={flag} />
    </div>
  );
}

/** Why something may not be done with a flag as a whole, which is a matter of every environment. */
function useFlagRights(projectKey: string, flag: FlagRep): (action: string) => Denial {
  const project = useSpecifiedProject(projectKey);
  const { environments } = useEnvironments(projectKey);
  const why = useRights();
  return (action) =>
    why(project && environments.map((environment) => ({ action, ...specifier.flag(project, environment, flag) })));
}

/** Ways for a flag to end, and back. */
function Ends({ projectKey, flag }: Props) {
  const change = useChange([['flags', projectKey], ['auditlog']]);
  const [isDeleting, deleting] = useDisclosure();
  const [, go] = useLocation();
  const whyNot = useFlagRights(projectKey, flag);
  const segments = ['flags', projectKey, flag.key];
  const apply = (kind: string, done: string) => {
    const body = { instructions: [{ kind }] };
    change
      .mutateAsync({ segments, method: 'PATCH', body, isSemanticPatch: true })
      .then(() => notifications.show({ message: done }))
      .catch(() => undefined);
  };
  const remove = async () => {
    await change.mutateAsync({ segments, method: 'DELETE' });
    notifications.show({ message: `${flag.name} is deleted` });
    go(`/projects/${encodeURIComponent(projectKey)}/flags`);
  };
  return (
    <Section title="End of the flag">
      {change.error && !isDeleting && <ErrorNotice error={change.error} />}
      <div className={classes['end']}>
        <span>Deprecated flags work on, and are marked for people.</span>
        {flag.deprecated ? (
          <RightButton
            variant="default"
            denied={whyNot('updateDeprecated')}
            onClick={() => apply('restoreDeprecatedFlag', 'The flag is not deprecated any more')}
          >
            Take the mark off
          </RightButton>
        ) : (
          <RightButton
            variant="default"
            denied={whyNot('updateDeprecated')}
            disabled={flag.archived}
            onClick={() => apply('deprecateFlag', 'The flag is deprecated')}
          >
            Deprecate
          </RightButton>
        )}
      </div>
      <div className={classes['end']}>
        <span>
          SDKs do not get archived flags: code that still asks gets its default. They can be restored as they were.
        </span>
        {flag.archived ? (
          <RightButton
            variant="default"
            denied={whyNot('updateGlobalArchived')}
            onClick={() => apply('restoreFlag', 'The flag is restored')}
          >
            Restore
          </RightButton>
        ) : (
          <RightButton
            variant="default"
            denied={whyNot('updateGlobalArchived')}
            onClick={() => apply('archiveFlag', 'The flag is archived')}
          >
            Archive
          </RightButton>
        )}
      </div>
      <div className={classes['end']}>
        <span>Deleting is final, in all environments.</span>
        <RightButton variant="outline" color="red" denied={whyNot('deleteFlag')} onClick={deleting.open}>
          Delete…
        </RightButton>
      </div>
      <ConfirmByKey
        isOpen={isDeleting}
        title={`Delete ${flag.name}?`}
        confirmKey={flag.key}
        action="Delete for good"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => void remove().catch(() => undefined)}
        onClose={deleting.close}
      >
        The flag, its targeting in all environments and its settings are gone for good. SDKs that still ask for it get
        the default that the code passes. Its history stays in the audit log.
      </ConfirmByKey>
    </Section>
  );
}
