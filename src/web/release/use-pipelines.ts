import type { Static } from 'typebox';
import type { PipelineCollection, PipelineRep } from '../../wire/rest/release-pipeline.ts';
import { useApi } from '../api/use-api.ts';

/** More than a project may have. */
const ALL = 100;

/** Beginning of the paths of all pipelines of a project, with what their releases do. */
export function pipelinesPath(projectKey: string): readonly string[] {
  return ['projects', projectKey, 'release-pipelines'];
}

/** The release pipelines of a project, the default one first. */
export function usePipelines(projectKey: string) {
  const query = useApi<Static<typeof PipelineCollection>>(pipelinesPath(projectKey), {
    query: { limit: ALL },
    isBeta: true,
  });
  const pipelines: readonly PipelineRep[] = (query.data?.items ?? []).toSorted(
    (a, b) => Number(b.isProjectDefault ?? false) - Number(a.isProjectDefault ?? false),
  );
  return { ...query, pipelines };
}
