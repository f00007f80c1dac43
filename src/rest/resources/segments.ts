import { type Static, Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { specifier } from '../../domain/access/resource.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { createSegment } from '../../operations/segments/create-segment.ts';
import { deleteSegment } from '../../operations/segments/delete-segment.ts';
import { updateSegment } from '../../operations/segments/update-segment.ts';
import type { Deps } from '../../operations/write.ts';
import { countBigSegmentKeys } from '../../store/big-segments.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { findFlagsOfSegment, getSegment, listSegments } from '../../store/segments.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { EnvironmentParams, PageQuery } from '../../wire/rest/common.ts';
import { SegmentCollection, SegmentParams, SegmentPost, SegmentRep } from '../../wire/rest/segment.ts';
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
import { cutPage, pageLinks, toPageSince } from '../paging.ts';
import { parsePatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { type SegmentView, toSegmentRep } from '../representations/segment.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(
    Type.String({ description: 'query equals x, tags anyOf ["a"], includedKeys anyOf ["k"], unbounded equals true' }),
  ),
  sort: Type.Optional(Type.String({ description: 'creationDate, name or lastModified; - before it means descending' })),
});
const PatchQuery = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: 'Go through all checks, but store nothing' })),
});

const FILTERS: FilterFields = {
  query: ['equals'],
  tags: ['anyOf', 'contains'],
  includedKeys: ['anyOf'],
  excludedKeys: ['anyOf'],
  unbounded: ['equals'],
  external: ['exists'],
};
const SORTS = ['creationDate', 'name', 'lastModified'] as const;

const ACTIONS = [
  'updateName',
  'updateDescription',
  'updateTags',
  'updateIncluded',
  'updateExcluded',
  'updateRules',
  'updateExpiringTargets',
  'deleteSegment',
];

/** Segments of an environment: list, create, read, patch in all formats, delete. */
export function segmentRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Segments'];
  const path = '/segments/:projectKey/:environmentKey';

  app.get(
    path,
    {
      schema: {
        summary: 'List segments',
        tags,
        params: EnvironmentParams,
        querystring: ListQuery,
        response: { 200: SegmentCollection },
      },
    },
    async ({ actor, apiVersion, params, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, FILTERS);
      const sort = parseSort(query.sort, SORTS, 'creationDate');
      const { environment } = await loadPlace(params);
      const matches = (await listSegments(db, environment.id)).filter((segment) =>
        isMeant((term) => isTrue(segment, term)),
      );
      const page = toPageSince(20240415, apiVersion, query);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: await Promise.all(
          cutPage(matches.toSorted(compareBy(sort)), page).map((segment) => toRep(actor, params, segment, query)),
        ),
      };
    },
  );

  app.post(
    path,
    {
      schema: {
        summary: 'Create a segment',
        tags,
        params: EnvironmentParams,
        body: SegmentPost,
        response: { 201: SegmentRep },
      },
    },
    async ({ actor, params, body }, reply) => {
      const segment = await createSegment(deps, { actor, ...params, segment: body });
      return reply.code(201).send(await toRep(actor, params, segment));
    },
  );

  app.get(
    `${path}/:segmentKey`,
    {
      schema: {
        summary: 'Get a segment',
        tags,
        params: SegmentParams,
        querystring: ExpandQuery,
        response: { 200: SegmentRep },
      },
    },
    async ({ actor, params, query }) => {
      const { environment } = await loadPlace(params);
      const segment = await getSegment(db, environment.id, params.segmentKey);
      const flags = (await findFlagsOfSegment(db, environment.id, segment.key)).filter(({ isArchived }) => !isArchived);
      return toRep(actor, params, segment, query, flags);
    },
  );

  app.patch(
    `${path}/:segmentKey`,
    {
      schema: {
        summary: 'Update a segment by semantic patch, JSON patch or merge patch',
        tags,
        params: SegmentParams,
        querystring: PatchQuery,
        body: Type.Unknown({ description: 'A patch' }),
        response: { 200: SegmentRep },
      },
    },
    async ({ actor, params, headers, body, query }) => {
      const patch = parsePatch(headers['content-type'], body);
      const segment = await updateSegment(deps, { actor, ...params, ...patch, isDryRun: query.dryRun });
      return toRep(actor, params, segment);
    },
  );

  app.delete(
    `${path}/:segmentKey`,
    { schema: { summary: 'Delete a segment', tags, params: SegmentParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteSegment(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function loadPlace({ projectKey, environmentKey }: Static<typeof EnvironmentParams>) {
    const project = await getProject(db, projectKey);
    return { project, environment: await getEnvironment(db, project.id, environmentKey) };
  }

  async function toRep(
    actor: Caller,
    params: Static<typeof EnvironmentParams>,
    segment: Segment,
    query: Static<typeof ExpandQuery> = {},
    flags?: SegmentView['flags'],
  ): Promise<Static<typeof SegmentRep>> {
    const counts = segment.isUnbounded ? await countBigSegmentKeys(db, segment.id) : undefined;
    const view = { ...params, counts, ...(flags && { flags }) };
    if (!wantsAccess(query.expand)) return toSegmentRep(segment, view);
    const { project, environment } = await loadPlace(params);
    const access = toAccessRep(actor, specifier.segment(project, environment, segment), ACTIONS);
    return toSegmentRep(segment, { ...view, access });
  }
}

function isTrue(segment: Segment, term: Term): boolean {
  switch (term.field) {
    case 'query':
      return contains(textOf(term), segment.key, segment.name);
    case 'tags':
      return term.operator === 'anyOf'
        ? textsOf(term).some((tag) => segment.tags.includes(tag))
        : textsOf(term).every((tag) => segment.tags.includes(tag));
    case 'includedKeys':
    case 'excludedKeys': {
      const keys = new Set(
        segment[term.field === 'includedKeys' ? 'included' : 'excluded'].flatMap(({ values }) => values),
      );
      return textsOf(term).some((key) => keys.has(key));
    }
    case 'unbounded':
      return segment.isUnbounded === booleanOf(term);
    default:
      // No segment comes from elsewhere.
      return !booleanOf(term);
  }
}

function compareBy({ by, sign }: Sort<(typeof SORTS)[number]>): (left: Segment, right: Segment) => number {
  const compare: Record<typeof by, (left: Segment, right: Segment) => number> = {
    name: (left, right) => left.name.localeCompare(right.name),
    creationDate: (left, right) => left.createdAt - right.createdAt,
    lastModified: (left, right) => left.lastModified - right.lastModified,
  };
  return (left, right) => sign * compare[by](left, right) || left.key.localeCompare(right.key);
}
