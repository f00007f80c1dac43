import { Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import type { Deps } from '../../operations/write.ts';
import { listExtinctions } from '../../store/code-extinctions.ts';
import { findStatistics, listReferencedProjectKeys } from '../../store/code-statistics.ts';
import { getProject } from '../../store/projects.ts';
import { ExtinctionCollection, StatisticCollection, StatisticsRoot } from '../../wire/rest/code-reference.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { projectVisibility } from '../project-visibility.ts';
import { toStatisticRep } from '../representations/code-reference.ts';

/** A time that both engines can compare with. */
const Time = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Unix time in milliseconds' });

const ExtinctionQuery = Type.Object({
  repoName: Type.Optional(Type.String({ description: 'Only of this repository' })),
  branchName: Type.Optional(Type.String({ description: 'Only of this branch; of default branches when absent' })),
  projKey: Type.Optional(Type.String({ description: 'Only of flags of this project' })),
  flagKey: Type.Optional(Type.String({ description: 'Only of this flag' })),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
});

const StatisticsQuery = Type.Object({ flagKey: Type.Optional(Type.String({ description: 'Only this flag' })) });

/** How often code speaks of flags, and when it ceased to. */
export function codeStatisticsRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Code references'];

  app.get(
    '/code-refs/extinctions',
    {
      schema: {
        summary: 'List when flags went from code',
        tags,
        querystring: ExtinctionQuery,
        response: { 200: ExtinctionCollection },
      },
    },
    async ({ actor, query }) => {
      const { repoName: repositoryName, branchName, projKey: projectKey, flagKey } = query;
      const times = readTimes(query.from, query.to);
      const isVisible = await projectVisibility(db, actor);
      const all = await listExtinctions(db, { repositoryName, branchName, projectKey, flagKey, times });
      const visible = all.filter(({ projKey }) => isVisible(projKey));
      return {
        _links: { self: apiLink('code-refs', 'extinctions') },
        items: Object.fromEntries(Map.groupBy(visible, (extinction) => extinction.flagKey)),
      };
    },
  );

  app.get(
    '/code-refs/statistics',
    { schema: { summary: 'List projects that code speaks of', tags, response: { 200: StatisticsRoot } } },
    async ({ actor }) => {
      const isVisible = await projectVisibility(db, actor);
      const keys = (await listReferencedProjectKeys(db)).filter(isVisible);
      return {
        self: apiLink('code-refs', 'statistics'),
        projects: keys.map((key) => apiLink('code-refs', 'statistics', key)),
      };
    },
  );

  app.get(
    '/code-refs/statistics/:projectKey',
    {
      schema: {
        summary: 'How often code speaks of the flags of a project',
        tags,
        params: ProjectParams,
        querystring: StatisticsQuery,
        response: { 200: StatisticCollection },
      },
    },
    async ({ params, query }) => {
      const { key } = await getProject(db, params.projectKey);
      const statistics = await findStatistics(db, key, query.flagKey === undefined ? undefined : [query.flagKey]);
      return {
        _links: { self: apiLink('code-refs', 'statistics', key), parent: apiLink('code-refs', 'statistics') },
        flags: Object.fromEntries([...statistics].map(([flagKey, all]) => [flagKey, all.map(toStatisticRep)])),
      };
    },
  );
}

/** Both ends or none. @throws InvalidRequest naming the one that is missing */
function readTimes(from: number | undefined, to: number | undefined): { from: number; to: number } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw new InvalidRequest('from: expected a time in Unix milliseconds with to, got nothing');
  if (to === undefined) throw new InvalidRequest('to: expected a time in Unix milliseconds with from, got nothing');
  return { from, to };
}
