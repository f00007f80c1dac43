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
import { isKnown, type When, WhenChoice } from './when.tsx';

export type Instructions = readonly Change['instruction'][];

export interface SaveDialogProps {
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
  /** With `executionDate`, in Unix milliseconds, when it is to happen at a time. */
  readonly toApproval: (instructions: Instructions, description: string, executionDate?: number) => ApiChange;
  /** Has it done at a time, in Unix milliseconds; absent where that is not possible. */
  readonly toPlan?: (instructions: Instructions, comment: string, executionDate: number) => ApiChange;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Shows what is about to happen, in words and as instructions, then has it done or asks others to agree. */
export function SaveDialog(props: SaveDialogProps) {
  const { name, environment, changes, toPlan, onClose, onSaved } = props;
  const [comment, setComment] = useState('');
  const [typed, setTyped] = useState('');
  const [when, setWhen] = useState<When>({ kind: 'now' });
  const save = useChange([...props.affected, ['auditlog'], ['approval-requests']]);
  const needsApproval = props.needsApproval || isRefused(save.error);
  const isReady =
    (!environment.confirmChanges || typed === environment.key) &&
    isKnown(when) &&
    (comment.trim() !== '' || !(environment.requireComments || needsApproval));
  const instructions = changes.map(({ instruction }) => instruction);
  const words = wordsOf(environment, needsApproval, when);
  const at = when.kind === 'later' ? when.at : undefined;
  const toRequest = (said: string) => {
    if (needsApproval) return props.toApproval(instructions, said, at);
    return toPlan && at !== undefined ? toPlan(instructions, said, at) : props.toChange(instructions, said);
  };
  const submit = async () => {
    await save.mutateAsync(toRequest(comment.trim()));
    notifications.show({ message: words.done });
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
            <Code block>{requestText(toRequest(comment.trim()))}</Code>
          </details>
          <Textarea
            data-autofocus
            label={needsApproval ? 'What reviewers should know' : 'Comment'}
            withAsterisk={environment.requireComments || needsApproval}
            description={needsApproval && `Changes in ${environment.name} need the consent of others`}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          {toPlan && <WhenChoice when={when} onChange={setWhen} />}
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
              {words.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function wordsOf({ name }: Environment, needsApproval: boolean, { kind }: When) {
  if (needsApproval) return { action: 'Ask for approval', done: 'Approval is requested' };
  if (kind === 'later') return { action: `Plan for ${name}`, done: `Planned for ${name}` };
  return { action: `Save in ${name}`, done: `Saved in ${name}` };
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
