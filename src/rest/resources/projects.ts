import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import type { Environment, NewEnvironment } from '../../domain/environment.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { type Project, PROJECT_ACTIONS } from '../../domain/project.ts';
import { createProject } from '../../operations/create-project.ts';
import { deleteProject } from '../../operations/delete-project.ts';
import { updateProject } from '../../operations/update-project.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getProject, listProjects } from '../../store/projects.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import type { EnvironmentPost } from '../../wire/rest/environment.ts';
import { ProjectCollection, ProjectPost, ProjectRep, ProjectWithEnvironments } from '../../wire/rest/project.ts';
import type { RestApp } from '../app.ts';
import { contains, hasAllTags, parseFilter, parseSort, type Sort } from '../filter.ts';
import { apiPath } from '../links.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { cutPage, pageLinks, toPage, toPageSince } from '../paging.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toEnvironmentRep } from '../representations/environment.ts';
import { toProjectRep } from '../representations/project.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(Type.String({ description: 'query:text, tags:a+b, keys:a|b; commas mean and' })),
  sort: Type.Optional(Type.String({ description: 'name or createdOn; - before it means descending' })),
  expand: Type.Optional(Type.String({ description: 'environments, access' })),
});

const GetQuery = Type.Object({ expand: Type.Optional(Type.String({ description: 'environments, access' })) });

const ACTIONS = [...Object.values(PROJECT_ACTIONS), 'viewProject', 'deleteProject'];

/** Projects: list, create, read, JSON patch, delete. */
export function projectRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/projects',
    {
      schema: {
        summary: 'List projects',
        tags: ['Projects'],
        querystring: ListQuery,
        response: { 200: ProjectCollection },
      },
    },
    async (request) => {
      const filter = parseFilter(request.query.filter, ['query', 'tags', 'keys']);
      const sort = parseSort(request.query.sort, ['createdOn', 'name'], 'createdOn');
      const keys = filter.keys?.toLowerCase().split('|');
      const matches = (await listProjects(db)).filter(
        (project) =>
          canView(request.actor, project) &&
          contains(filter.query, project.key, project.name) &&
          hasAllTags(filter.tags, project.tags) &&
          (keys?.includes(project.key.toLowerCase()) ?? true),
      );
      const page = toPageSince(20220603, request.apiVersion, request.query);
      const projects = cutPage(matches.toSorted(compareBy(sort)), page);
      return {
        _links: pageLinks(request.url, page, matches.length),
        totalCount: matches.length,
        items: await Promise.all(projects.map((project) => toExpanded(request.actor, project, request.query.expand))),
      };
    },
  );

  app.post(
    '/projects',
    {
      schema: {
        summary: 'Create a project',
        tags: ['Projects'],
        body: ProjectPost,
        response: { 201: ProjectWithEnvironments },
      },
    },
    async (request, reply) => {
      const { environments, ...project } = request.body;
      const created = await createProject(deps, {
        actor: request.actor,
        project,
        environments: environments?.map(withoutSource),
      });
      return reply.code(201).send(withEnvironments(request.actor, created.project, created.environments));
    },
  );

  app.get(
    '/projects/:projectKey',
    {
      schema: {
        summary: 'Get a project',
        tags: ['Projects'],
        params: ProjectParams,
        querystring: GetQuery,
        response: { 200: ProjectRep },
      },
    },
    async ({ actor, params, query }) => toExpanded(actor, await getProject(db, params.projectKey), query.expand),
  );

  app.patch(
    '/projects/:projectKey',
    {
      schema: {
        summary: 'Update a project by JSON patch',
        tags: ['Projects'],
        params: ProjectParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: ProjectWithEnvironments },
      },
    },
    async (request) => {
      const { projectKey } = request.params;
      const project = await updateProject(deps, {
        actor: request.actor,
        projectKey,
        patch: parseJsonPatch(request.body),
      });
      return withEnvironments(request.actor, project, await listAllEnvironments(db, [project.id]));
    },
  );

  app.delete(
    '/projects/:projectKey',
    {
      schema: {
        summary: 'Delete a project with everything in it',
        tags: ['Projects'],
        params: ProjectParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteProject(deps, { actor: request.actor, projectKey: request.params.projectKey });
      return reply.code(204).send(null);
    },
  );

  async function toExpanded(caller: Caller, project: Project, expand: string | undefined): Promise<ProjectRep> {
    const hasAccess = wantsAccess(expand);
    const rep = {
      ...toProjectRep(project),
      ...(hasAccess && { _access: toAccessRep(caller, specifier.project(project), ACTIONS) }),
    };
    if (!expand?.split(',').includes('environments')) return rep;
    const environments = await listAllEnvironments(db, [project.id]);
    const page = toPage({});
    return {
      ...rep,
      environments: {
        _links: pageLinks(apiPath('projects', project.key, 'environments'), page, environments.length),
        totalCount: environments.length,
        items: cutPage(environments, page).map((environment) =>
          toEnvironmentRep(environment, { project, caller, hasAccess }),
        ),
      },
    };
  }
}

function withEnvironments(
  caller: Caller,
  project: Project,
  environments: readonly Environment[],
): ProjectWithEnvironments {
  return {
    ...toProjectRep(project),
    environments: environments.map((environment) => toEnvironmentRep(environment, { project, caller })),
  };
}

/** An environment of a new project, which has none to be like yet. @throws InvalidRequest */
function withoutSource({ source, ...environment }: EnvironmentPost): NewEnvironment {
  if (source !== undefined) throw new InvalidRequest('environments: expected no source in a new project');
  return environment;
}

function compareBy({ by, sign }: Sort<'createdOn' | 'name'>): (left: Project, right: Project) => number {
  return by === 'name'
    ? (left, right) => sign * left.name.localeCompare(right.name) || left.key.localeCompare(right.key)
    : (left, right) => sign * (left.createdAt - right.createdAt) || left.key.localeCompare(right.key);
}
