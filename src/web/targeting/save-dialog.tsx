import { Button, Code, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { ApiError, apiPath } from '../api/request.ts';
import { type Change as ApiChange, useChange } from '../api/use-api.ts';
import type { Environment } from '../shell/use-project.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { EnvironmentMark } from '../ui/parts.tsx';
import type { Change } from './rule-changes.ts';
import classes from './targeting.module.css';

export type Instructions = readonly Change['instruction'][];

interface Props {
  /** What is changed, as people call it. */
  readonly name: string;
  readonly environment: Environment;
  readonly changes: readonly Change[];
  /** Whom the changes would reach. */
  readonly impact?: ReactNode;
  readonly needsApproval: boolean;
  /** Beginnings of the paths that have to be read anew. */
  readonly affected: readonly (readonly string[])[];
  readonly toChange: (instructions: Instructions, comment: string) => ApiChange;
  readonly toApproval: (instructions: Instructions, description: string) => ApiChange;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Shows what is about to happen, in words and as instructions, then has it done or asks others to agree. */
export function SaveDialog(props: Props) {
  const { name, environment, changes, onClose, onSaved } = props;
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const save = useChange([...props.affected, ['auditlog'], ['approval-requests']]);
  const needsApproval = props.needsApproval || isRefused(save.error);
  const isReady =
    (!environment.confirmChanges || typed === environment.key) &&
    (comment.trim() !== '' || !(environment.requireComments || needsApproval));
  const instructions = changes.map(({ instruction }) => instruction);
  const toRequest = needsApproval ? props.toApproval : props.toChange;
  const submit = async () => {
    await save.mutateAsync(toRequest(instructions, comment.trim()));
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
          <p className={classes['where']} data-critical={environment.isProduction}>
            <EnvironmentMark color={environment.color} isCritical={environment.isProduction} />
            <span>
              {name} in <strong>{environment.name}</strong>
              {environment.critical && ', a critical environment'}
            </span>
          </p>
          <ul className={classes['changes']} aria-label="What will be done">
            {changes.map(({ words }, index) => (
              <li key={index}>{words}</li>
            ))}
          </ul>
          {props.impact}
          <details className={classes['details']}>
            <summary>As a request to the API</summary>
            <Code block>{requestText(toRequest(instructions, comment.trim()))}</Code>
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
              color={environment.isProduction ? 'red' : 'teal'}
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

/** A change as somebody would send it who writes a program. */
function requestText({ method, segments, body }: ApiChange): string {
  return `${method ?? 'GET'} ${apiPath(...segments)}\n${JSON.stringify(body, undefined, 2)}`;
}

/** Whether a change was refused because others have to agree to it (docs/wire/errors.md, docs/wire/segments.md). */
function isRefused(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 405 || (error.status === 403 && error.message.includes('approval is required'));
}
