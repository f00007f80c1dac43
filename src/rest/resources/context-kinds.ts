import { Type } from 'typebox';
import { listContextKinds, putContextKind } from '../../operations/context-kinds.ts';
import type { Deps } from '../../operations/write.ts';
import { getProject } from '../../store/projects.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import { ContextKindCollection, ContextKindPut, UpsertRep } from '../../wire/rest/contexts.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';

const KindParams = Type.Object({
  ...ProjectParams.properties,
  key: Type.String({ description: 'The name that contexts have as their kind' }),
});

/** Kinds of contexts of a project: list, create or change. */
export function contextKindRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Contexts'];
  const linksOf = (projectKey: string, key: string) => ({
    self: apiLink('projects', projectKey, 'context-kinds', key),
    parent: apiLink('projects', projectKey, 'context-kinds'),
  });

  app.get(
    '/projects/:projectKey/context-kinds',
    {
      schema: {
        summary: 'List context kinds',
        tags,
        params: ProjectParams,
        response: { 200: ContextKindCollection },
      },
    },
    async ({ params }) => {
      const project = await getProject(db, params.projectKey);
      const kinds = await listContextKinds(db, project);
      return {
        _links: { self: apiLink('projects', project.key, 'context-kinds') },
        items: kinds.map(({ kind: { createdAt: creationDate, ...kind }, lastSeen }) => ({
          _links: linksOf(project.key, kind.key),
          key: kind.key,
          name: kind.name,
          description: kind.description,
          version: kind.version,
          creationDate,
          lastModified: kind.lastModified,
          ...(lastSeen !== undefined && { lastSeen }),
          createdFrom: kind.createdFrom,
          archived: kind.archived,
          hideInTargeting: kind.archived,
        })),
      };
    },
  );

  app.put(
    '/projects/:projectKey/context-kinds/:key',
    {
      schema: {
        summary: 'Create or change a context kind',
        tags,
        params: KindParams,
        body: ContextKindPut,
        response: { 200: UpsertRep },
      },
    },
    async ({ actor, params, body }) => {
      await putContextKind(deps, { actor, ...params, body });
      return { status: 'success', _links: linksOf(params.projectKey, params.key) };
    },
  );
}
