import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { type Flag, getConfig } from '../../domain/flag/flag.ts';
import { flagStatus } from '../../domain/flag/status.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { evaluatedAt, findEvaluations, type LastEvaluation } from '../../store/evaluations.ts';
import { getFlag, listFlagsIn } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import { EnvironmentFlagParams } from '../../wire/rest/dependent-flag.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import { FlagStatusEverywhere, FlagStatusList, FlagStatusRep } from '../../wire/rest/flag-status.ts';
import type { RestApp } from '../app.ts';
import { EnvQuery, pickEnvironments } from '../flag-query.ts';
import { apiLink } from '../links.ts';

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
        response: { 200: FlagStatusList },
      },
    },
    async (request) => {
      const { projectKey, environmentKey } = request.params;
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const flags = (await listFlagsIn(db, environment)).filter(({ archivedAt }) => archivedAt === undefined);
      const evaluations = await findEvaluations(db, [environment.id]);
      return {
        _links: { self: apiLink('flag-statuses', projectKey, environmentKey) },
        items: flags.map((flag) => toRep(projectKey, flag, environment, evaluations)),
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
      return toRep(projectKey, flag, environment, await findEvaluations(db, [environment.id], flagKey));
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
      const evaluations = await findEvaluations(db, ids, flagKey);
      return {
        key: flag.key,
        environments: Object.fromEntries(
          environments.map((environment) => [environment.key, toStatus(flag, environment, evaluations)]),
        ),
        _links: {
          self: apiLink('flag-status', projectKey, flagKey),
          parent: apiLink('flag-status'),
        },
      };
    },
  );

  function toRep(
    projectKey: string,
    flag: Flag,
    environment: Environment,
    evaluations: ReadonlyMap<string, LastEvaluation>,
  ): FlagStatusRep {
    return {
      ...toStatus(flag, environment, evaluations),
      _links: {
        self: apiLink('flag-statuses', projectKey, environment.key, flag.key),
        parent: apiLink('flags', projectKey, flag.key),
      },
    };
  }

  function toStatus(flag: Flag, environment: Environment, evaluations: ReadonlyMap<string, LastEvaluation>) {
    const last = evaluatedAt(flag, environment.id, evaluations);
    const name = flagStatus({
      flag,
      config: getConfig(flag, environment.key),
      environmentCreatedAt: environment.createdAt,
      lastRequestedAt: last?.lastRequestedAt,
      now: deps.clock.now(),
    });
    return {
      name,
      ...(last && { lastRequested: new Date(last.lastRequestedAt).toISOString() }),
      ...(last?.defaultValue !== undefined && { default: last.defaultValue }),
    };
  }
}
