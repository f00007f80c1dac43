import { Checkbox, TagsInput, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/use-api.ts';
import { segmentPath } from '../../shell/paths.ts';
import type { Environment } from '../../shell/use-project.ts';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { keyOf } from '../../ui/key-of.ts';

interface Props {
  readonly projectKey: string;
  readonly environment: Environment;
  readonly onClose: () => void;
}

/** The dialog that makes a segment. */
export function CreateSegment({ projectKey, environment, onClose }: Props) {
  const [name, setName] = useState('');
  const [typedKey, setKey] = useState<string>();
  const [description, setDescription] = useState('');
  const [tags, setTags] = useState<string[]>([]);
  const [isBig, setBig] = useState(false);
  const [kind, setKind] = useState('user');
  const [, go] = useLocation();
  const create = useChange([['segments', projectKey, environment.key], ['auditlog']]);
  const key = typedKey ?? keyOf(name);
  const submit = async () => {
    const big = isBig ? { unbounded: true, unboundedContextKind: kind } : {};
    const body = { key, name: name.trim(), description: description.trim(), tags, ...big };
    await create.mutateAsync({ segments: ['segments', projectKey, environment.key], method: 'POST', body });
    notifications.show({ message: `${name.trim()} is created in ${environment.name}` });
    onClose();
    go(segmentPath(projectKey, key, environment.key));
  };
  return (
    <FormDialog
      title={`Create a segment in ${environment.name}`}
      action="Create segment"
      error={create.error}
      isPending={create.isPending}
      isReady={name.trim() !== '' && key !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameFields name={name} onName={setName} keyField={{ typed: typedKey, onType: setKey }} example="Beta testers" />
      <Textarea
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <TagsInput label="Tags" value={tags} onChange={setTags} splitChars={[',', ' ']} />
      <Checkbox
        label="Big segment: more than 15,000 keys, which SDKs look up and do not load"
        checked={isBig}
        onChange={(event) => setBig(event.currentTarget.checked)}
      />
      {isBig && (
        <TextInput
          label="Context kind of its keys"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}
