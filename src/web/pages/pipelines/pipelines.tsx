import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { accessesTo } from '../../../domain/access/can.ts';
import { specifier } from '../../../domain/access/resource.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import type { ProgressionCollection } from '../../../wire/rest/release-progression.ts';
import { RightButton } from '../../access/right-button.tsx';
import { useRights, useSpecifiedProject } from '../../access/rights.ts';
import { useApi } from '../../api/use-api.ts';
import { PipelineIcon } from '../../release/icons.tsx';
import { pipelinesPath, usePipelines } from '../../release/use-pipelines.ts';
import { type Environment, useEnvironments } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ChevronRightIcon, PlusIcon } from '../../ui/icons.tsx';
import { EmptyState, EnvironmentMark, PageHead, SkeletonRows, Tag } from '../../ui/parts.tsx';
import { useTitle } from '../../ui/use-title.ts';
import classes from './pipelines.module.css';

/** All release pipelines of a project: their phases at a glance, and how many flags are on their way. */
export function Pipelines({ projectKey }: { projectKey: string }) {
  useTitle('Pipelines');
  const { pipelines, ...list } = usePipelines(projectKey);
  const { environments, ...around } = useEnvironments(projectKey);
  const failed = [list, around].find(({ error }) => error !== null);
  const project = useSpecifiedProject(projectKey);
  const denied = useRights()(
    project && accessesTo(specifier.inProject(project, 'release-pipeline', { key: 'new' }), ['createReleasePipeline']),
  );
  const create = denied ? (
    <RightButton denied={denied} leftSection={<PlusIcon />}>
      New pipeline
    </RightButton>
  ) : (
    <Button
      component={Link}
      href={`/projects/${encodeURIComponent(projectKey)}/pipelines/~new`}
      leftSection={<PlusIcon />}
    >
      New pipeline
    </Button>
  );
  return (
    <>
      <PageHead
        title="Pipelines"
        below={<p className={classes['soft']}>The way that flags are released, phase by phase</p>}
        actions={create}
      />
      <section className={classes['card']} aria-label="Pipelines">
        {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
        {!failed && !list.data && <SkeletonRows count={4} height={64} />}
        {!failed && list.data && pipelines.length === 0 && <NoPipelines action={create} />}
        {!failed && pipelines.length > 0 && (
          <ul className={classes['list']}>
            {pipelines.map((pipeline) => (
              <Row key={pipeline.key} projectKey={projectKey} pipeline={pipeline} environments={environments} />
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

export function NoPipelines({ action }: { action: ReactNode }) {
  return (
    <EmptyState icon={<PipelineIcon size={22} />} title="No pipelines yet" action={action}>
      A pipeline says through which phases a flag is released, to whom in which environment, how carefully, and who has
      to agree. Make one, and flags can take the same safe way every time.
    </EmptyState>
  );
}

function Row(props: { projectKey: string; pipeline: PipelineRep; environments: readonly Environment[] }) {
  const { projectKey, pipeline, environments } = props;
  const path = `/projects/${encodeURIComponent(projectKey)}`;
  const { data } = useApi<ProgressionCollection>([...pipelinesPath(projectKey), pipeline.key, 'releases'], {
    query: { limit: 1 },
    isBeta: true,
  });
  return (
    <li className={classes['row']}>
      <div className={classes['rowName']}>
        <Link href={`${path}/pipelines/${encodeURIComponent(pipeline.key)}`}>{pipeline.name}</Link>
        {pipeline.isProjectDefault && <span className={classes['default']}>Default</span>}
        {pipeline._isLegacy && <span className={classes['legacy']}>Ticked off by hand</span>}
        <code>{pipeline.key}</code>
      </div>
      <Link className={classes['active'] ?? ''} href={`${path}/releases?pipeline=${encodeURIComponent(pipeline.key)}`}>
        {data && (data.activeCount === 1 ? '1 release on its way' : `${data.activeCount} releases on their way`)}
      </Link>
      <ol className={classes['glance']} aria-label={`Phases of ${pipeline.name}`}>
        {pipeline.phases.map((phase) => (
          <li key={phase.id}>
            <ChevronRightIcon size={12} />
            {marksOf(phase, environments).map(({ key, color, critical }) => (
              <EnvironmentMark key={key} color={color} isCritical={critical} />
            ))}
            {phase.name}
          </li>
        ))}
      </ol>
      {pipeline.tags.length > 0 && (
        <div className={classes['tags']}>
          {pipeline.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
      )}
    </li>
  );
}

/** The environments of a phase, each once. */
function marksOf({ audiences }: PipelineRep['phases'][number], environments: readonly Environment[]) {
  return environments.filter(({ key }) => audiences.some(({ environment }) => environment?.key === key));
}
