import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { createEnvironment } from '../../operations/create-environment.ts';
import { deleteEnvironment } from '../../operations/delete-environment.ts';
import { updateEnvironment } from '../../operations/update-environment.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentParams, PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { EnvironmentCollection, EnvironmentPost, EnvironmentRep } from '../../wire/rest/environment.ts';
import type { RestApp } from '../app.ts';
import { contains, hasAllTags, parseFilter, parseSort, type Sort } from '../filter.ts';
import { toNewEnvironment } from '../new-environment.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { toEnvironmentRep } from '../representations/environment.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(Type.String({ description: 'query:text, tags:a+b; commas mean and' })),
  sort: Type.Optional(Type.String({ description: 'createdOn, critical or name; - before it means descending' })),
});

/** Environments of a project: list, create, read, JSON patch, delete. */
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
    async (request) => {
      const filter = parseFilter(request.query.filter, ['query', 'tags']);
      const sort = parseSort(request.query.sort, ['createdOn', 'critical', 'name'], 'createdOn');
      const project = await getProject(db, request.params.projectKey);
      const matches = (await listAllEnvironments(db, [project.id])).filter(
        ({ key, name, tags }) => contains(filter.query, key, name) && hasAllTags(filter.tags, tags),
      );
      const page = toPage(request.query);
      const environments = cutPage(matches.toSorted(compareBy(sort)), page);
      return {
        _links: pageLinks(request.url, page, matches.length),
        totalCount: matches.length,
        items: environments.map((environment) => toEnvironmentRep(project.key, environment)),
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
      const requested = toNewEnvironment(request.body);
      const environment = await createEnvironment(deps, { actor: request.actor, projectKey, environment: requested });
      return reply.code(201).send(toEnvironmentRep(projectKey, environment));
    },
  );

  app.get(
    '/projects/:projectKey/environments/:environmentKey',
    {
      schema: {
        summary: 'Get an environment',
        tags: ['Environments'],
        params: EnvironmentParams,
        response: { 200: EnvironmentRep },
      },
    },
    async (request) => {
      const project = await getProject(db, request.params.projectKey);
      const environment = await getEnvironment(db, project.id, request.params.environmentKey);
      return toEnvironmentRep(project.key, environment);
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
      return toEnvironmentRep(request.params.projectKey, environment);
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
