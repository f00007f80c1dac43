import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import type { NewFlag } from '../../domain/flag/create-flag.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { createFlag } from '../../operations/create-flag.ts';
import { deleteFlag } from '../../operations/delete-flag.ts';
import { updateFlag } from '../../operations/update-flag.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/account.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getFlag, listFlags } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { FlagCollection, FlagParams, FlagPost, FlagRep } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { pageLinks, toPage } from '../paging.ts';
import { type FlagView, toFlagRep } from '../representations/flag.ts';

const EnvQuery = Type.Optional(
  Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Environments to show; may be repeated' }),
);

const ListQuery = Type.Object({
  ...PageQuery.properties,
  env: EnvQuery,
  summary: Type.Optional(Type.String({ description: '0 shows whole configurations of the environments in env' })),
  filter: Type.Optional(Type.String({ description: 'Not available' })),
  sort: Type.Optional(Type.String({ description: 'Not available; the newest flags come first' })),
});

const PatchQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Whether to check and show the change without storing it' })),
});

const CreateQuery = Type.Object({ clone: Type.Optional(Type.String({ description: 'Not available' })) });

/** What the schema lets through so that it can be refused by name instead of being ignored. */
const UNAVAILABLE = ['purpose', 'initialPrerequisites', 'maintainerTeamKey'] as const;

/** Feature flags: list, create, read, semantic patch, delete. */
export function flagRoutes(app: RestApp, deps: Deps): void {
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
      refuseUnavailable(query, ['filter', 'sort']);
      const isSummary = parseSwitch('summary', query.summary, true);
      const project = await getProject(db, request.params.projectKey);
      const shown = pickEnvironments(await listAllEnvironments(db, [project.id]), query.env);
      const page = toPage(query);
      const environmentKeys = shown?.map(({ key }) => key) ?? [];
      const flags = await listFlags(db, project.id, { ...page, environmentKeys });
      const view = { projectKey: project.key, environments: shown, isSummary, members: await maintainers(flags.items) };
      return {
        _links: pageLinks(request.url, page, flags.totalCount),
        totalCount: flags.totalCount,
        items: flags.items.map((flag) => toFlagRep(flag, view)),
      };
    },
  );

  app.post(
    '/flags/:projectKey',
    {
      schema: {
        summary: 'Create a flag',
        tags: ['Feature flags'],
        params: ProjectParams,
        querystring: CreateQuery,
        body: FlagPost,
        response: { 201: FlagRep },
      },
    },
    async (request, reply) => {
      const { projectKey } = request.params;
      refuseUnavailable(request.query, ['clone']);
      refuseUnavailable(request.body, UNAVAILABLE);
      const flag = await createFlag(deps, { actor: request.actor, projectKey, flag: request.body as NewFlag });
      return reply.code(201).send(await toWholeRep(projectKey, flag));
    },
  );

  app.get(
    '/flags/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Get a flag',
        tags: ['Feature flags'],
        params: FlagParams,
        querystring: Type.Object({ env: EnvQuery }),
        response: { 200: FlagRep },
      },
    },
    async (request) => {
      const project = await getProject(db, request.params.projectKey);
      const flag = await getFlag(db, project.id, request.params.flagKey);
      return toWholeRep(project.key, flag, request.query.env);
    },
  );

  app.patch(
    '/flags/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Update a flag by semantic patch',
        tags: ['Feature flags'],
        params: FlagParams,
        querystring: PatchQuery,
        body: Type.Unknown({ description: 'A semantic patch: instructions, environmentKey, comment' }),
        response: { 200: FlagRep },
      },
    },
    async (request) => {
      const { projectKey } = request.params;
      const body = parseSemanticPatch(request.headers['content-type'], request.body);
      const isDryRun = request.query.dryRun ?? false;
      const flag = await updateFlag(deps, { actor: request.actor, ...request.params, ...body, isDryRun });
      return toWholeRep(projectKey, flag);
    },
  );

  app.delete(
    '/flags/:projectKey/:flagKey',
    {
      schema: { summary: 'Delete a flag', tags: ['Feature flags'], params: FlagParams, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await deleteFlag(deps, { actor: request.actor, ...request.params });
      return reply.code(204).send(null);
    },
  );

  /** A flag with its whole configurations, in all environments or in those that `env` names. */
  async function toWholeRep(projectKey: string, flag: Flag, env?: string | readonly string[]): Promise<FlagRep> {
    const environments = await listAllEnvironments(db, [flag.projectId]);
    const view: FlagView = {
      projectKey,
      environments: pickEnvironments(environments, env) ?? environments,
      isSummary: false,
      members: await maintainers([flag]),
    };
    return toFlagRep(flag, view);
  }

  function maintainers(flags: readonly Flag[]) {
    return findMembers(
      db,
      flags.flatMap(({ maintainerId }) => (maintainerId === undefined ? [] : [maintainerId])),
    );
  }
}

/** The environments that `env` names, repeated or as a comma list. @throws NotFound for an unknown one */
function pickEnvironments(
  environments: readonly Environment[],
  env: string | readonly string[] | undefined,
): readonly Environment[] | undefined {
  const keys = [env ?? []]
    .flat()
    .flatMap((list) => list.split(','))
    .filter((key) => key !== '');
  if (keys.length === 0) return undefined;
  const unknown = keys.find((key) => !environments.some((environment) => environment.key === key));
  if (unknown !== undefined) throw new NotFound('environment', unknown);
  return environments.filter(({ key }) => keys.includes(key));
}

/** A boolean of a query as the API spells it: true, false, 1 or 0. @throws InvalidRequest for anything else */
function parseSwitch(name: string, text: string | undefined, fallback: boolean): boolean {
  if (text === undefined) return fallback;
  if (['true', '1'].includes(text)) return true;
  if (['false', '0'].includes(text)) return false;
  throw new InvalidRequest(`${name}: expected true, false, 1 or 0, got ${JSON.stringify(text)}`);
}

function refuseUnavailable(given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const name = names.find((candidate) => given[candidate] !== undefined);
  if (name !== undefined)
    throw new InvalidRequest(`${name}: not available; expected nothing, got ${JSON.stringify(given[name])}`);
}
