import { type Static, Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import type { Workflow } from '../../domain/workflow/workflow.ts';
import { workflows } from '../../operations/workflows/workflow.ts';
import { viewWorkflows } from '../../operations/workflows/workflow-views.ts';
import { createWorkflow, deleteWorkflow } from '../../operations/workflows/workflows.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import { WorkflowCollection, WorkflowPost, WorkflowRep } from '../../wire/rest/workflow.ts';
import type { RestApp } from '../app.ts';
import { parseSort, type Sort } from '../filter.ts';
import { apiLink } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { toWorkflowRep } from '../representations/workflow.ts';

const PlaceParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
const WorkflowParams = Type.Object({
  ...PlaceParams.properties,
  id: Type.String({ description: 'Id of the workflow' }),
});
const ListQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(Type.String({ description: 'active, completed or failed' })),
  sort: Type.Optional(Type.String({ description: 'creationDate or stopDate; - before it means descending' })),
});
const CreateQuery = Type.Object({
  templateKey: Type.Optional(Type.String({ description: 'Not supported: there are no templates' })),
  dryRun: Type.Optional(Type.Boolean({ description: 'Whether to go through all checks, but store nothing' })),
});
const STATUSES = ['active', 'completed', 'failed'];
const SORTS = ['creationDate', 'stopDate'] as const;

type Place = Static<typeof PlaceParams>;

/** Workflows of a flag in an environment: list, create, read, delete. */
export function workflowRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Workflows'];
  const path = '/projects/:projectKey/flags/:flagKey/environments/:environmentKey/workflows';

  app.get(
    path,
    {
      schema: {
        summary: 'List the workflows of a flag',
        tags,
        params: PlaceParams,
        querystring: ListQuery,
        response: { 200: WorkflowCollection },
      },
    },
    async ({ params, query, url }) => {
      const sort = parseSort(query.sort, SORTS, 'creationDate');
      const isMeant = statusFilter(query.status);
      const scene = await load(params);
      const matches = (await workflows.list(db, placeOf(scene))).filter(isMeant).toSorted(compareBy(sort));
      const page = toPage(query);
      const views = await viewWorkflows(deps, scene, cutPage(matches, page));
      return {
        _links: { ...pageLinks(url, page, matches.length), parent: linkToFlag(params) },
        totalCount: matches.length,
        items: views.map((view) => toWorkflowRep(view, linksOf(params, view.workflow))),
      };
    },
  );

  app.post(
    path,
    {
      schema: {
        summary: 'Create a workflow',
        tags,
        params: PlaceParams,
        querystring: CreateQuery,
        body: WorkflowPost,
        response: { 201: WorkflowRep },
      },
    },
    async ({ actor, params, query, body }, reply) => {
      if (query.templateKey !== undefined) {
        throw new InvalidRequest(
          `templateKey: expected nothing, since there are no workflow templates here, got ${show(query.templateKey)}`,
        );
      }
      const isDryRun = query.dryRun ?? false;
      const workflow = await createWorkflow(deps, { actor, ...params, body, isDryRun });
      const answer = await represent(params, workflow);
      return reply.code(201).send(isDryRun ? { ...answer, meta: { parameters: [] } } : answer);
    },
  );

  app.get(
    `${path}/:id`,
    { schema: { summary: 'Get a workflow', tags, params: WorkflowParams, response: { 200: WorkflowRep } } },
    async ({ params }) => represent(params, await workflows.get(db, placeOf(await load(params)), params.id)),
  );

  app.delete(
    `${path}/:id`,
    { schema: { summary: 'Delete a workflow', tags, params: WorkflowParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteWorkflow(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function load({ projectKey, flagKey, environmentKey }: Place) {
    const project = await getProject(db, projectKey);
    const environment = await getEnvironment(db, project.id, environmentKey);
    return { project, environment, flag: await getFlag(db, project.id, flagKey) };
  }

  async function represent(place: Place, workflow: Workflow): Promise<WorkflowRep> {
    const views = await viewWorkflows(deps, await load(place), [workflow]);
    const [answer] = views.map((view) => toWorkflowRep(view, linksOf(place, workflow)));
    return answer as WorkflowRep;
  }
}

type Scene = { readonly project: { id: string }; readonly environment: { id: string }; readonly flag: { id: string } };

const placeOf = ({ project, environment, flag }: Scene) => ({
  projectId: project.id,
  flagId: flag.id,
  environmentId: environment.id,
});

function statusFilter(status: string | undefined): (workflow: Workflow) => boolean {
  if (status === undefined) return () => true;
  if (STATUSES.includes(status)) return ({ execution }) => execution.status === status;
  throw new InvalidRequest(`status: expected one of ${STATUSES.join(', ')}, got ${show(status)}`);
}

/** Those that go on come last when sorted by the time that they ended. */
function compareBy({ by, sign }: Sort<(typeof SORTS)[number]>): (left: Workflow, right: Workflow) => number {
  const timeOf = ({ createdAt, execution }: Workflow) =>
    by === 'creationDate' ? createdAt : (execution.stopDate ?? Number.MAX_SAFE_INTEGER);
  return (left, right) => sign * (timeOf(left) - timeOf(right)) || (left.id < right.id ? -1 : 1);
}

const linkToFlag = ({ projectKey, flagKey }: Place) => apiLink('flags', projectKey, flagKey);

function linksOf({ projectKey, flagKey, environmentKey }: Place, { id }: Workflow) {
  const path = ['projects', projectKey, 'flags', flagKey, 'environments', environmentKey, 'workflows'];
  return { self: apiLink(...path, id), parent: apiLink(...path) };
}
