import { Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPath, request } from '../../api/request.ts';
import { messageOf } from '../../ui/error-notice.tsx';
import { ArchiveIcon, TagIcon } from '../../ui/icons.tsx';
import classes from './flags.module.css';

interface Props {
  readonly projectKey: string;
  readonly keys: readonly string[];
  readonly onDone: () => void;
}

/** What can be done with all chosen flags at once. */
export function BulkBar({ projectKey, keys, onDone }: Props) {
  const [isArchiving, archiving] = useDisclosure();
  const [isTagging, tagging] = useDisclosure();
  const [tags, setTags] = useState<string[]>([]);
  const change = useBulkChange(projectKey, keys);
  const apply = async (instruction: object, word: string, close: () => void) => {
    const failures = await change.mutateAsync(instruction);
    close();
    report(keys.length - failures.length, word, failures);
    onDone();
  };
  const flags = keys.length === 1 ? '1 flag' : `${keys.length} flags`;
  return (
    <div className={classes['bulk']} role="region" aria-label="Chosen flags">
      <strong>{flags} chosen</strong>
      <Button variant="default" size="xs" leftSection={<TagIcon />} onClick={tagging.open}>
        Add tags
      </Button>
      <Button variant="default" size="xs" leftSection={<ArchiveIcon />} onClick={archiving.open}>
        Archive
      </Button>
      <Button variant="subtle" color="gray" size="xs" onClick={onDone}>
        Choose none
      </Button>
      <Modal opened={isArchiving} onClose={archiving.close} title={`Archive ${flags}?`}>
        <Stack>
          <div>
            SDKs get no archived flags any more: code that still asks for one gets its default value. An archived flag
            can be restored as it was.
          </div>
          <Group justify="flex-end">
            <Button variant="default" onClick={archiving.close}>
              Cancel
            </Button>
            <Button
              color="red"
              loading={change.isPending}
              onClick={() => void apply({ kind: 'archiveFlag' }, 'archived', archiving.close)}
            >
              Archive
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Modal opened={isTagging} onClose={tagging.close} title={`Tag ${flags}`}>
        <Stack>
          <TagsInput data-autofocus label="Tags to add" value={tags} onChange={setTags} splitChars={[',', ' ']} />
          <Group justify="flex-end">
            <Button variant="default" onClick={tagging.close}>
              Cancel
            </Button>
            <Button
              disabled={tags.length === 0}
              loading={change.isPending}
              onClick={() => void apply({ kind: 'addTags', values: tags }, 'tagged', tagging.close)}
            >
              Add
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}

/** Changes one flag after the other. @returns what went wrong, for the flags where something did */
function useBulkChange(projectKey: string, keys: readonly string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (instruction: object) => {
      const failures: string[] = [];
      for (const key of keys) {
        try {
          const body = { instructions: [instruction] };
          await request(apiPath('flags', projectKey, key), { method: 'PATCH', body, isSemanticPatch: true });
        } catch (error) {
          failures.push(`${key}: ${messageOf(error)}`);
        }
      }
      return failures;
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['flags', projectKey] }),
  });
}

function report(done: number, word: string, failures: readonly string[]): void {
  if (done > 0) notifications.show({ message: `${done === 1 ? '1 flag' : `${done} flags`} ${word}` });
  if (failures.length > 0) {
    notifications.show({
      color: 'red',
      title: `${failures.length} could not be ${word}`,
      message: failures.join('\n'),
      autoClose: false,
    });
  }
}
