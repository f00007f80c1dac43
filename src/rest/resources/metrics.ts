import { type Static, Type } from 'typebox';
import type { MemberSummary as Member } from '../../domain/access/actor.ts';
import { specifier } from '../../domain/access/resource.ts';
import { type Metric, METRIC_ACTIONS } from '../../domain/metric.ts';
import type { Project } from '../../domain/project.ts';
import { createMetric, deleteMetric, metrics, updateMetric } from '../../operations/metrics.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { AccessRep, ExpandQuery } from '../../wire/rest/access.ts';
import { Link, Links, MemberSummary, PageQuery, ProjectParams, UnixMillis } from '../../wire/rest/common.ts';
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
import { apiLink, pageLink } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toMemberSummary } from '../representations/member.ts';

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

const MetricPost = Type.Object(
  {
    key: Type.String({ description: 'Unique in the project; never changes' }),
    kind: Type.String({ description: 'custom, click or pageview; never changes' }),
  },
  { additionalProperties: true, description: 'A new metric' },
);

const MetricRep = Type.Object(
  {
    _links: Links,
    _site: Link,
    _id: Type.String(),
    _versionId: Type.String(),
    _version: Type.Integer(),
    _creationDate: UnixMillis,
    lastModified: Type.Object({ date: Type.String({ description: 'RFC 3339' }) }),
    key: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    description: Type.String(),
    tags: Type.Array(Type.String()),
    isNumeric: Type.Boolean(),
    unit: Type.Optional(Type.String()),
    eventKey: Type.Optional(Type.String()),
    successCriteria: Type.String(),
    selector: Type.Optional(Type.String()),
    urls: Type.Optional(Type.Array(Type.Unknown())),
    randomizationUnits: Type.Array(Type.String()),
    unitAggregationType: Type.String(),
    analysisType: Type.String(),
    percentileValue: Type.Optional(Type.Integer()),
    eventDefault: Type.Object({ disabled: Type.Boolean(), value: Type.Number() }),
    filters: Type.Optional(Type.Unknown()),
    maintainerId: Type.Optional(Type.String()),
    _maintainer: Type.Optional(MemberSummary),
    archived: Type.Boolean(),
    isActive: Type.Boolean(),
    _attachedFlagCount: Type.Integer(),
    experimentCount: Type.Integer(),
    metricGroupCount: Type.Integer(),
    activeGuardedRolloutCount: Type.Integer(),
    dataSource: Type.Object({ key: Type.String() }),
    _access: Type.Optional(AccessRep),
  },
  { description: 'What is measured of those who are served a variation' },
);
const MetricCollection = Type.Object({ _links: Links, totalCount: Type.Integer(), items: Type.Array(MetricRep) });

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
      const matches = all.filter((metric) => isMeant((term) => isTrue(metric, term)));
      const page = toPage(query, MAX_LIMIT);
      const shown = cutPage(matches.toSorted(compareBy(sort)), page);
      const members = await findMaintainers(shown);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: shown.map((metric) => toRep(project, metric, members)),
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
      return reply.code(201).send(toRep(project, metric, await findMaintainers([metric])));
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
      const actions = [...Object.values(METRIC_ACTIONS), 'deleteMetric'];
      return {
        ...toRep(project, metric, await findMaintainers([metric])),
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
      return toRep(await getProject(db, params.projectKey), metric, await findMaintainers([metric]));
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
}

function toRep(project: Project, metric: Metric, members: ReadonlyMap<string, Member>): Static<typeof MetricRep> {
  const { unit, eventKey, selector, percentileValue, filters, maintainerId } = metric;
  const maintainer = members.get(maintainerId ?? '');
  return {
    _links: { self: apiLink('metrics', project.key, metric.key), parent: apiLink('metrics', project.key) },
    _site: pageLink('experiments', 'metrics', metric.key, 'edit'),
    _id: metric.id,
    _versionId: metric.versionId,
    _version: metric.version,
    _creationDate: metric.createdAt,
    lastModified: { date: new Date(metric.lastModified).toISOString() },
    key: metric.key,
    name: metric.name,
    kind: metric.kind,
    description: metric.description,
    tags: [...metric.tags],
    isNumeric: metric.isNumeric,
    ...(unit !== undefined && { unit }),
    ...(eventKey !== undefined && { eventKey }),
    successCriteria: metric.successCriteria,
    ...(selector !== undefined && { selector }),
    ...(metric.urls.length > 0 && { urls: [...metric.urls] }),
    randomizationUnits: [...metric.randomizationUnits],
    unitAggregationType: metric.unitAggregationType,
    analysisType: metric.analysisType,
    ...(percentileValue !== undefined && { percentileValue }),
    eventDefault: { ...metric.eventDefault },
    ...(filters !== undefined && { filters }),
    ...(maintainerId !== undefined && { maintainerId }),
    ...(maintainer && { _maintainer: toMemberSummary(maintainer) }),
    archived: metric.archived,
    isActive: false,
    _attachedFlagCount: 0,
    experimentCount: 0,
    metricGroupCount: 0,
    activeGuardedRolloutCount: 0,
    dataSource: { key: 'launchdarkly-hosted' },
  };
}

function isTrue(metric: Metric, term: Term): boolean {
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
      return !booleanOf(term);
    default:
      // Nothing uses metrics yet.
      return textOf(term) === 'none';
  }
}

function compareBy({ by, sign }: Sort<(typeof SORTS)[number]>): (left: Metric, right: Metric) => number {
  return by === 'name'
    ? (left, right) => sign * left.name.localeCompare(right.name) || left.key.localeCompare(right.key)
    : (left, right) => sign * (left.createdAt - right.createdAt) || left.key.localeCompare(right.key);
}
