import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { granularityOf, isTimeZone, sliceStarts } from '../../domain/time-slices.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { findEvaluationCounts } from '../../store/evaluation-counts.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentFlagParams } from '../../wire/rest/dependent-flag.ts';
import { EvaluationUsage, UsageQuery } from '../../wire/rest/evaluation-usage.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { toUsage } from '../representations/evaluation-usage.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_SPAN_MS = 30 * DAY_MS;

/** How often flags are evaluated (docs/wire/usage.md). */
export function evaluationUsageRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/usage/evaluations/:projectKey/:environmentKey/:flagKey',
    {
      config: { isBeta: true },
      schema: {
        summary: 'Get how often a flag was evaluated',
        tags: ['Account usage (beta)'],
        params: EnvironmentFlagParams,
        querystring: UsageQuery,
        response: { 200: EvaluationUsage },
      },
    },
    async (request) => {
      const { projectKey, environmentKey, flagKey } = request.params;
      const now = deps.clock.now();
      const { from, to, timeZone } = readSpan(request.query, now);
      const project = await getProject(db, projectKey);
      const environment = await getEnvironment(db, project.id, environmentKey);
      const flag = await getFlag(db, project.id, flagKey);
      const { evaluationDays } = deps.limits;
      const oldest = evaluationDays === 0 ? 0 : now - evaluationDays * DAY_MS;
      const starts = sliceStarts({
        from: Math.max(from, flag.createdAt, oldest),
        to: Math.min(to, now),
        granularity: granularityOf(from, now),
        timeZone,
      });
      const first = starts[0] ?? to;
      const counts = await findEvaluationCounts(db, { environmentId: environment.id, flagKey, from: first, to });
      return {
        _links: { self: apiLink('usage', 'evaluations', projectKey, environmentKey, flagKey) },
        ...toUsage(flag, starts, counts),
      };
    },
  );
}

function readSpan(query: UsageQuery, now: number): { from: number; to: number; timeZone: string } {
  const to = readTime('to', query.to) ?? now;
  const from = readTime('from', query.from) ?? now - DEFAULT_SPAN_MS;
  const { tz: timeZone = 'UTC' } = query;
  if (from > to) throw new InvalidRequest(`from: expected a time before ${to}, got ${from}`);
  if (!isTimeZone(timeZone)) throw new InvalidRequest(`tz: expected a time zone, got ${show(timeZone)}`);
  return { from, to, timeZone };
}

function readTime(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidRequest(`${field}: expected a time in Unix milliseconds, got ${show(text)}`);
}
