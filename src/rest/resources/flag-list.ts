import { Type } from 'typebox';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { listFlags } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { FlagCollection } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { EnvQuery, ExpandQuery, listWords, parseSwitch, pickEnvironments } from '../flag-query.ts';
import { loadNeighbours } from '../flag-views.ts';
import { pageLinks, toPage } from '../paging.ts';
import { toFlagRep } from '../representations/flag.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  env: EnvQuery,
  expand: ExpandQuery,
  summary: Type.Optional(Type.String({ description: '0 shows whole configurations of the environments in env' })),
});

/** The list of flags. */
export function flagListRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  app.get(
    '/flags/:projectKey',
    {
      schema: {
        summary: 'List flags',
        tags: ['Feature flags'],
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: FlagCollection },
      },
    },
    async (request) => {
      const { query } = request;
      const isSummary = parseSwitch('summary', query.summary, true);
      const project = await getProject(db, request.params.projectKey);
      const shown = pickEnvironments(await listAllEnvironments(db, [project.id]), query.env);
      const page = toPage(query);
      const environmentKeys = shown?.map(({ key }) => key) ?? [];
      const flags = await listFlags(db, project.id, { ...page, environmentKeys });
      const view = {
        projectKey: project.key,
        environments: shown,
        isSummary,
        expand: new Set(listWords(query.expand)),
        ...(await loadNeighbours(db, project.id, flags.items)),
      };
      return {
        _links: pageLinks(request.url, page, flags.totalCount),
        totalCount: flags.totalCount,
        items: flags.items.map((flag) => toFlagRep(flag, view)),
      };
    },
  );
}
