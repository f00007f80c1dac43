import { Type } from 'typebox';
import type { Environment } from '../../domain/environment.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { differsBetweenEnvironments } from '../../domain/flag/config-comparison.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { flagStatus } from '../../domain/flag/status.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { evaluatedAt, findEvaluations } from '../../store/evaluations.ts';
import { type FlagListRequest, type FlagSort, listFlags, listMatchingFlags } from '../../store/flag-list.ts';
import type { Page, PageRequest } from '../../store/paging.ts';
import { getProject } from '../../store/projects.ts';
import { PageQuery, ProjectParams } from '../../wire/rest/common.ts';
import { FlagCollection } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { parseSorts } from '../filter.ts';
import { type ParsedFlagFilter, parseFlagFilter } from '../flag-filter.ts';
import { EnvQuery, ExpandQuery, listWords, pickEnvironments } from '../flag-query.ts';
import { loadCodeReferences, loadEvaluatedKinds, loadNeighbours } from '../flag-views.ts';
import { cutPage, pageLinks, toPageSince } from '../paging.ts';
import { toFlagRep } from '../representations/flag.ts';

const ListQuery = Type.Object({
  ...PageQuery.properties,
  env: EnvQuery,
  summary: Type.Optional(
    Type.Boolean({ description: 'false shows whole configurations of the environments in env; true when absent' }),
  ),
  filter: Type.Optional(Type.String({ description: 'field:value, commas mean and' })),
  tag: Type.Optional(Type.String({ description: 'Older form of filter=tags:' })),
  query: Type.Optional(Type.String({ description: 'Short form of filter=query:' })),
  archived: Type.Optional(Type.Boolean({ description: 'Older form of filter=state:archived' })),
  sort: Type.Optional(Type.String({ description: 'Comma list of fields, - before one turns it round' })),
  compare: Type.Optional(
    Type.Boolean({ description: 'Versions before 20240415: only flags that differ between environments' }),
  ),
  expand: ExpandQuery,
});

const SORT_FIELDS = ['creationDate', 'key', 'maintainerId', 'name', 'tags', 'targetingModifiedDate', 'type'] as const;

/** Since this version lists are paged unless asked otherwise, and show only environments that are asked for. */
const SPARING_VERSION = 20240415;

/** The list of flags, with its filters, sorts and pages. */
export function flagListRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  app.get(
    '/flags/:projectKey',
    {
      schema: {
        summary: 'List flags',
        tags: ['Feature flags'],
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: FlagCollection },
      },
    },
    async (request) => {
      const { query } = request;
      const isSparing = request.apiVersion.version >= SPARING_VERSION;
      const project = await getProject(db, request.params.projectKey);
      const all = await listAllEnvironments(db, [project.id]);
      const parsed = parseFlagFilter(query, all, deps.clock.now());
      const named = pickEnvironments(all, query.env) ?? [];
      const shown = shownEnvironments(all, named, parsed.environment, isSparing);
      const sorts = parseSorts(query.sort, SORT_FIELDS);
      const isCompared = query.compare === true && !isSparing;
      const page = toPageSince(SPARING_VERSION, request.apiVersion, query);
      const list: FlagListRequest = {
        projectId: project.id,
        filter: parsed.filter,
        sorts,
        sortEnvironmentId: sortEnvironment(sorts, listWords(query.env)[0], all)?.id,
        environmentIds: (shown ?? []).map(({ id }) => id),
      };
      const compared = named.length > 0 ? named : all;
      const flags = isCompared ? await listDifferent(list, parsed, compared, page) : await listPage(list, parsed, page);
      const expand = new Set(listWords(query.expand));
      const view = {
        projectKey: project.key,
        environments: shown,
        isSummary: query.summary ?? true,
        expand,
        evaluatedKinds: expand.has('evaluation')
          ? await loadEvaluatedKinds(db, flags.items, shown ?? [], deps.clock.now())
          : undefined,
        codeReferences: expand.has('codeReferences')
          ? await loadCodeReferences(db, project.key, flags.items)
          : undefined,
        ...(await loadNeighbours(db, project.id, flags.items)),
      };
      return {
        _links: pageLinks(request.url, page, flags.totalCount),
        totalCount: flags.totalCount,
        ...(isCompared && { totalCountWithDifferences: flags.totalCount }),
        items: flags.items.map((flag) => toFlagRep(flag, view)),
      };
    },
  );

  async function listPage(list: FlagListRequest, parsed: ParsedFlagFilter, page: PageRequest): Promise<Page<Flag>> {
    if (parsed.status === undefined) return listFlags(db, list, page);
    const flags = await listOfStatus(list, parsed);
    return { items: cutPage(flags, page), totalCount: flags.length };
  }

  /** A status follows from the whole configuration, so that flags have to be looked at one by one. */
  async function listOfStatus(
    list: FlagListRequest,
    { status, environment }: ParsedFlagFilter,
  ): Promise<readonly Flag[]> {
    const environmentIds = [...new Set([...list.environmentIds, ...(environment ? [environment.id] : [])])];
    const flags = await listMatchingFlags(db, { ...list, environmentIds });
    if (!environment) return flags;
    const evaluations = await findEvaluations(db, [environment.id]);
    return flags.filter((flag) => {
      const config = flag.environments[environment.key];
      if (!config) return false;
      const lastRequestedAt = evaluatedAt(flag, environment.id, evaluations)?.lastRequestedAt;
      const subject = { flag, config, environmentCreatedAt: environment.createdAt, lastRequestedAt };
      return flagStatus({ ...subject, now: deps.clock.now() }) === status;
    });
  }

  async function listDifferent(
    list: FlagListRequest,
    parsed: ParsedFlagFilter,
    compared: readonly Environment[],
    page: PageRequest,
  ): Promise<Page<Flag>> {
    const environmentIds = [...new Set([...list.environmentIds, ...compared.map(({ id }) => id)])];
    const flags = await listOfStatus({ ...list, environmentIds }, parsed);
    const keys = compared.map(({ key }) => key);
    const different = flags.filter((flag) => differsBetweenEnvironments(flag, keys));
    return { items: cutPage(different, page), totalCount: different.length };
  }
}

/** Those that are named and the one that is filtered by; older versions show all where none is named. */
function shownEnvironments(
  all: readonly Environment[],
  named: readonly Environment[],
  filtered: Environment | undefined,
  isSparing: boolean,
): readonly Environment[] | undefined {
  if (named.length === 0 && !isSparing) return all;
  const shown = all.filter((environment) => named.includes(environment) || environment === filtered);
  return shown.length > 0 ? shown : undefined;
}

/** The environment that an order by date of change is about: the first one asked for. */
function sortEnvironment(
  sorts: readonly FlagSort[],
  environmentKey: string | undefined,
  environments: readonly Environment[],
): Environment | undefined {
  if (!sorts.some(({ by }) => by === 'targetingModifiedDate')) return undefined;
  if (sorts.length > 1) {
    throw new InvalidRequest('sort: targetingModifiedDate cannot be combined with other fields; expected it alone');
  }
  if (environmentKey === undefined) {
    throw new InvalidRequest(
      'env: expected the key of the environment that targetingModifiedDate is about, got nothing',
    );
  }
  return environments.find(({ key }) => key === environmentKey);
}
