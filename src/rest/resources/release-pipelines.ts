import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import type { Pipeline } from '../../domain/release/pipeline.ts';
import { createPipeline } from '../../operations/create-pipeline.ts';
import { deletePipeline } from '../../operations/delete-pipeline.ts';
import { patchPipeline, replacePipeline } from '../../operations/update-pipeline.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { getPipeline, listPipelines } from '../../store/release-pipelines.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import {
  PipelineCollection,
  PipelineParams,
  PipelinePost,
  PipelinePut,
  PipelineRep,
} from '../../wire/rest/release-pipeline.ts';
import type { RestApp } from '../app.ts';
import { contains, parseFilter } from '../filter.ts';
import { cutPage, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toPipelineRep } from '../representations/release-pipeline.ts';

const MAX_LIMIT = 100;
const tags = ['Release pipelines (beta)'];

const ListQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(Type.String({ description: 'query:text, env:environmentKey; commas mean and' })),
});

/** Release pipelines: list, create, read, replace, JSON patch, delete. */
export function releasePipelineRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };

  app.get(
    '/projects/:projectKey/release-pipelines',
    {
      config,
      schema: {
        summary: 'List release pipelines',
        tags,
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: PipelineCollection },
      },
    },
    async (request) => {
      const filter = parseFilter(request.query.filter, ['query', 'env']);
      const project = await getProject(db, request.params.projectKey);
      const environments = await listAllEnvironments(db, [project.id]);
      const environmentId = environments.find(({ key }) => key === filter.env)?.id;
      const matches = (await listPipelines(db, project.id)).filter(
        (pipeline) =>
          contains(filter.query, pipeline.key, pipeline.name, pipeline.description) &&
          (filter.env === undefined || reaches(pipeline, environmentId)),
      );
      const scene = { caller: request.actor, project, environments };
      const items = cutPage(matches, toPage(request.query, MAX_LIMIT)).map((pipeline) =>
        toPipelineRep(pipeline, scene),
      );
      return { items, totalCount: matches.length };
    },
  );

  app.post(
    '/projects/:projectKey/release-pipelines',
    {
      config,
      schema: {
        summary: 'Create a release pipeline',
        tags,
        params: ProjectParams,
        body: PipelinePost,
        response: { 201: PipelineRep },
      },
    },
    async (request, reply) => {
      const { projectKey } = request.params;
      const { isProjectDefault, ...pipeline } = request.body;
      const created = await createPipeline(deps, { actor: request.actor, projectKey, pipeline, isProjectDefault });
      return reply.code(201).send(await toRep(request.actor, projectKey, created));
    },
  );

  app.get(
    '/projects/:projectKey/release-pipelines/:pipelineKey',
    {
      config,
      schema: { summary: 'Get a release pipeline', tags, params: PipelineParams, response: { 200: PipelineRep } },
    },
    async (request) => {
      const project = await getProject(db, request.params.projectKey);
      return toRep(request.actor, project.key, await getPipeline(db, project.id, request.params.pipelineKey));
    },
  );

  app.put(
    '/projects/:projectKey/release-pipelines/:pipelineKey',
    {
      config,
      schema: {
        summary: 'Replace a release pipeline',
        tags,
        params: PipelineParams,
        body: PipelinePut,
        response: { 200: PipelineRep },
      },
    },
    async ({ actor, params, body }) => {
      const pipeline = await replacePipeline(deps, { actor, ...params, pipeline: body });
      return toRep(actor, params.projectKey, pipeline);
    },
  );

  app.patch(
    '/projects/:projectKey/release-pipelines/:pipelineKey',
    {
      config,
      schema: {
        summary: 'Update a release pipeline by JSON patch',
        tags,
        params: PipelineParams,
        body: Type.Unknown({ description: 'A JSON patch of name, description, tags and phases' }),
        response: { 200: PipelineRep },
      },
    },
    async ({ actor, params, body }) => {
      const pipeline = await patchPipeline(deps, { actor, ...params, patch: parseJsonPatch(body) });
      return toRep(actor, params.projectKey, pipeline);
    },
  );

  app.delete(
    '/projects/:projectKey/release-pipelines/:pipelineKey',
    {
      config,
      schema: { summary: 'Delete a release pipeline', tags, params: PipelineParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await deletePipeline(deps, { actor: request.actor, ...request.params });
      return reply.code(204).send(null);
    },
  );

  async function toRep(caller: Caller, projectKey: string, pipeline: Pipeline): Promise<PipelineRep> {
    const project = await getProject(db, projectKey);
    return toPipelineRep(pipeline, { caller, project, environments: await listAllEnvironments(db, [project.id]) });
  }
}

function reaches(pipeline: Pipeline, environmentId: string | undefined): boolean {
  return pipeline.phases.some(({ audiences }) =>
    audiences.some((audience) => audience.environmentId === environmentId),
  );
}
