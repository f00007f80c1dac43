import { useQueries } from '@tanstack/react-query';
import type { ProgressionCollection } from '../../../wire/rest/release-progression.ts';
import { apiPath, request } from '../../api/request.ts';
import { pipelinesPath, usePipelines } from '../../release/use-pipelines.ts';

/** Pipelines that are asked, the default one first, and releases of each. */
const PIPELINES = 8;
const RELEASES = 100;

/** Where the release of a flag is. */
export interface Releasing {
  readonly pipelineName: string;
  readonly phaseName: string;
  /** From 1. */
  readonly position: number;
  readonly phaseCount: number;
}

/** The phase in which a flag is being released, by key; undefined for flags that are not on their way. */
export function useReleasing(projectKey: string): (flagKey: string) => Releasing | undefined {
  const { pipelines } = usePipelines(projectKey);
  const asked = pipelines.slice(0, PIPELINES);
  const query = { filter: 'status:active', limit: RELEASES };
  const answers = useQueries({
    queries: asked.map(({ key }) => {
      const path = [...pipelinesPath(projectKey), key, 'releases'];
      return {
        queryKey: [...path, query],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          request<ProgressionCollection>(apiPath(...path), { query, isBeta: true, signal }),
      };
    }),
  });
  const found = answers.flatMap(({ data }, index) => (data ? releasingOf(asked[index]?.name ?? '', data) : []));
  const byFlag = new Map(found);
  return (flagKey) => byFlag.get(flagKey);
}

function releasingOf(pipelineName: string, { items, phases }: ProgressionCollection) {
  return items.flatMap(({ flagKey, activePhaseId }): readonly (readonly [string, Releasing])[] => {
    const index = phases.findIndex(({ _id }) => _id === activePhaseId);
    const phase = phases[index];
    if (!phase) return [];
    return [[flagKey, { pipelineName, phaseName: phase.name, position: index + 1, phaseCount: phases.length }]];
  });
}
