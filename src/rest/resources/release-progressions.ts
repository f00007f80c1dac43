import { Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import type { Deps } from '../../operations/write.ts';
import { getProject } from '../../store/projects.ts';
import { getPipeline } from '../../store/release-pipelines.ts';
import {
  countProgressions,
  listProgressions,
  type Progression,
  type ProgressionCounts,
  type ProgressionFilter,
} from '../../store/release-progressions.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import { PipelineParams } from '../../wire/rest/release-pipeline.ts';
import { ProgressionCollection } from '../../wire/rest/release-progression.ts';
import type { RestApp } from '../app.ts';
import { parseFilter } from '../filter.ts';
import { apiLink } from '../links.ts';
import { pageLinks, toPage } from '../paging.ts';

const MAX_LIMIT = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ListQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(
    Type.String({ description: 'status:active or status:completed, activePhaseId:id; commas mean and' }),
  ),
});

/** How far the releases of a pipeline have come. */
export function releaseProgressionRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/projects/:projectKey/release-pipelines/:pipelineKey/releases',
    {
      config: { isBeta: true },
      schema: {
        summary: 'List how far the releases of a pipeline have come',
        tags: ['Release pipelines (beta)'],
        params: PipelineParams,
        querystring: ListQuery,
        response: { 200: ProgressionCollection },
      },
    },
    async ({ params, query, url }) => {
      const filter = readFilter(query.filter);
      const project = await getProject(db, params.projectKey);
      const pipeline = await getPipeline(db, project.id, params.pipelineKey);
      const counts = await countProgressions(db, pipeline.id);
      const page = toPage(query, MAX_LIMIT);
      const items = await listProgressions(db, pipeline.id, filter, page);
      return {
        activeCount: counts.active,
        completedCount: counts.completed,
        totalCount: counts.active + counts.completed,
        items: items.map((progression) => toProgression(project.key, progression)),
        phases: pipeline.phases.map(({ id, name }) => ({
          _id: id,
          name,
          releaseCount: counts.byPhase.get(id) ?? 0,
        })),
        _links: pageLinks(url, page, countMatches(counts, filter)),
      };
    },
  );
}

/** @throws InvalidRequest for what is no filter, and for completed releases in a phase, which there cannot be */
function readFilter(text: string | undefined): ProgressionFilter {
  const { status, activePhaseId } = parseFilter(text, ['status', 'activePhaseId']);
  if (status !== undefined && status !== 'active' && status !== 'completed') {
    throw new InvalidRequest(`filter: expected status to be active or completed, got ${show(status)}`);
  }
  if (activePhaseId !== undefined && !UUID.test(activePhaseId)) {
    throw new InvalidRequest(
      `filter: expected activePhaseId to be the id of a phase, a UUID, got ${show(activePhaseId)}`,
    );
  }
  if (status === 'completed' && activePhaseId !== undefined) {
    throw new InvalidRequest(
      'filter: expected status:active with activePhaseId, or none, since completed releases are in no phase, got status:completed',
    );
  }
  return { state: status, activePhaseId: activePhaseId?.toLowerCase() };
}

function countMatches({ active, completed, byPhase }: ProgressionCounts, filter: ProgressionFilter): number {
  if (filter.activePhaseId !== undefined) return byPhase.get(filter.activePhaseId) ?? 0;
  return (filter.state === 'completed' ? 0 : active) + (filter.state === 'active' ? 0 : completed);
}

function toProgression(projectKey: string, { flagKey, createdAt, completedAt, activePhaseId }: Progression) {
  return {
    _createdAt: createdAt,
    ...(completedAt !== undefined && { _completedAt: completedAt }),
    flagKey,
    ...(activePhaseId !== undefined && { activePhaseId }),
    _links: {
      self: apiLink('flags', projectKey, flagKey, 'release'),
      flag: apiLink('flags', projectKey, flagKey),
    },
  };
}
