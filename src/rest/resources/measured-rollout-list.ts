import { Type } from 'typebox';
import { NotFound } from '../../domain/errors.ts';
import { findRollout } from '../../operations/rollouts/find-rollout.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { listRuns } from '../../store/rollout-runs.ts';
import { MeasuredRolloutCollection, MeasuredRolloutRep } from '../../wire/rest/automated-release.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { parseFilter } from '../filter.ts';
import { apiLink } from '../links.ts';
import { toMeasuredRolloutRep } from '../representations/automated-release.ts';

/** Guarded rollouts as older clients read them (docs/wire/guarded-rollouts.md, "Reading"). */
export function measuredRolloutListRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Automated releases (beta)'];
  const url = '/projects/:projectKey/flags/:flagKey';

  app.get(
    `${url}/measured-rollouts`,
    {
      config,
      schema: {
        summary: 'List guarded rollouts of a flag',
        tags,
        params: FlagParams,
        querystring: Type.Object({ filter: Type.Optional(Type.String({ description: 'environmentKey:production' })) }),
        response: { 200: MeasuredRolloutCollection },
      },
    },
    async ({ params, query, url: self }) => {
      const { environmentKey } = parseFilter(query.filter, ['environmentKey']);
      const project = await getProject(db, params.projectKey);
      const flag = await getFlag(db, project.id, params.flagKey);
      const wanted =
        environmentKey === undefined
          ? await listAllEnvironments(db, [project.id])
          : [await getEnvironment(db, project.id, environmentKey)];
      const runs = await listRuns(db, project.id, { flagId: flag.id, kind: 'guarded' });
      return {
        items: runs.flatMap((run) => {
          const environment = wanted.find(({ id }) => id === run.environmentId);
          return environment ? toMeasuredRolloutRep(run, { projectKey: project.key, flag, environment }) : [];
        }),
        _links: {
          self: { href: self, type: 'application/json' },
          parent: apiLink('flags', project.key, flag.key),
        },
      };
    },
  );

  app.get(
    `${url}/environments/:environmentKey/measured-rollouts/:rolloutId`,
    {
      config,
      schema: {
        summary: 'Get a guarded rollout',
        tags,
        params: Type.Object({ ...FlagParams.properties, environmentKey: Type.String(), rolloutId: Type.String() }),
        response: { 200: MeasuredRolloutRep },
      },
    },
    async ({ params }) => {
      const { project, run, ...view } = await findRollout(db, params);
      if (view.flag.key !== params.flagKey || run.plan.kind !== 'guarded')
        throw new NotFound('guarded rollout', run.id);
      return toMeasuredRolloutRep(run, { projectKey: project.key, ...view });
    },
  );
}
