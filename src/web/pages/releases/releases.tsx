import { Button, Select, TextInput } from '@mantine/core';
import { Link } from 'wouter';
import { StopIcon } from '../../release/icons.tsx';
import { usePipelines } from '../../release/use-pipelines.ts';
import { useEnvironments } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon, SearchIcon } from '../../ui/icons.tsx';
import { PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { NoPipelines } from '../pipelines/pipelines.tsx';
import { Board } from './board.tsx';
import classes from './releases.module.css';
import { StartRelease } from './start-release.tsx';
import { StopEverything } from './stop-everything.tsx';

/** Which releases are on their way: a column for each phase of a pipeline, a card for each flag. */
export function Releases({ projectKey }: { projectKey: string }) {
  useTitle('Releases');
  const { get, change } = useUrlState();
  const { pipelines, ...list } = usePipelines(projectKey);
  const { environments } = useEnvironments(projectKey);
  const pipeline = pipelines.find(({ key }) => key === get('pipeline')) ?? pipelines[0];
  const started = get('start');
  const isStopping = get('stop') !== undefined;
  const path = `/projects/${encodeURIComponent(projectKey)}/pipelines`;
  const start = (
    <Button leftSection={<PlusIcon />} onClick={() => change({ start: '~' })}>
      Start a release
    </Button>
  );
  return (
    <>
      <PageHead
        title="Releases"
        actions={
          pipeline && (
            <>
              <Button variant="default" leftSection={<StopIcon />} onClick={() => change({ stop: '1' })}>
                Stop everything
              </Button>
              {start}
            </>
          )
        }
      />
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {!list.error && !list.data && <SkeletonRows count={6} />}
      {list.data && !pipeline && (
        <NoPipelines
          action={
            <Button component={Link} href={`${path}/~new`} leftSection={<PlusIcon />}>
              New pipeline
            </Button>
          }
        />
      )}
      {pipeline && (
        <>
          <div className={classes['choices']}>
            <Select
              aria-label="Pipeline"
              data={pipelines.map(({ key, name, isProjectDefault }) => ({
                value: key,
                label: isProjectDefault ? `${name} (default)` : name,
              }))}
              value={pipeline.key}
              onChange={(key) => key !== null && change({ pipeline: key })}
            />
            <TextInput
              aria-label="Name or key of a flag"
              placeholder="Name or key of a flag"
              leftSection={<SearchIcon />}
              value={get('q') ?? ''}
              onChange={(event) => change({ q: event.currentTarget.value })}
            />
            <Link href={`${path}/${encodeURIComponent(pipeline.key)}`}>Edit this pipeline</Link>
          </div>
          <Board
            key={pipeline.key}
            projectKey={projectKey}
            pipeline={pipeline}
            environments={environments}
            text={get('q') ?? ''}
            start={start}
          />
        </>
      )}
      {pipeline && started !== undefined && (
        <StartRelease
          projectKey={projectKey}
          pipelines={pipelines}
          firstPipelineKey={pipeline.key}
          firstFlagKey={started === '~' ? undefined : started}
          onClose={() => change({ start: undefined })}
        />
      )}
      {isStopping && <StopEverything projectKey={projectKey} onClose={() => change({ stop: undefined })} />}
    </>
  );
}
