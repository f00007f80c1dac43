import { Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import { MAX_GUARDED_ALLOCATION } from '../../domain/rollout/plan.ts';
import { findRollout, requireMetric } from '../../operations/rollouts/find-rollout.ts';
import { recommendDuration } from '../../operations/rollouts/recommend-duration.ts';
import type { Deps } from '../../operations/write.ts';
import { listEvaluatedKinds } from '../../store/evaluations.ts';
import { summarizeMeasurements } from '../../store/measurements.ts';
import { listLooks } from '../../store/rollout-runs.ts';
import { DiagnosticsRep, LookCollection, MetricResultRep } from '../../wire/rest/automated-release.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { listWords } from '../flag-query.ts';
import { apiLink } from '../links.ts';
import { toMetricResultRep } from '../representations/automated-release.ts';
import { AutomatedReleaseParams } from './automated-releases.ts';

/** What automated releases have measured, and how long they should take (docs/wire/guarded-rollouts.md, "Reading"). */
export function automatedReleaseResultRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Automated releases (beta)'];
  const inEnvironment = '/projects/:projectKey/environments/:environmentKey/automated-releases';

  app.get(
    '/projects/:projectKey/flags/:flagKey/environments/:environmentKey/automated-releases/:rolloutId/metric-results/:metricKey',
    {
      config,
      schema: {
        summary: 'Get what was measured of a metric',
        tags,
        params: Type.Object({
          ...AutomatedReleaseParams.properties,
          flagKey: Type.String({ description: 'The flag key' }),
          metricKey: Type.String(),
        }),
        response: { 200: MetricResultRep },
      },
    },
    async ({ params }) => {
      const { run } = await findRollout(db, params);
      const { key, verdict } = requireMetric(run, params.metricKey);
      return toMetricResultRep(key, verdict, run);
    },
  );

  app.get(
    `${inEnvironment}/:rolloutId/looks`,
    {
      config,
      schema: {
        summary: 'Get what was seen from look to look',
        tags,
        params: AutomatedReleaseParams,
        response: { 200: LookCollection },
      },
    },
    async ({ params, originalUrl }) => {
      const { project, environment, run } = await findRollout(db, params);
      const looks = await listLooks(db, run.id);
      return {
        items: looks.map((look) => ({
          at: look.at,
          stageIndex: look.stageIndex,
          units: { ...look.units },
          metrics: look.verdicts.map(({ key, verdict }) => toMetricResultRep(key, verdict, look)),
        })),
        _links: {
          self: { href: originalUrl, type: 'application/json' },
          parent: apiLink('projects', project.key, 'environments', environment.key, 'automated-releases', run.id),
        },
      };
    },
  );

  app.get(
    `${inEnvironment}/:rolloutId/diagnostics`,
    {
      config,
      schema: {
        summary: 'Get whether anything arrives for an automated release',
        tags,
        params: AutomatedReleaseParams,
        response: { 200: DiagnosticsRep },
      },
    },
    async ({ params }) => {
      const { environment, run, flag } = await findRollout(db, params);
      const kinds = await listEvaluatedKinds(db, environment.id, flag);
      const received = await summarizeMeasurements(db, run.id);
      return {
        id: run.id,
        flag: {
          key: flag.key,
          contextKinds: kinds.map(({ kind, lastRequestedAt }) => ({ kind, lastReceivedMs: lastRequestedAt })),
        },
        metrics: run.metrics.map(({ key, status, definition: { eventKey } }) => {
          const { units, firstAt } = received.get(eventKey ?? '') ?? { units: 0 };
          return {
            key,
            ...(eventKey !== undefined && { eventKey }),
            status,
            units,
            ...(firstAt !== undefined && { firstReceivedMs: firstAt }),
          };
        }),
      };
    },
  );

  app.get(
    `${inEnvironment}/recommended-duration`,
    {
      config,
      schema: {
        summary: 'Get how long a guarded rollout should be watched',
        tags,
        params: EnvironmentParams,
        querystring: Type.Object({
          metricKeys: Type.Optional(
            Type.Union([Type.String(), Type.Array(Type.String())], { description: 'Comma list; may be repeated' }),
          ),
          contextKind: Type.Optional(Type.String({ description: 'user when absent' })),
          finalStageAllocation: Type.Optional(
            Type.Integer({ description: 'Thousandths of a percent, up to 50000, which it is when absent' }),
          ),
          flagKey: Type.Optional(Type.String()),
        }),
        response: { 200: Type.Object({ milliseconds: Type.Integer() }) },
      },
    },
    async ({ params, query }) => {
      const { contextKind = 'user', finalStageAllocation: finalAllocation = MAX_GUARDED_ALLOCATION, flagKey } = query;
      if (finalAllocation < 1 || finalAllocation > MAX_GUARDED_ALLOCATION) {
        throw new InvalidRequest(
          `finalStageAllocation: expected thousandths of a percent from 1 to ${MAX_GUARDED_ALLOCATION}, got ${finalAllocation}`,
        );
      }
      const metricKeys = listWords(query.metricKeys);
      const request = { ...params, metricKeys, contextKind, finalAllocation, flagKey };
      return { milliseconds: await recommendDuration(db, request, deps.clock.now()) };
    },
  );
}
