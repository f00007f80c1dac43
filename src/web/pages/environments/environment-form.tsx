import { Checkbox, NumberInput, Select, TagsInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useChange } from '../../api/use-api.ts';
import { type Environment, useEnvironments } from '../../shell/use-project.ts';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { keyOf } from '../../ui/key-of.ts';
import classes from './environments.module.css';

interface Props {
  readonly projectKey: string;
  /** The one to change; a new one is made when absent. */
  readonly environment?: Environment;
  readonly onClose: () => void;
}

interface Edit {
  readonly name: string;
  readonly color: string;
  readonly tags: readonly string[];
  readonly critical: boolean;
  readonly confirmChanges: boolean;
  readonly requireComments: boolean;
  readonly secureMode: boolean;
  readonly defaultTrackEvents: boolean;
  readonly required: boolean;
  readonly minNumApprovals: number;
}

const CHECKS = [
  { field: 'critical', label: 'Critical: it stands out everywhere, so that nobody changes it by mistake' },
  { field: 'confirmChanges', label: 'Changes of flags are confirmed by typing its key' },
  { field: 'requireComments', label: 'Changes of flags need a comment' },
  { field: 'required', label: 'Changes of flags need the approval of others' },
  { field: 'secureMode', label: 'Secure mode: browsers prove which context they ask for' },
  { field: 'defaultTrackEvents', label: 'New flags send full events' },
] as const satisfies readonly { field: keyof Edit; label: string }[];

/** Makes an environment or changes what it is. */
export function EnvironmentForm({ projectKey, environment, onClose }: Props) {
  const [edit, setEdit] = useState<Edit>(() => begin(environment));
  const [typedKey, setKey] = useState<string>();
  const [source, setSource] = useState<string | null>(null);
  const { environments } = useEnvironments(projectKey);
  const save = useChange([['projects', projectKey], ['auditlog']]);
  const set = (changes: Partial<Edit>) => setEdit((before) => ({ ...before, ...changes }));
  const key = typedKey ?? keyOf(edit.name);
  const path = ['projects', projectKey, 'environments'];
  const submit = async () => {
    if (environment)
      await save.mutateAsync({ segments: [...path, environment.key], method: 'PATCH', body: toPatch(edit) });
    else {
      const { required, minNumApprovals: _, ...settings } = edit;
      const body = { ...settings, key, ...(source !== null && { source: { key: source } }) };
      await save.mutateAsync({ segments: path, method: 'POST', body });
      if (required) await save.mutateAsync({ segments: [...path, key], method: 'PATCH', body: toPatch(edit) });
    }
    notifications.show({ message: `${edit.name} is ${environment ? 'saved' : 'created'}` });
    onClose();
  };
  return (
    <FormDialog
      title={environment ? `Settings of ${environment.name}` : 'Create an environment'}
      action={environment ? 'Save' : 'Create environment'}
      error={save.error}
      isPending={save.isPending}
      isReady={edit.name.trim() !== '' && key !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameFields
        name={edit.name}
        onName={(name) => set({ name })}
        {...(!environment && { keyField: { typed: typedKey, onType: setKey } })}
      />
      {!environment && (
        <Select
          label="Begin with the flags and segments of"
          placeholder="Nothing: flags are off"
          data={environments.map((one) => ({ value: one.key, label: one.name }))}
          value={source}
          onChange={setSource}
          clearable
          searchable
        />
      )}
      <label className={classes['color']}>
        <span>Colour</span>
        <input
          type="color"
          value={`#${edit.color}`}
          onChange={(event) => set({ color: event.currentTarget.value.slice(1) })}
        />
      </label>
      <TagsInput label="Tags" value={[...edit.tags]} onChange={(tags) => set({ tags })} splitChars={[',', ' ']} />
      {CHECKS.map(({ field, label }) => (
        <Checkbox
          key={field}
          label={label}
          checked={edit[field]}
          onChange={(event) => set({ [field]: event.currentTarget.checked })}
        />
      ))}
      {edit.required && (
        <NumberInput
          label="How many have to approve"
          min={1}
          max={5}
          value={edit.minNumApprovals}
          onChange={(value) => typeof value === 'number' && set({ minNumApprovals: value })}
        />
      )}
    </FormDialog>
  );
}

function begin(environment: Environment | undefined): Edit {
  if (environment) {
    const { required, minNumApprovals } = environment.approvalSettings;
    return { ...environment, required, minNumApprovals };
  }
  const no = { critical: false, confirmChanges: false, requireComments: false, secureMode: false, required: false };
  return { ...no, name: '', color: '2f7fd1', tags: [], defaultTrackEvents: false, minNumApprovals: 1 };
}

function toPatch(edit: Edit) {
  const { name, color, tags, critical, confirmChanges, requireComments, secureMode, defaultTrackEvents } = edit;
  const settings = { name, color, tags, critical, confirmChanges, requireComments, secureMode, defaultTrackEvents };
  const approvals = { required: edit.required, minNumApprovals: edit.minNumApprovals };
  return [
    ...Object.entries(settings).map(([field, value]) => ({ op: 'replace', path: `/${field}`, value })),
    ...Object.entries(approvals).map(([field, value]) => ({
      op: 'replace',
      path: `/approvalSettings/${field}`,
      value,
    })),
  ];
}
