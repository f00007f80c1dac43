import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { RUN_STATUSES } from '../../domain/rollout/run.ts';
import { dismissRegression } from '../../operations/rollouts/dismiss-regression.ts';
import { findRollout } from '../../operations/rollouts/find-rollout.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { listRuns, type RunQuery } from '../../store/rollout-runs.ts';
import {
  AutomatedReleaseCollection,
  AutomatedReleaseRep,
  MetricStatePatch,
} from '../../wire/rest/automated-release.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { parseFilter } from '../filter.ts';
import { apiLink } from '../links.ts';
import { type LinkTo, toAutomatedReleaseRep } from '../representations/automated-release.ts';

export const AutomatedReleaseParams = Type.Object({
  ...EnvironmentParams.properties,
  rolloutId: Type.String({ description: 'The id of the automated release' }),
});

const ListQuery = Type.Object({
  filter: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'environmentKey:production,status:in_progress,kind:guarded; only the first one is read',
    }),
  ),
  limit: Type.Optional(Type.Integer({ description: 'Most items to return, 1 to 100; 20 when absent' })),
});
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Rollouts that lead traffic in stages: list, read, dismiss a regression (docs/wire/guarded-rollouts.md, "Reading"). */
export function automatedReleaseRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Automated releases (beta)'];
  const url = '/projects/:projectKey/environments/:environmentKey/automated-releases/:rolloutId';

  app.get(
    '/projects/:projectKey/flags/:flagKey/automated-releases',
    {
      config,
      schema: {
        summary: 'List automated releases of a flag',
        tags,
        params: FlagParams,
        querystring: ListQuery,
        response: { 200: AutomatedReleaseCollection },
      },
    },
    async (request) => {
      const { params, query } = request;
      const project = await getProject(db, params.projectKey);
      const flag = await getFlag(db, project.id, params.flagKey);
      const environments = await listAllEnvironments(db, [project.id]);
      const wanted = readFilter([query.filter].flat()[0], environments);
      const runs = await listRuns(db, project.id, { flagId: flag.id, limit: readLimit(query.limit), ...wanted });
      const linkTo = linksOf(request);
      return {
        items: runs.flatMap((run) => {
          const environment = environments.find(({ id }) => id === run.environmentId);
          return environment ? toAutomatedReleaseRep(run, { projectKey: project.key, flag, environment }, linkTo) : [];
        }),
        _links: {
          self: { href: request.originalUrl, type: 'application/json' },
          parent: apiLink('flags', project.key, flag.key),
        },
      };
    },
  );

  app.get(
    url,
    {
      config,
      schema: {
        summary: 'Get an automated release',
        tags,
        params: AutomatedReleaseParams,
        response: { 200: AutomatedReleaseRep },
      },
    },
    async (request) => {
      const { project, run, ...view } = await findRollout(db, request.params);
      return toAutomatedReleaseRep(run, { projectKey: project.key, ...view }, linksOf(request));
    },
  );

  app.patch(
    `${url}/metric-states/:metricKey`,
    {
      config,
      schema: {
        summary: 'Dismiss the regression of a metric',
        tags,
        params: Type.Object({ ...AutomatedReleaseParams.properties, metricKey: Type.String() }),
        body: MetricStatePatch,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await dismissRegression(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );
}

/** Links below the root that the request came by. */
function linksOf({ originalUrl }: Pick<FastifyRequest, 'originalUrl'>): LinkTo {
  if (!originalUrl.startsWith('/internal/')) return apiLink;
  return (...segments) => {
    const { href, type } = apiLink(...segments);
    return { href: href.replace('/api/v2/', '/internal/'), type };
  };
}

function readLimit(limit = DEFAULT_LIMIT): number {
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidRequest(`limit: expected a whole number from 1 to ${MAX_LIMIT}, got ${limit}`);
}

/** @throws InvalidRequest naming the field */
function readFilter(text: string | undefined, environments: readonly Environment[]): RunQuery {
  const given = parseFilter(text, ['environmentKey', 'status', 'kind']);
  const choose = <T extends string>(field: keyof typeof given, choices: readonly T[]): T | undefined => {
    const value = given[field];
    const chosen = choices.find((choice) => choice === value);
    if (value === undefined || chosen !== undefined) return chosen;
    throw new InvalidRequest(`filter: ${field}: expected one of ${choices.join(', ')}, got ${show(value)}`);
  };
  const key = choose(
    'environmentKey',
    environments.map((environment) => environment.key),
  );
  return {
    environmentId: environments.find((environment) => environment.key === key)?.id,
    status: choose('status', RUN_STATUSES),
    kind: choose('kind', ['guarded', 'progressive']),
  };
}
