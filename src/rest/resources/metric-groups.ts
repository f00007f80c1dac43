import { Type } from 'typebox';
import { specifier } from '../../domain/access/resource.ts';
import { METRIC_GROUP_ACTIONS, type MetricGroup } from '../../domain/metric-group.ts';
import type { Project } from '../../domain/project.ts';
import { metricGroups, metrics } from '../../operations/grouped-metrics.ts';
import { createMetricGroup, deleteMetricGroup, updateMetricGroup } from '../../operations/metric-groups.ts';
import { listGuardedRuns } from '../../operations/rollouts/metric-usage.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { MetricGroupCollection, MetricGroupPost, MetricGroupRep } from '../../wire/rest/metric-group.ts';
import type { RestApp } from '../app.ts';
import {
  booleanOf,
  type FilterFields,
  parseFilterExpression,
  type Term,
  textOf,
  textsOf,
} from '../filter-expression.ts';
import { contains, parseSorts, type Sort } from '../filter.ts';
import { apiLink } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toMetricGroupRep } from '../representations/metric-group.ts';

const GroupParams = Type.Object({
  ...ProjectParams.properties,
  metricGroupKey: Type.String({ description: 'The metric group key' }),
});
const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(
    Type.String({ description: 'query equals x, kind equals funnel, maintainerIds anyOf ["a"], hasConnections …' }),
  ),
  sort: Type.Optional(
    Type.String({ description: 'name, createdAt, connectionCount, several with commas; - before means descending' }),
  ),
});
const MAX_LIMIT = 50;
const SORTS = ['createdAt', 'name', 'connectionCount'] as const;

const FILTERS: FilterFields = {
  query: ['equals'],
  kind: ['equals'],
  maintainerIds: ['anyOf'],
  maintainerTeamKey: ['equals'],
  hasConnections: ['equals'],
  experimentStatus: ['equals'],
};

/** Metric groups of a project: list, create, read, JSON patch, delete. */
export function metricGroupRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Metrics (beta)'];
  const config = { isBeta: true };
  const path = '/projects/:projectKey/metric-groups';

  app.get(
    path,
    {
      config,
      schema: {
        summary: 'List metric groups',
        tags,
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: MetricGroupCollection },
      },
    },
    async ({ params, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, FILTERS);
      const sorts = parseSorts(query.sort, SORTS);
      const project = await getProject(db, params.projectKey);
      const all = await metricGroups.list(db, { projectId: project.id });
      const matches = all.filter((group) => isMeant((term) => isTrue(group, term))).toSorted(compareBy(sorts));
      const page = toPage(query, MAX_LIMIT);
      return {
        _links: { ...pageLinks(url, page, matches.length), parent: apiLink('projects', project.key) },
        totalCount: matches.length,
        items: [...(await represent(project, cutPage(matches, page)))],
      };
    },
  );

  app.post(
    path,
    {
      config,
      schema: {
        summary: 'Create a metric group',
        tags,
        params: ProjectParams,
        body: MetricGroupPost,
        response: { 201: MetricGroupRep },
      },
    },
    async ({ actor, params, body }, reply) => {
      const group = await createMetricGroup(deps, { actor, ...params, group: body });
      return reply.code(201).send(await representOne(await getProject(db, params.projectKey), group));
    },
  );

  app.get(
    `${path}/:metricGroupKey`,
    {
      config,
      schema: {
        summary: 'Get a metric group',
        tags,
        params: GroupParams,
        querystring: ExpandQuery,
        response: { 200: MetricGroupRep },
      },
    },
    async ({ actor, params, query }) => {
      const project = await getProject(db, params.projectKey);
      const group = await metricGroups.get(db, { projectId: project.id }, params.metricGroupKey);
      const expand = new Set(query.expand?.split(','));
      const resource = specifier.inProject(project, 'metric-group', group);
      const actions = [...Object.values(METRIC_GROUP_ACTIONS), 'deleteMetricGroup'];
      return {
        ...(await representOne(project, group)),
        // There are no experiments.
        ...(expand.has('experiments') && { experiments: [] }),
        ...(expand.has('experimentCount') && { experimentCount: 0 }),
        ...(wantsAccess(query.expand) && { _access: toAccessRep(actor, resource, actions) }),
      };
    },
  );

  app.patch(
    `${path}/:metricGroupKey`,
    {
      config,
      schema: {
        summary: 'Update a metric group by JSON patch',
        tags,
        params: GroupParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: MetricGroupRep },
      },
    },
    async ({ actor, params, body }) => {
      const group = await updateMetricGroup(deps, { actor, ...params, patch: parseJsonPatch(body) });
      return representOne(await getProject(db, params.projectKey), group);
    },
  );

  app.delete(
    `${path}/:metricGroupKey`,
    {
      config,
      schema: { summary: 'Delete a metric group', tags, params: GroupParams, response: { 204: Type.Null() } },
    },
    async ({ actor, params }, reply) => {
      await deleteMetricGroup(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function represent(project: Project, groups: readonly MetricGroup[]): Promise<readonly MetricGroupRep[]> {
    const known = await metrics.list(db, { projectId: project.id });
    const view = {
      projectKey: project.key,
      metrics: new Map(known.map((metric) => [metric.key, metric])),
      runs: await listGuardedRuns(db, project.id, 'open'),
      members: await findMembers(
        db,
        groups.flatMap(({ maintainerId }) => maintainerId ?? []),
      ),
    };
    return groups.map((group) => toMetricGroupRep(group, view));
  }

  async function representOne(project: Project, group: MetricGroup): Promise<MetricGroupRep> {
    const [answer] = await represent(project, [group]);
    return answer as MetricGroupRep;
  }
}

function isTrue(group: MetricGroup, term: Term): boolean {
  switch (term.field) {
    case 'query':
      return textsOf(term).some((text) => contains(text, group.key, group.name));
    case 'kind':
      return group.kind === textOf(term);
    case 'maintainerIds':
      return textsOf(term).includes(group.maintainerId ?? '');
    case 'hasConnections':
      return !booleanOf(term);
    default:
      // No team maintains a group, and no experiment has one.
      return false;
  }
}

/** Nothing has connections, so that all groups are alike by their number. */
function compareBy(sorts: readonly Sort<(typeof SORTS)[number]>[]): (left: MetricGroup, right: MetricGroup) => number {
  return (left, right) => {
    for (const { by, sign } of sorts) {
      const order = by === 'name' ? left.name.localeCompare(right.name) : left.createdAt - right.createdAt;
      if (by !== 'connectionCount' && order !== 0) return sign * order;
    }
    return left.createdAt - right.createdAt || left.key.localeCompare(right.key);
  };
}
