import { Button, Group, Modal, SegmentedControl, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { FlagDefaultsRep, ProjectRep } from '../../../wire/rest/project.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { flagPath } from '../../shell/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FlagUseFields } from '../../ui/flag-use-fields.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { SkeletonRows } from '../../ui/parts.tsx';
import classes from './flags.module.css';
import { blankFlag, flagProblem, type NewFlag, toFlagPost } from './new-flag.ts';
import { NewVariations } from './new-variations.tsx';

const KINDS = [
  { value: 'boolean', label: 'Boolean' },
  { value: 'string', label: 'String' },
  { value: 'number', label: 'Number' },
  { value: 'json', label: 'JSON' },
  { value: 'migration', label: 'Migration' },
];
const STAGES = [
  { value: '2', label: '2 stages: off, complete' },
  { value: '4', label: '4 stages: off, shadow, live, complete' },
  { value: '6', label: '6 stages: off, dualwrite, shadow, live, rampdown, complete' },
];

interface Props {
  readonly projectKey: string;
  readonly onClose: () => void;
  /** Told of the key; the page of the new flag is opened when absent. */
  readonly onCreated?: (key: string) => void;
}

/** The dialog that makes a flag. */
export function CreateFlag({ projectKey, onClose, onCreated }: Props) {
  const [, go] = useLocation();
  const project = useApi<ProjectRep>(['projects', projectKey]);
  const defaults = useApi<FlagDefaultsRep>(['projects', projectKey, 'flag-defaults']);
  const failed = [project, defaults].find(({ error }) => error !== null);
  return (
    <Modal opened onClose={onClose} title="Create a flag">
      {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && !(project.data && defaults.data) && <SkeletonRows count={5} />}
      {project.data && defaults.data && (
        <Form
          project={project.data}
          defaults={defaults.data}
          onClose={onClose}
          onCreated={onCreated ?? ((key) => go(flagPath(projectKey, key)))}
        />
      )}
    </Modal>
  );
}

interface FormProps {
  readonly project: ProjectRep;
  readonly defaults: Static<typeof FlagDefaultsRep>;
  readonly onClose: () => void;
  readonly onCreated: (key: string) => void;
}

function Form({ project, defaults, onClose, onCreated }: FormProps) {
  const [flag, setFlag] = useState<NewFlag>(() => blankFlag(defaults));
  const create = useChange<FlagRep>([['flags', project.key], ['tags']]);
  const set = (changes: Partial<NewFlag>) => setFlag((before) => ({ ...before, ...changes }));
  const key = flag.key ?? keyOf(flag.name, project.namingConvention);
  const problem = flagProblem(flag, key);
  const submit = async () => {
    const body = toFlagPost(flag, key, defaults.booleanDefaults);
    await create.mutateAsync({ segments: ['flags', project.key], method: 'POST', body });
    notifications.show({ message: `${flag.name.trim()} is created; it is off everywhere` });
    onClose();
    onCreated(key);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) submit().catch(() => undefined);
      }}
    >
      <Stack gap="md">
        <SegmentedControl
          aria-label="Kind"
          data={KINDS}
          value={flag.kind}
          onChange={(kind) => set({ kind: kind as NewFlag['kind'] })}
          fullWidth
        />
        <div className={classes['pair']}>
          <TextInput
            data-autofocus
            autoFocus
            label="Name"
            placeholder="New checkout"
            maxLength={256}
            value={flag.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label="Key"
            placeholder="new-checkout"
            maxLength={256}
            spellCheck={false}
            value={key}
            onChange={(event) => set({ key: event.currentTarget.value || undefined })}
          />
        </div>
        <p className={classes['hint']}>Your code asks for the flag by its key, which never changes.</p>
        {flag.kind === 'migration' && <Stages flag={flag} onChange={set} />}
        {flag.kind !== 'migration' && flag.kind !== 'boolean' && <NewVariations flag={flag} onChange={set} />}
        <Textarea
          label="Description"
          placeholder="What it is for, and when it may go"
          value={flag.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <TagsInput label="Tags" value={[...flag.tags]} onChange={(tags) => set({ tags })} splitChars={[',', ' ']} />
        {flag.kind !== 'migration' && <Settings flag={flag} onChange={set} />}
        {create.error && <ErrorNotice error={create.error} />}
        <Group justify="flex-end">
          <span className={classes['problem']} role="status">
            {flag.name !== '' && problem}
          </span>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending} disabled={problem !== undefined}>
            Create flag
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PartProps {
  readonly flag: NewFlag;
  readonly onChange: (changes: Partial<NewFlag>) => void;
}

function Stages({ flag, onChange }: PartProps) {
  return (
    <>
      <Select
        label="Stages"
        data={STAGES}
        value={String(flag.stageCount)}
        onChange={(count) => onChange({ stageCount: Number(count) as NewFlag['stageCount'] })}
      />
      {flag.stageCount === 6 && (
        <TextInput
          label="Context kind that moves"
          value={flag.contextKind}
          onChange={(event) => onChange({ contextKind: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function Settings({ flag, onChange }: PartProps) {
  return (
    <Stack gap={8}>
      <FlagUseFields use={flag} onChange={onChange} />
    </Stack>
  );
}
