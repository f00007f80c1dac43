import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useChange } from '../../api/use-api.ts';
import { pipelinesPath } from '../../release/use-pipelines.ts';
import { ConfirmByKey } from '../../ui/confirm-by-key.tsx';
import { messageOf } from '../../ui/error-notice.tsx';

interface Props {
  readonly projectKey: string;
  readonly pipeline: PipelineRep;
  readonly activeCount: number;
}

/** Makes a pipeline the default of its project, or deletes it. */
export function PipelineActions({ projectKey, pipeline, activeCount }: Props) {
  const { key, name, isProjectDefault } = pipeline;
  const [, go] = useLocation();
  const [isDeleting, deleting] = useDisclosure();
  const change = useChange([['projects', projectKey]]);
  const client = useQueryClient();
  const remove = useChange([]);
  const project = useSpecifiedProject(projectKey);
  const why = useRights();
  const makeDefault = () =>
    change.mutate(
      {
        segments: ['projects', projectKey],
        method: 'PATCH',
        body: [{ op: 'add', path: '/defaultReleasePipelineKey', value: key }],
      },
      {
        onSuccess: () => notifications.show({ message: `${name} is the default now` }),
        onError: (error) => notifications.show({ color: 'red', message: messageOf(error) }),
      },
    );
  const confirm = () =>
    remove.mutate(
      { segments: [...pipelinesPath(projectKey), key], method: 'DELETE', isBeta: true },
      {
        onSuccess: () => {
          // First away from what is gone, then the list anew.
          go(`/projects/${encodeURIComponent(projectKey)}/pipelines`);
          void client.invalidateQueries({ queryKey: pipelinesPath(projectKey) });
        },
      },
    );
  return (
    <>
      {!isProjectDefault && (
        <RightButton
          variant="default"
          loading={change.isPending}
          denied={why(project && accessesTo(specifier.project(project), ['updateDefaultReleasePipeline']))}
          onClick={makeDefault}
        >
          Make default
        </RightButton>
      )}
      <RightButton
        variant="default"
        color="red"
        denied={why(
          project && accessesTo(specifier.inProject(project, 'release-pipeline', pipeline), ['deleteReleasePipeline']),
        )}
        onClick={deleting.open}
      >
        Delete
      </RightButton>
      <ConfirmByKey
        isOpen={isDeleting}
        title={`Delete ${name}`}
        confirmKey={key}
        action="Delete pipeline"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
        onClose={() => {
          remove.reset();
          deleting.close();
        }}
      >
        {isProjectDefault && 'It is the default of the project: make another one the default first. '}
        {activeCount > 0 && 'Releases are on their way through it: they have to end first. '}
        Releases that are over stay on their flags. This cannot be undone.
      </ConfirmByKey>
    </>
  );
}
