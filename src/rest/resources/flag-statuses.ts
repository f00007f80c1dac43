import { Type } from 'typebox';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { findEvaluations } from '../../store/evaluations.ts';
import { getFlag, listFlagsIn } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import { EnvironmentFlagParams } from '../../wire/rest/dependent-flag.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import { FlagStatusEverywhere, FlagStatusList, FlagStatusRep } from '../../wire/rest/flag-status.ts';
import type { RestApp } from '../app.ts';
import { EnvQuery, listWords, pickEnvironments } from '../flag-query.ts';
import { apiLink } from '../links.ts';
import { toFlagStatus, toFlagStatusRep } from '../representations/flag-status.ts';

const KeysQuery = Type.Optional(
  Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Comma list of flags; all when absent' }),
);

/** How flags are used: in one environment, one or all of them, and one flag across environments. */
export function flagStatusRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Feature flags'];

  app.get(
    '/flag-statuses/:projectKey/:environmentKey',
    {
      schema: {
        summary: 'List the statuses of flags in an environment',
        tags,
        params: EnvironmentParams,
        querystring: Type.Object({ keys: KeysQuery }),
        response: { 200: FlagStatusList },
      },
    },
    async (request) => {
      const { projectKey, environmentKey } = request.params;
      const words = listWords(request.query.keys);
      const keys = words.length === 0 ? undefined : words;
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const flags = (await listFlagsIn(db, environment, keys)).filter(({ archivedAt }) => archivedAt === undefined);
      const evaluations = await findEvaluations(db, [environment.id], keys);
      const view = { environment, evaluations, now: deps.clock.now() };
      return {
        _links: { self: apiLink('flag-statuses', projectKey, environmentKey) },
        items: flags.map((flag) => toFlagStatusRep(projectKey, flag, view)),
      };
    },
  );

  app.get(
    '/flag-statuses/:projectKey/:environmentKey/:flagKey',
    {
      schema: {
        summary: 'Get the status of a flag in an environment',
        tags,
        params: EnvironmentFlagParams,
        response: { 200: FlagStatusRep },
      },
    },
    async (request) => {
      const { projectKey, environmentKey, flagKey } = request.params;
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const flag = await getFlag(db, project.id, flagKey);
      const evaluations = await findEvaluations(db, [environment.id], [flagKey]);
      return toFlagStatusRep(projectKey, flag, { environment, evaluations, now: deps.clock.now() });
    },
  );

  app.get(
    '/flag-status/:projectKey/:flagKey',
    {
      schema: {
        summary: 'Get the status of a flag across environments',
        tags,
        params: FlagParams,
        querystring: Type.Object({ env: EnvQuery }),
        response: { 200: FlagStatusEverywhere },
      },
    },
    async (request) => {
      const { projectKey, flagKey } = request.params;
      const project = await getProject(db, projectKey);
      const flag = await getFlag(db, project.id, flagKey);
      const all = await listAllEnvironments(db, [project.id]);
      const environments = pickEnvironments(all, request.query.env) ?? all;
      const ids = environments.map(({ id }) => id);
      const evaluations = await findEvaluations(db, ids, [flagKey]);
      const now = deps.clock.now();
      return {
        key: flag.key,
        environments: Object.fromEntries(
          environments.map((environment) => [environment.key, toFlagStatus(flag, { environment, evaluations, now })]),
        ),
        _links: {
          self: apiLink('flag-status', projectKey, flagKey),
          parent: apiLink('flag-status'),
        },
      };
    },
  );
}
