import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { createEnvironment } from '../../operations/create-environment.ts';
import { deleteEnvironment } from '../../operations/delete-environment.ts';
import { resetEnvironmentKey } from '../../operations/reset-environment-key.ts';
import { updateEnvironment } from '../../operations/update-environment.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { EnvironmentParams, PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { EnvironmentCollection, EnvironmentPost, EnvironmentRep } from '../../wire/rest/environment.ts';
import type { RestApp } from '../app.ts';
import { contains, hasAllTags, parseFilter, parseSort, type Sort } from '../filter.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { wantsAccess } from '../representations/access.ts';
import { toEnvironmentRep } from '../representations/environment.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(Type.String({ description: 'query:text, tags:a+b; commas mean and' })),
  ...ExpandQuery.properties,
  sort: Type.Optional(Type.String({ description: 'createdOn, critical or name; - before it means descending' })),
});

const ResetQuery = Type.Object({
  expiry: Type.Optional(Type.Integer({ description: 'Until when the former key works, in Unix milliseconds' })),
});

/** Environments of a project: list, create, read, JSON patch, delete, other keys. */
export function environmentRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/projects/:projectKey/environments',
    {
      schema: {
        summary: 'List environments',
        tags: ['Environments'],
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: EnvironmentCollection },
      },
    },
    async ({ actor: caller, params, query, url }) => {
      const filter = parseFilter(query.filter, ['query', 'tags']);
      const sort = parseSort(query.sort, ['createdOn', 'critical', 'name'], 'createdOn');
      const project = await getProject(db, params.projectKey);
      const matches = (await listAllEnvironments(db, [project.id])).filter(
        ({ key, name, tags }) => contains(filter.query, key, name) && hasAllTags(filter.tags, tags),
      );
      const page = toPage(query);
      const environments = cutPage(matches.toSorted(compareBy(sort)), page);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: environments.map((environment) =>
          toEnvironmentRep(environment, { project, caller, hasAccess: wantsAccess(query.expand) }),
        ),
      };
    },
  );

  app.post(
    '/projects/:projectKey/environments',
    {
      schema: {
        summary: 'Create an environment',
        tags: ['Environments'],
        params: ProjectParams,
        body: EnvironmentPost,
        response: { 201: EnvironmentRep },
      },
    },
    async (request, reply) => {
      const { projectKey } = request.params;
      const { source, ...requested } = request.body;
      const caller = request.actor;
      const environment = await createEnvironment(deps, { actor: caller, projectKey, environment: requested, source });
      const project = await getProject(db, projectKey);
      return reply.code(201).send(toEnvironmentRep(environment, { project, caller }));
    },
  );

  app.get(
    '/projects/:projectKey/environments/:environmentKey',
    {
      schema: {
        summary: 'Get an environment',
        tags: ['Environments'],
        params: EnvironmentParams,
        querystring: ExpandQuery,
        response: { 200: EnvironmentRep },
      },
    },
    async ({ actor: caller, params, query }) => {
      const project = await getProject(db, params.projectKey);
      const environment = await getEnvironment(db, project.id, params.environmentKey);
      return toEnvironmentRep(environment, { project, caller, hasAccess: wantsAccess(query.expand) });
    },
  );

  app.patch(
    '/projects/:projectKey/environments/:environmentKey',
    {
      schema: {
        summary: 'Update an environment by JSON patch',
        tags: ['Environments'],
        params: EnvironmentParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: EnvironmentRep },
      },
    },
    async (request) => {
      const patch = parseJsonPatch(request.body);
      const environment = await updateEnvironment(deps, { actor: request.actor, ...request.params, patch });
      const project = await getProject(db, request.params.projectKey);
      return toEnvironmentRep(environment, { project, caller: request.actor });
    },
  );

  app.delete(
    '/projects/:projectKey/environments/:environmentKey',
    {
      schema: {
        summary: 'Delete an environment with everything in it',
        tags: ['Environments'],
        params: EnvironmentParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteEnvironment(deps, { actor: request.actor, ...request.params });
      return reply.code(204).send(null);
    },
  );

  for (const [path, which] of [
    ['apiKey', 'sdk'],
    ['mobileKey', 'mobile'],
  ] as const) {
    app.post(
      `/projects/:projectKey/environments/:environmentKey/${path}`,
      {
        schema: {
          summary: which === 'sdk' ? 'Reset the SDK key' : 'Reset the mobile key',
          tags: ['Environments'],
          params: EnvironmentParams,
          querystring: ResetQuery,
          response: { 200: EnvironmentRep },
        },
      },
      async ({ actor, params, query }) => {
        const environment = await resetEnvironmentKey(deps, { actor, ...params, which, expiry: query.expiry });
        const project = await getProject(db, params.projectKey);
        return toEnvironmentRep(environment, { project, caller: actor });
      },
    );
  }
}

/** The store's order, oldest first, is kept where the asked order does not decide. */
function compareBy({ by, sign }: Sort<'createdOn' | 'critical' | 'name'>) {
  const orders: Record<typeof by, (left: Environment, right: Environment) => number> = {
    createdOn: (left, right) => left.createdAt - right.createdAt,
    critical: (left, right) => Number(left.critical) - Number(right.critical),
    name: (left, right) => left.name.localeCompare(right.name),
  };
  return (left: Environment, right: Environment) => sign * orders[by](left, right);
}
