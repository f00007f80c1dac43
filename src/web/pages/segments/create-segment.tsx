import { Button, Checkbox, Group, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/use-api.ts';
import { segmentPath } from '../../shell/paths.ts';
import type { Environment } from '../../shell/use-project.ts';
import { keyOf } from '../../ui/key-of.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

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
    <Modal opened onClose={onClose} title={`Create a segment in ${environment.name}`}>
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
            placeholder="Beta testers"
            maxLength={256}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Key"
            placeholder="beta-testers"
            maxLength={256}
            spellCheck={false}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value || undefined)}
          />
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
          {create.error && <ErrorNotice error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || key === ''}>
              Create segment
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
