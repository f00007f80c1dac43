import { Button, Checkbox, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { useChange } from '../../api/use-api.ts';
import { pipelinesPath } from '../../release/use-pipelines.ts';
import type { Environment } from '../../shell/use-project.ts';
import { newId } from '../../targeting/new-id.ts';
import { BottomBar } from '../../ui/bottom-bar.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { keyOf } from '../../ui/key-of.ts';
import { newPhase, type PipelineDraft, toPhases } from './draft.ts';
import { PhaseList } from './phase-list.tsx';
import { PipelineTexts } from './pipeline-texts.tsx';
import classes from './pipelines.module.css';
import { problemsOf } from './problems.ts';

const MOST_FIRST_PHASES = 4;

/** Makes a pipeline; it begins with a phase for each environment, critical ones last. */
export function NewPipelineForm(props: { projectKey: string; environments: readonly Environment[] }) {
  const { projectKey, environments } = props;
  const [draft, setDraft] = useState<PipelineDraft>(() => firstDraft(environments));
  const [givenKey, setGivenKey] = useState<string>();
  const [isDefault, setDefault] = useState(false);
  const [, go] = useLocation();
  const create = useChange<PipelineRep>([['projects', projectKey]]);
  useLeaveGuard(draft.name !== '' && !create.isSuccess);
  const key = givenKey ?? keyOf(draft.name);
  const problemAt = problemsOf(create.error);
  const submit = () => {
    const { name, description, tags } = draft;
    const texts = { key, name: name.trim(), description, tags };
    const body = { ...texts, phases: toPhases(draft), ...(isDefault && { isProjectDefault: true }) };
    create.mutate(
      { segments: pipelinesPath(projectKey), method: 'POST', isBeta: true, body },
      { onSuccess: (pipeline) => notifications.show({ message: `${pipeline.name} is there` }) },
    );
  };
  const created = create.data;
  const scene = { projectKey, environments, isLocked: false, isLegacy: false, problemAt };
  if (created) {
    return (
      <p className={classes['locked']} role="status">
        {created.name} is there.{' '}
        <Button
          size="xs"
          variant="default"
          onClick={() => go(`/projects/${encodeURIComponent(projectKey)}/pipelines/${encodeURIComponent(created.key)}`)}
        >
          Look at it
        </Button>{' '}
        <Button
          size="xs"
          onClick={() =>
            go(`/projects/${encodeURIComponent(projectKey)}/releases?pipeline=${encodeURIComponent(created.key)}`)
          }
        >
          Release flags through it
        </Button>
      </p>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <PipelineTexts draft={draft} onChange={setDraft} problemAt={problemAt}>
        <TextInput
          label="Key"
          placeholder="careful"
          maxLength={256}
          spellCheck={false}
          value={key}
          error={problemAt('key')}
          onChange={(event) => setGivenKey(event.currentTarget.value || undefined)}
        />
      </PipelineTexts>
      <h2 className={classes['heading']}>Phases</h2>
      <PhaseList phases={draft.phases} onChange={(phases) => setDraft({ ...draft, phases })} scene={scene} />
      {create.error && <ErrorNotice error={create.error} />}
      <BottomBar
        words={
          <Checkbox
            label="The default of the project"
            checked={isDefault}
            onChange={(event) => setDefault(event.currentTarget.checked)}
          />
        }
      >
        <Button type="submit" loading={create.isPending} disabled={draft.name.trim() === '' || key === ''}>
          Create pipeline
        </Button>
      </BottomBar>
    </form>
  );
}

function firstDraft(environments: readonly Environment[]): PipelineDraft {
  const calmFirst = environments.toSorted((a, b) => weightOf(a) - weightOf(b)).slice(-MOST_FIRST_PHASES);
  return {
    name: '',
    description: '',
    tags: [],
    phases: calmFirst.map(({ key, name }) => newPhase(newId, name, key)),
  };
}

/** How much depends on an environment, as far as one can tell. */
function weightOf({ critical, key }: Environment): number {
  return Number(critical) * 2 + Number(key.startsWith('prod'));
}
