import { Button, Code, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { ApiError } from '../../api/request.ts';
import { useChange } from '../../api/use-api.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EnvironmentMark } from '../../ui/parts.tsx';
import type { Change } from './changes.ts';
import classes from './flag.module.css';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly environment: Environment;
  readonly changes: readonly Change[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Shows what is about to happen, in words and as instructions, then has it done or asks others to agree. */
export function SaveDialog({ projectKey, flag, environment, changes, onClose, onSaved }: Props) {
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const save = useChange([['flags', projectKey], ['auditlog'], ['approval-requests']]);
  const isRefused = save.error instanceof ApiError && save.error.status === 405;
  const needsApproval = environment.approvalSettings.required || isRefused;
  const isReady =
    (!environment.confirmChanges || typed === environment.key) &&
    (comment.trim() !== '' || !(environment.requireComments || needsApproval));
  const instructions = changes.map(({ instruction }) => instruction);
  const submit = async () => {
    await save.mutateAsync(
      needsApproval
        ? approvalRequest(projectKey, flag.key, environment.key, instructions, comment.trim())
        : directChange(projectKey, flag.key, environment.key, instructions, comment.trim()),
    );
    notifications.show({ message: needsApproval ? 'Approval is requested' : `Saved in ${environment.name}` });
    onSaved();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={needsApproval ? 'Ask for approval' : 'Save changes'}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) submit().catch(() => undefined);
        }}
      >
        <Stack>
          <p className={classes['where']} data-critical={environment.critical}>
            <EnvironmentMark color={environment.color} isCritical={environment.critical} />
            <span>
              {flag.name} in <strong>{environment.name}</strong>
              {environment.critical && ', a critical environment'}
            </span>
          </p>
          <ul className={classes['changes']} aria-label="What will be done">
            {changes.map(({ words }, index) => (
              <li key={index}>{words}</li>
            ))}
          </ul>
          <details className={classes['details']}>
            <summary>As instructions of the API</summary>
            <Code block>{JSON.stringify(instructions, undefined, 2)}</Code>
          </details>
          <Textarea
            data-autofocus
            label={needsApproval ? 'What reviewers should know' : 'Comment'}
            withAsterisk={environment.requireComments || needsApproval}
            description={needsApproval && `Changes in ${environment.name} need the consent of others`}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {environment.confirmChanges && (
            <TextInput
              label={`Type ${environment.key} to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {save.error && <ErrorNotice error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button
              type="submit"
              color={environment.critical ? 'red' : 'teal'}
              loading={save.isPending}
              disabled={!isReady}
            >
              {needsApproval ? 'Ask for approval' : `Save in ${environment.name}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type Instructions = readonly Readonly<Record<string, unknown>>[];

function directChange(
  projectKey: string,
  key: string,
  environmentKey: string,
  instructions: Instructions,
  comment: string,
) {
  const body = { environmentKey, instructions, ...(comment !== '' && { comment }) };
  return { segments: ['flags', projectKey, key], method: 'PATCH', body, isSemanticPatch: true } as const;
}

function approvalRequest(
  projectKey: string,
  key: string,
  environmentKey: string,
  instructions: Instructions,
  description: string,
) {
  const segments = ['projects', projectKey, 'flags', key, 'environments', environmentKey, 'approval-requests'];
  return { segments, method: 'POST', body: { description, instructions } } as const;
}
