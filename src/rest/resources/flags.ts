import { Type } from 'typebox';
import type { NewFlag } from '../../domain/flag/create-flag.ts';
import { copyFlag } from '../../operations/copy-flag.ts';
import { createFlag } from '../../operations/create-flag.ts';
import { deleteFlag } from '../../operations/delete-flag.ts';
import { updateFlag } from '../../operations/update-flag.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import { FlagCopyPost, FlagParams, FlagPost, FlagRep } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { EnvQuery, ExpandQuery, listWords } from '../flag-query.ts';
import { toWholeFlagRep } from '../flag-views.ts';
import { parsePatch } from '../patch-body.ts';

const PatchQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Whether to check and show the change without storing it' })),
  ignoreConflicts: Type.Optional(Type.Boolean({ description: 'Whether pending changes of the flag may come to fail' })),
});

const CreateQuery = Type.Object({
  clone: Type.Optional(Type.String({ description: 'Key of a flag to make it like' })),
});

/** Feature flags: create, read, update in all formats, copy, delete. */
export function flagRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Feature flags'];

  app.post(
    '/flags/:projectKey',
    {
      schema: {
        summary: 'Create a flag',
        tags,
        params: ProjectParams,
        querystring: CreateQuery,
        body: FlagPost,
        response: { 201: FlagRep },
      },
    },
    async (request, reply) => {
      const { projectKey } = request.params;
      const flag = await createFlag(deps, {
        actor: request.actor,
        projectKey,
        flag: request.body as NewFlag,
        cloneOf: request.query.clone || undefined,
      });
      return reply.code(201).send(await toWholeFlagRep(deps, flag, { projectKey }));
    },
  );

  app.get(
    '/flags/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Get a flag',
        tags,
        params: FlagParams,
        querystring: Type.Object({ env: EnvQuery, expand: ExpandQuery }),
        response: { 200: FlagRep },
      },
    },
    async (request) => {
      const { projectKey, flagKey } = request.params;
      const project = await getProject(db, projectKey);
      const flag = await getFlag(db, project.id, flagKey);
      const expand = new Set(listWords(request.query.expand));
      return toWholeFlagRep(deps, flag, { projectKey, env: request.query.env, expand });
    },
  );

  app.patch(
    '/flags/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Update a flag',
        tags,
        params: FlagParams,
        querystring: PatchQuery,
        body: Type.Unknown({ description: 'A semantic patch, a JSON patch or a JSON merge patch' }),
        response: { 200: FlagRep },
      },
    },
    async (request) => {
      const { projectKey } = request.params;
      const body = parsePatch(request.headers['content-type'], request.body);
      const { dryRun: isDryRun = false, ignoreConflicts: ignoresConflicts } = request.query;
      const flag = await updateFlag(deps, {
        actor: request.actor,
        ...request.params,
        ...body,
        isDryRun,
        ignoresConflicts,
      });
      return toWholeFlagRep(deps, flag, { projectKey });
    },
  );

  app.post(
    '/flags/:projectKey/:flagKey/copy',
    {
      schema: {
        summary: 'Copy the configuration of a flag to another environment',
        tags,
        params: FlagParams,
        body: FlagCopyPost,
        response: { 201: FlagRep },
      },
    },
    async (request, reply) => {
      const { projectKey } = request.params;
      const flag = await copyFlag(deps, { actor: request.actor, ...request.params, ...request.body });
      return reply.code(201).send(await toWholeFlagRep(deps, flag, { projectKey }));
    },
  );

  app.delete(
    '/flags/:projectKey/:flagKey',
    {
      schema: { summary: 'Delete a flag', tags, params: FlagParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await deleteFlag(deps, { actor: request.actor, ...request.params });
      return reply.code(204).send(null);
    },
  );
}
