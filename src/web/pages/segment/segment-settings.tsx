import { Button, Group, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { SegmentRep } from '../../../wire/rest/segment.ts';
import { RightButton } from '../../access/right-button.tsx';
import { denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useChange } from '../../api/use-api.ts';
import { flagPath } from '../../shell/paths.ts';
import { useEnvironment } from '../../shell/use-project.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './segment.module.css';

interface Props {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly segment: SegmentRep;
}

/** What a segment is, the flags that speak of it, and its end. */
export function SegmentSettings({ projectKey, environmentKey, segment }: Props) {
  const stored = { name: segment.name, description: segment.description ?? '', tags: segment.tags };
  const [edit, setEdit] = useState<typeof stored>();
  const current = edit ?? stored;
  const path = ['segments', projectKey, environmentKey, segment.key];
  const change = useChange([['segments', projectKey], ['auditlog'], ['tags']]);
  const [isDeleting, deleting] = useDisclosure();
  const [, go] = useLocation();
  const save = async () => {
    const body = Object.entries(current).map(([name, value]) => ({ op: 'add', path: `/${name}`, value }));
    await change.mutateAsync({ segments: path, method: 'PATCH', body });
    notifications.show({ message: 'Settings are saved' });
    setEdit(undefined);
  };
  const remove = async () => {
    await change.mutateAsync({ segments: path, method: 'DELETE' });
    notifications.show({ message: `${segment.name} is deleted` });
    go(`/projects/${encodeURIComponent(projectKey)}/segments?env=${encodeURIComponent(environmentKey)}`);
  };
  const flags = segment._flags ?? [];
  const project = useSpecifiedProject(projectKey);
  const { environment } = useEnvironment(projectKey);
  const why = useRights();
  const whyNot = (action: string) =>
    why(project && environment && accessesTo(specifier.segment(project, environment, segment), [action]));
  return (
    <>
      <Section title="Flags that speak of it">
        {flags.length === 0 && <p className={classes['big']}>No flag in this environment is targeted at it.</p>}
        {flags.length > 0 && (
          <ul className={classes['flags']}>
            {flags.map(({ key, name }) => (
              <li key={key}>
                <Link href={flagPath(projectKey, key, environmentKey)}>{name}</Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title="Settings"
        denied={denialOfAll(['updateName', 'updateDescription', 'updateTags'].map(whyNot))}
        onSubmit={() => void save().catch(() => undefined)}
      >
        <TextInput
          label="Name"
          maxLength={256}
          value={current.name}
          onChange={(event) => setEdit({ ...current, name: event.currentTarget.value })}
        />
        <Textarea
          label="Description"
          value={current.description}
          onChange={(event) => setEdit({ ...current, description: event.currentTarget.value })}
        />
        <TagsInput
          label="Tags"
          value={current.tags}
          onChange={(tags) => setEdit({ ...current, tags })}
          splitChars={[',', ' ']}
        />
        {change.error && !isDeleting && <ErrorNotice error={change.error} />}
        <Group justify="space-between">
          <RightButton variant="outline" color="red" denied={whyNot('deleteSegment')} onClick={deleting.open}>
            Delete segment…
          </RightButton>
          {edit && (
            <Group>
              <Button variant="default" onClick={() => setEdit(undefined)}>
                Discard
              </Button>
              <Button type="submit" loading={change.isPending} disabled={current.name.trim() === ''}>
                Save settings
              </Button>
            </Group>
          )}
        </Group>
      </Section>
      <ConfirmByKey
        isOpen={isDeleting}
        title={`Delete ${segment.name}?`}
        confirmKey={segment.key}
        action="Delete for good"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => void remove().catch(() => undefined)}
        onClose={deleting.close}
      >
        The segment is gone for good in this environment. It cannot be deleted while live flags or other segments speak
        of it.
      </ConfirmByKey>
    </>
  );
}
