import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView } from '../../domain/access/can.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { metrics } from '../../operations/grouped-metrics.ts';
import type { Deps } from '../../operations/write.ts';
import type { Db } from '../../store/database.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { listProjects } from '../../store/projects.ts';
import { listFlagTags } from '../../store/flag-indexes.ts';
import { listSegments } from '../../store/segments.ts';
import { Links, PageQuery } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';

const Query = Type.Object({
  ...PageQuery.properties,
  kind: Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String())], {
      description: 'flag, project, environment, segment, metric',
    }),
  ),
  pre: Type.Optional(Type.String({ description: 'What tags begin with' })),
  archived: Type.Optional(Type.Boolean({ description: 'Whether tags of archived flags count' })),
});
const TagCollection = Type.Object({ _links: Links, totalCount: Type.Integer(), items: Type.Array(Type.String()) });
const MAX_LIMIT = 1_000;

interface Scope {
  readonly db: Db;
  readonly projectIds: readonly string[];
  readonly projectTags: readonly string[];
  readonly withArchived: boolean;
}

/** The tags of each kind of thing in the projects that the caller may view. */
const KINDS: Readonly<Record<string, (scope: Scope) => Promise<readonly string[]>>> = {
  project: async ({ projectTags }) => projectTags,
  environment: async ({ db, projectIds }) => (await listAllEnvironments(db, projectIds)).flatMap(({ tags }) => tags),
  flag: ({ db, projectIds, withArchived }) => listFlagTags(db, projectIds, withArchived),
  segment: async ({ db, projectIds }) => {
    const environments = await listAllEnvironments(db, projectIds);
    const segments = await Promise.all(environments.map(({ id }) => listSegments(db, id)));
    return segments.flat().flatMap(({ tags }) => tags);
  },
  metric: async ({ db, projectIds }) => {
    const all = await Promise.all(projectIds.map((projectId) => metrics.list(db, { projectId })));
    return all.flat().flatMap(({ tags }) => tags);
  },
};

/** The tags in use, sorted. */
export function tagRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/tags',
    { schema: { summary: 'List tags', tags: ['Tags'], querystring: Query, response: { 200: TagCollection } } },
    async ({ actor, query, url }) => {
      const { pre = '', archived = false } = query;
      const kinds = query.kind === undefined ? Object.keys(KINDS) : [query.kind].flat();
      const scope = await loadScope(actor, archived);
      const tags = (await Promise.all(kinds.map((kind) => tagsOf(kind, scope)))).flat();
      const matches = [...new Set(tags)].filter((tag) => tag.toLowerCase().startsWith(pre.toLowerCase())).toSorted();
      const page = toPage({ ...query, limit: query.limit || MAX_LIMIT }, MAX_LIMIT);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: [...cutPage(matches, page)],
      };
    },
  );

  async function loadScope(actor: Caller, withArchived: boolean): Promise<Scope> {
    const projects = (await listProjects(db)).filter((project) => canView(actor, project));
    return {
      db,
      projectIds: projects.map(({ id }) => id),
      projectTags: projects.flatMap(({ tags }) => tags),
      withArchived,
    };
  }
}

/** @throws InvalidRequest for an unknown kind */
async function tagsOf(kind: string, scope: Scope): Promise<readonly string[]> {
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!read) throw new InvalidRequest(`kind: expected one of ${Object.keys(KINDS).join(', ')}, got ${show(kind)}`);
  return read(scope);
}
