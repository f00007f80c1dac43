import { Type } from 'typebox';
import { specifier } from '../../domain/access/resource.ts';
import { type Metric, METRIC_ACTIONS } from '../../domain/metric.ts';
import type { Project } from '../../domain/project.ts';
import { flagsByMetric } from '../../operations/attached-metrics.ts';
import { groupsOf, metricGroups, metrics } from '../../operations/grouped-metrics.ts';
import { createMetric, deleteMetric, updateMetric } from '../../operations/metrics.ts';
import { listGuardedRuns, runsOfMetric } from '../../operations/rollouts/metric-usage.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { MetricCollection, MetricPost, MetricRep } from '../../wire/rest/metric.ts';
import type { RestApp } from '../app.ts';
import { contains, parseSort, type Sort } from '../filter.ts';
import {
  booleanOf,
  type FilterFields,
  parseFilterExpression,
  type Term,
  textOf,
  textsOf,
} from '../filter-expression.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toFlagListing, toGroupSummary, toMetricRep } from '../representations/metric.ts';
import { rolloutViews } from '../metric-rollouts.ts';

const MetricParams = Type.Object({
  ...ProjectParams.properties,
  metricKey: Type.String({ description: 'The metric key' }),
});
const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(
    Type.String({
      description: 'query equals x, tags contains ["a"], eventKind equals custom, isNumeric equals true …',
    }),
  ),
  sort: Type.Optional(Type.String({ description: 'createdAt or name; - before it means descending' })),
});
const MAX_LIMIT = 50;
const SORTS = ['createdAt', 'name'] as const;

const FILTERS: FilterFields = {
  query: ['equals'],
  tags: ['contains', 'anyOf'],
  eventKind: ['equals'],
  isNumeric: ['equals'],
  unitAggregationType: ['equals'],
  maintainerIds: ['anyOf'],
  hasConnections: ['equals'],
  metricUsedIn: ['equals'],
};

/** Metrics of a project: list, create, read, JSON patch, delete. */
export function metricRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Metrics'];

  app.get(
    '/metrics/:projectKey',
    {
      schema: {
        summary: 'List metrics',
        tags,
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: MetricCollection },
      },
    },
    async ({ params, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, FILTERS);
      const sort = parseSort(query.sort, SORTS, 'createdAt');
      const project = await getProject(db, params.projectKey);
      const all = await metrics.list(db, { projectId: project.id });
      const runs = await listGuardedRuns(db, project.id, query.filter || query.expand ? 'all' : 'open');
      const used = new Set(runs.flatMap((run) => run.metrics.map(({ key }) => key)));
      const matches = all.filter((metric) => isMeant((term) => isTrue(metric, term, used)));
      const page = toPage(query, MAX_LIMIT);
      const shown = cutPage(matches.toSorted(compareBy(sort)), page);
      const members = await findMaintainers(shown);
      const groups = await metricGroups.list(db, { projectId: project.id });
      const flags = await flagsByMetric(db, project.id);
      const rollouts = await rolloutViews(db, project, runs, query.expand);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: shown.map((metric) => ({
          ...toMetricRep(project, metric, { members, groups, runs, flags }),
          ...rollouts(metric.key),
        })),
      };
    },
  );

  app.post(
    '/metrics/:projectKey',
    {
      schema: {
        summary: 'Create a metric',
        tags,
        params: ProjectParams,
        body: MetricPost,
        response: { 201: MetricRep },
      },
    },
    async ({ actor, params, body }, reply) => {
      const metric = await createMetric(deps, { actor, ...params, metric: body });
      const project = await getProject(db, params.projectKey);
      return reply.code(201).send(await represent(project, metric));
    },
  );

  app.get(
    '/metrics/:projectKey/:metricKey',
    {
      schema: {
        summary: 'Get a metric',
        tags,
        params: MetricParams,
        querystring: ExpandQuery,
        response: { 200: MetricRep },
      },
    },
    async ({ actor, params, query }) => {
      const project = await getProject(db, params.projectKey);
      const metric = await metrics.get(db, { projectId: project.id }, params.metricKey);
      const resource = specifier.inProject(project, 'metric', metric);
      const runs = runsOfMetric(await listGuardedRuns(db, project.id, query.expand ? 'all' : 'open'), metric.key);
      const rollouts = await rolloutViews(db, project, runs, query.expand);
      const actions = [...Object.values(METRIC_ACTIONS), 'deleteMetric'];
      const flags = (await flagsByMetric(db, project.id)).get(metric.key);
      return {
        ...(await represent(project, metric)),
        ...rollouts(metric.key),
        ...(flags && { _attachedFeatures: flags.map((flag) => toFlagListing(project, flag)) }),
        ...(query.expand?.split(',').includes('metricGroups') && {
          metricGroups: (await groupsOf(db, project.id, metric.key)).map((group) => toGroupSummary(project, group)),
        }),
        ...(wantsAccess(query.expand) && { _access: toAccessRep(actor, resource, actions) }),
      };
    },
  );

  app.patch(
    '/metrics/:projectKey/:metricKey',
    {
      schema: {
        summary: 'Update a metric by JSON patch',
        tags,
        params: MetricParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: MetricRep },
      },
    },
    async ({ actor, params, body }) => {
      const metric = await updateMetric(deps, { actor, ...params, patch: parseJsonPatch(body) });
      return represent(await getProject(db, params.projectKey), metric);
    },
  );

  app.delete(
    '/metrics/:projectKey/:metricKey',
    { schema: { summary: 'Delete a metric', tags, params: MetricParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteMetric(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  const findMaintainers = (shown: readonly Metric[]) =>
    findMembers(
      db,
      shown.flatMap(({ maintainerId }) => maintainerId ?? []),
    );

  async function represent(project: Project, metric: Metric): Promise<MetricRep> {
    const groups = await metricGroups.list(db, { projectId: project.id });
    const runs = await listGuardedRuns(db, project.id, 'open');
    const flags = await flagsByMetric(db, project.id);
    return toMetricRep(project, metric, { members: await findMaintainers([metric]), groups, runs, flags });
  }
}

/** @param used the keys of metrics that guarded rollouts are or were judged by */
function isTrue(metric: Metric, term: Term, used: ReadonlySet<string>): boolean {
  switch (term.field) {
    case 'query':
      return contains(textOf(term), metric.key, metric.name);
    case 'tags':
      return textsOf(term)[term.operator === 'anyOf' ? 'some' : 'every']((tag) => metric.tags.includes(tag));
    case 'eventKind':
      return metric.kind === textOf(term);
    case 'isNumeric':
      return metric.isNumeric === booleanOf(term);
    case 'unitAggregationType':
      return metric.unitAggregationType === textOf(term);
    case 'maintainerIds':
      return textsOf(term).includes(metric.maintainerId ?? '');
    case 'hasConnections':
      return booleanOf(term) === used.has(metric.key);
    default:
      return used.has(metric.key) ? ['any', 'guarded_rollouts'].includes(textOf(term)) : textOf(term) === 'none';
  }
}

function compareBy({ by, sign }: Sort<(typeof SORTS)[number]>): (left: Metric, right: Metric) => number {
  return by === 'name'
    ? (left, right) => sign * left.name.localeCompare(right.name) || left.key.localeCompare(right.key)
    : (left, right) => sign * (left.createdAt - right.createdAt) || left.key.localeCompare(right.key);
}
