import { Link } from 'wouter';
import type { ProgressionCollection } from '../../../wire/rest/release-progression.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { useApi } from '../../api/use-api.ts';
import { pipelinesPath } from '../../release/use-pipelines.ts';
import { useEnvironments } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyText } from '../../ui/key-text.tsx';
import { PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { NewPipelineForm } from './new-pipeline.tsx';
import { PipelineActions } from './pipeline-actions.tsx';
import { PipelineForm } from './pipeline-form.tsx';
import classes from './pipelines.module.css';

/** What stands in the address in place of a key while there is none: no key may have it. */
const NEW = '~new';

/** The editor of a release pipeline, and of a new one. */
export function Pipeline({ projectKey, pipelineKey }: { projectKey: string; pipelineKey: string }) {
  return pipelineKey === NEW ? (
    <NewPipeline projectKey={projectKey} />
  ) : (
    <StoredPipeline projectKey={projectKey} pipelineKey={pipelineKey} />
  );
}

function NewPipeline({ projectKey }: { projectKey: string }) {
  useTitle('New pipeline');
  const { environments, data, error, refetch } = useEnvironments(projectKey);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={6} />;
  return (
    <>
      <PageHead above={<Above projectKey={projectKey} />} title="New pipeline" />
      <NewPipelineForm projectKey={projectKey} environments={environments} />
    </>
  );
}

function StoredPipeline({ projectKey, pipelineKey }: { projectKey: string; pipelineKey: string }) {
  const path = [...pipelinesPath(projectKey), pipelineKey];
  const pipeline = useApi<PipelineRep>(path, { isBeta: true });
  const progressions = useApi<ProgressionCollection>([...path, 'releases'], { query: { limit: 1 }, isBeta: true });
  const { environments, ...around } = useEnvironments(projectKey);
  useTitle(pipeline.data?.name ?? pipelineKey);
  const failed = [pipeline, progressions, around].find(({ error }) => error !== null);
  if (failed) return <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!pipeline.data || !progressions.data || !around.data) return <SkeletonRows count={6} />;
  const { name, isProjectDefault, _isLegacy } = pipeline.data;
  const { activeCount } = progressions.data;
  return (
    <>
      <PageHead
        above={<Above projectKey={projectKey} />}
        title={name}
        below={
          <p className={classes['about']}>
            <KeyText value={pipelineKey} />
            {isProjectDefault && <span className={classes['default']}>Default</span>}
            {_isLegacy && <span className={classes['legacy']}>Ticked off by hand</span>}
            <Link
              href={`/projects/${encodeURIComponent(projectKey)}/releases?pipeline=${encodeURIComponent(pipelineKey)}`}
            >
              {activeCount === 1 ? '1 release on its way' : `${activeCount} releases on their way`}
            </Link>
          </p>
        }
        actions={<PipelineActions projectKey={projectKey} pipeline={pipeline.data} activeCount={activeCount} />}
      />
      <PipelineForm
        projectKey={projectKey}
        pipeline={pipeline.data}
        environments={environments}
        activeCount={activeCount}
      />
    </>
  );
}

function Above({ projectKey }: { projectKey: string }) {
  return (
    <nav aria-label="Breadcrumb" className={classes['above']}>
      <Link href={`/projects/${encodeURIComponent(projectKey)}/pipelines`}>Pipelines</Link>
    </nav>
  );
}
