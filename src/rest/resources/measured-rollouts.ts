import { type Static, Type } from 'typebox';
import { attachedMetricKeys, attachMetrics } from '../../operations/attached-metrics.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { Links } from '../../wire/rest/common.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';

const MeasuredRolloutPut = Type.Object({
  metricKeys: Type.Array(Type.String(), { description: 'Metrics that take the place of those that were attached' }),
});

const MeasuredRolloutRep = Type.Object(
  { metricKeys: Type.Array(Type.String()), _links: Links },
  { description: 'The metrics that guarded rollouts of a flag are judged by' },
);

/** The metrics that are attached to a flag for guarded rollouts. */
export function measuredRolloutRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const url = '/projects/:projectKey/flags/:flagKey/measured-rollout-configuration';
  const config = { isBeta: true };
  const tags = ['Releases (beta)'];

  app.get(
    url,
    {
      config,
      schema: {
        summary: 'Get the metrics of guarded rollouts of a flag',
        tags,
        params: FlagParams,
        response: { 200: MeasuredRolloutRep },
      },
    },
    async ({ params }) => {
      const project = await getProject(db, params.projectKey);
      const flag = await getFlag(db, project.id, params.flagKey);
      return toRep(params, await attachedMetricKeys(db, flag.id));
    },
  );

  app.put(
    url,
    {
      config,
      schema: {
        summary: 'Set the metrics of guarded rollouts of a flag',
        tags,
        params: FlagParams,
        body: MeasuredRolloutPut,
        response: { 200: MeasuredRolloutRep },
      },
    },
    async ({ actor, params, body }) => toRep(params, await attachMetrics(deps, { actor, ...params, body })),
  );
}

function toRep(
  { projectKey, flagKey }: Static<typeof FlagParams>,
  metricKeys: readonly string[],
): Static<typeof MeasuredRolloutRep> {
  return {
    metricKeys: [...metricKeys],
    _links: {
      self: apiLink('projects', projectKey, 'flags', flagKey, 'measured-rollout-configuration'),
      parent: apiLink('flags', projectKey, flagKey),
    },
  };
}
