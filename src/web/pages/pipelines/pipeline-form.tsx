import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { denialOfAll, useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useChange } from '../../api/use-api.ts';
import { pipelinesPath } from '../../release/use-pipelines.ts';
import type { Environment } from '../../shell/use-project.ts';
import { newId } from '../../targeting/new-id.ts';
import { BottomBar } from '../../ui/bottom-bar.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.ts';
import { Locked } from '../../ui/section.tsx';
import { type PipelineDraft, toDraft, toPatch } from './draft.ts';
import { PhaseList } from './phase-list.tsx';
import { PipelineTexts } from './pipeline-texts.tsx';
import classes from './pipelines.module.css';
import { problemsOf } from './problems.ts';

/** What the form changes, one or the other. */
const EDITED = [
  'updateReleasePipelineName',
  'updateReleasePipelineDescription',
  'updateReleasePipelineTags',
  'updateReleasePipelinePhase',
  'updateReleasePipelinePhaseName',
];

interface Props {
  readonly projectKey: string;
  readonly pipeline: PipelineRep;
  readonly environments: readonly Environment[];
  readonly activeCount: number;
}

/** Edits a stored pipeline; what others change meanwhile is said, and taken over while nothing is edited. */
export function PipelineForm({ projectKey, pipeline, environments, activeCount }: Props) {
  const [base, setBase] = useState<{ version: number; draft: PipelineDraft }>(() => baseOf(pipeline));
  const [draft, setDraft] = useState(base.draft);
  const save = useChange<PipelineRep>([pipelinesPath(projectKey)]);
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const whyNot = (action: string) =>
    why(project && accessesTo(specifier.inProject(project, 'release-pipeline', pipeline), [action]));
  const denied = denialOfAll(EDITED.map(whyNot));
  const patch = toPatch(base.draft, draft);
  const isDirty = patch.length > 0;
  const isBehind = pipeline._version > base.version;
  useLeaveGuard(isDirty);
  const take = (stored: PipelineRep) => {
    const next = baseOf(stored);
    setBase(next);
    setDraft(next.draft);
    save.reset();
  };
  if (isBehind && !isDirty && !save.isPending) take(pipeline);
  const submit = () =>
    save.mutate(
      { segments: [...pipelinesPath(projectKey), pipeline.key], method: 'PATCH', isBeta: true, body: patch },
      {
        onSuccess: (stored) => {
          take(stored);
          notifications.show({ message: `${stored.name} is saved` });
        },
      },
    );
  const problemAt = problemsOf(save.error);
  const scene = { projectKey, environments, isLocked: activeCount > 0, isLegacy: pipeline._isLegacy, problemAt };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isDirty) submit();
      }}
    >
      {activeCount > 0 && (
        <p className={classes['locked']} role="note">
          {activeCount === 1 ? 'A flag is on its way' : `${activeCount} flags are on their way`} through this pipeline.
          Until {activeCount === 1 ? 'it has' : 'they have'} arrived, only names, the description and tags can change.
        </p>
      )}
      <Locked denied={denied}>
        <PipelineTexts draft={draft} onChange={setDraft} problemAt={problemAt} />
        <h2 className={classes['heading']}>Phases</h2>
        <PhaseList phases={draft.phases} onChange={(phases) => setDraft({ ...draft, phases })} scene={scene} />
      </Locked>
      {save.error && <ErrorNotice error={save.error} />}
      {isDirty && (
        <BottomBar
          words={
            <>
              Not saved yet
              {isBehind && <em> · Somebody else has changed the pipeline meanwhile</em>}
            </>
          }
        >
          <Button variant="default" onClick={() => take(pipeline)}>
            Discard
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </BottomBar>
      )}
    </form>
  );
}

function baseOf(pipeline: PipelineRep): { version: number; draft: PipelineDraft } {
  return { version: pipeline._version, draft: toDraft(pipeline, newId) };
}
