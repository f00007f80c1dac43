import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { Flag } from '../domain/flag/flag.ts';
import { chunks } from './chunks.ts';
import { byBytes, type Db } from './database.ts';
import { countFlags, withConfigsIn } from './flags.ts';
import type { Page, PageRequest } from './paging.ts';
import type { FlagEvaluationSourcesTable, Tables } from './tables.ts';

/** What a flag must be like to be listed; what is absent does not matter. */
export interface FlagFilter {
  readonly states: readonly FlagState[];
  /** In lower case; each is part of the key or the name. */
  readonly queries: readonly string[];
  readonly tags?: readonly string[] | undefined;
  readonly isTemporary?: boolean | undefined;
  readonly maintainerId?: string | undefined;
  readonly maintainerTeamKey?: string | undefined;
  /** Unix milliseconds; created strictly before, after. */
  readonly createdBefore?: number | undefined;
  readonly createdAfter?: number | undefined;
  readonly availability?: Availability | undefined;
  readonly isMigration?: boolean | undefined;
  /** A pipeline that the flag is on its way through, or completed. */
  readonly releasePipelineKey?: string | undefined;
  /** The environment that what follows is about; any environment when absent. */
  readonly environmentId?: string | undefined;
  /** Unix milliseconds; evaluated since. */
  readonly evaluatedSince?: number | undefined;
  /** Evaluated for all of these kinds since that time. */
  readonly evaluatedKinds?: { readonly kinds: readonly string[]; readonly since: number } | undefined;
  readonly evaluatedByApplication?: string | undefined;
  readonly segmentKey?: string | undefined;
  readonly contextKind?: string | undefined;
  /** Something that no flag is. */
  readonly isImpossible?: boolean | undefined;
}

export type FlagState = 'live' | 'deprecated' | 'archived';

/** Which SDKs a flag is available to. */
export type Availability = 'client' | 'mobile' | 'anyClient' | 'server';

export type FlagSortField =
  | 'creationDate'
  | 'key'
  | 'maintainerId'
  | 'name'
  | 'tags'
  | 'targetingModifiedDate'
  | 'type';

export interface FlagSort {
  readonly by: FlagSortField;
  readonly sign: 1 | -1;
}

export interface FlagListRequest {
  readonly projectId: string;
  readonly filter: FlagFilter;
  /** Newest first when empty. The key breaks ties. */
  readonly sorts: readonly FlagSort[];
  /** The environment whose changes `targetingModifiedDate` speaks of. */
  readonly sortEnvironmentId?: string | undefined;
  /** Whose configurations to load with the flags. */
  readonly environmentIds: readonly string[];
}

/** A page of the flags of a project (docs/wire/flags.md, "List"). */
export async function listFlags(db: Db, request: FlagListRequest, page: PageRequest): Promise<Page<Flag>> {
  const ids = await sorted(db, listQuery(db, request).select('flags.id'), request)
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { items: await findInOrder(db, ids, request), totalCount: await countMatches(db, request) };
}

/** All the flags of a list, for filters that only the flags themselves can answer. */
export async function listMatchingFlags(db: Db, request: FlagListRequest): Promise<readonly Flag[]> {
  return findInOrder(db, await sorted(db, listQuery(db, request).select('flags.id'), request).execute(), request);
}

/** Loads flags whose order is known. Sorting without their documents is what makes it fast. */
async function findInOrder(
  db: Db,
  ids: readonly { readonly id: string }[],
  { environmentIds }: FlagListRequest,
): Promise<readonly Flag[]> {
  const flags = new Map<string, Flag>();
  for (const chunk of chunks(ids.map(({ id }) => id))) {
    const rows = await db.selectFrom('flags').selectAll().where('id', 'in', chunk).execute();
    for (const flag of await withConfigsIn(db, rows, environmentIds)) flags.set(flag.id, flag);
  }
  return ids.flatMap(({ id }) => flags.get(id) ?? []);
}

/** Counts the flags of a list; those that are not archived, and those that are, are counted already. */
async function countMatches(db: Db, request: FlagListRequest): Promise<number> {
  const { states, queries, tags = [], environmentId: _environmentId, ...conditions } = request.filter;
  const isArchived = states.includes('archived');
  const isWhole = states.length === (isArchived ? 1 : 2);
  const isConditional = [...queries, ...tags, ...Object.values(conditions)].some((value) => value !== undefined);
  if (isWhole && !isConditional) return countFlags(db, request.projectId, isArchived);
  const { count } = await listQuery(db, request)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

function listQuery(db: Db, { projectId, filter }: FlagListRequest) {
  return db
    .selectFrom('flags')
    .where('flags.project_id', '=', projectId)
    .where((expression) => expression.and(conditions(expression, filter)));
}

type Builder = ExpressionBuilder<Tables, 'flags'>;
type Condition = Expression<SqlBool>;

function conditions(flag: Builder, filter: FlagFilter): readonly Condition[] {
  const equal = (
    column: 'is_temporary' | 'maintainer_id' | 'maintainer_team_key',
    value: string | number | undefined,
  ) => (value === undefined ? [] : [flag(`flags.${column}`, '=', value as never)]);
  return [
    ...inStates(flag, filter.states),
    ...(filter.isImpossible ? [sql<SqlBool>`1 = 0`] : []),
    ...filter.queries.map((query) => matching(flag, query)),
    ...(filter.tags ?? []).map((tag) => withTag(flag, tag)),
    ...equal('is_temporary', filter.isTemporary === undefined ? undefined : Number(filter.isTemporary)),
    ...equal('maintainer_id', filter.maintainerId),
    ...equal('maintainer_team_key', filter.maintainerTeamKey),
    ...(filter.createdBefore === undefined ? [] : [flag('flags.created_at', '<', filter.createdBefore)]),
    ...(filter.createdAfter === undefined ? [] : [flag('flags.created_at', '>', filter.createdAfter)]),
    ...availableTo(flag, filter.availability),
    ...(filter.isMigration === undefined ? [] : [flag('flags.purpose', filter.isMigration ? 'is not' : 'is', null)]),
    ...(filter.releasePipelineKey === undefined ? [] : [inPipeline(flag, filter.releasePipelineKey)]),
    ...evaluated(flag, filter),
    ...(filter.segmentKey === undefined ? [] : [refersTo(flag, 'segment', filter.segmentKey, filter)]),
    ...(filter.contextKind === undefined ? [] : [refersTo(flag, 'context-kind', filter.contextKind, filter)]),
  ];
}

function inStates(flag: Builder, states: readonly FlagState[]): readonly Condition[] {
  const isArchived = (value: 0 | 1) => flag('flags.is_archived', '=', value);
  const isDeprecated = (value: 0 | 1) => flag('flags.is_deprecated', '=', value);
  const wanted = new Set(states);
  if (wanted.size === 3) return [];
  if (wanted.has('live') && wanted.has('deprecated')) return [isArchived(0)];
  const each = {
    live: [isArchived(0), isDeprecated(0)],
    deprecated: [isArchived(0), isDeprecated(1)],
    archived: [isArchived(1)],
  };
  return [flag.or([...wanted].map((state) => flag.and(each[state])))];
}

function matching(flag: Builder, query: string): Condition {
  const pattern = `%${query.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const contains = (column: 'flags.lower_key' | 'flags.lower_name') =>
    flag(column, 'like', sql<string>`${pattern} escape '\\'`);
  return flag.or([contains('flags.lower_key'), contains('flags.lower_name')]);
}

function withTag(flag: Builder, tag: string): Condition {
  return flag.exists(
    flag
      .selectFrom('flag_tags')
      .select('flag_tags.tag')
      .whereRef('flag_tags.flag_id', '=', 'flags.id')
      .where('flag_tags.tag', '=', tag),
  );
}

function availableTo(flag: Builder, availability: Availability | undefined): readonly Condition[] {
  const browser = (value: 0 | 1) => flag('flags.using_environment_id', '=', value);
  const mobile = (value: 0 | 1) => flag('flags.using_mobile_key', '=', value);
  switch (availability) {
    case undefined:
      return [];
    case 'client':
      return [browser(1)];
    case 'mobile':
      return [mobile(1)];
    case 'anyClient':
      return [flag.or([browser(1), mobile(1)])];
    case 'server':
      return [browser(0), mobile(0)];
  }
}

function inPipeline(flag: Builder, pipelineKey: string): Condition {
  return flag.exists(
    flag
      .selectFrom('releases')
      .select('releases.id')
      .whereRef('releases.flag_id', '=', 'flags.id')
      .where('releases.pipeline_key', '=', pipelineKey)
      .where('releases.state', 'in', ['active', 'completed']),
  );
}

function refersTo(
  flag: Builder,
  kind: 'segment' | 'context-kind',
  target: string,
  { environmentId }: FlagFilter,
): Condition {
  const references = flag
    .selectFrom('flag_references')
    .select('flag_references.target')
    .whereRef('flag_references.flag_id', '=', 'flags.id')
    .where('flag_references.kind', '=', kind)
    .where('flag_references.target', '=', target);
  return flag.exists(
    environmentId === undefined ? references : references.where('flag_references.environment_id', '=', environmentId),
  );
}

/** Evaluations before the flag was created were of an earlier flag of its key. */
function evaluated(flag: Builder, filter: FlagFilter): readonly Condition[] {
  const { environmentId, evaluatedSince, evaluatedKinds, evaluatedByApplication } = filter;
  return [
    ...(evaluatedSince === undefined || environmentId === undefined
      ? []
      : [evaluatedAfter(flag, environmentId, evaluatedSince)]),
    ...(evaluatedKinds?.kinds ?? []).map((one) =>
      evaluatedBy(flag, 'context-kind', one, evaluatedKinds?.since ?? 0, filter),
    ),
    ...(evaluatedByApplication === undefined
      ? []
      : [evaluatedBy(flag, 'application', evaluatedByApplication, 0, filter)]),
  ];
}

function evaluatedAfter(flag: Builder, environmentId: string, time: number): Condition {
  return flag.exists(
    flag
      .selectFrom('flag_evaluations as evaluations')
      .select('evaluations.flag_key')
      .where('evaluations.environment_id', '=', environmentId)
      .whereRef('evaluations.flag_key', '=', 'flags.key')
      .whereRef('evaluations.last_requested_at', '>=', 'flags.created_at')
      .where('evaluations.last_requested_at', '>', time),
  );
}

/** Evaluated for or by a source since a time, in one environment or in any. */
function evaluatedBy(
  flag: Builder,
  kind: FlagEvaluationSourcesTable['kind'],
  source: string,
  since: number,
  { environmentId }: FlagFilter,
): Condition {
  const sources = flag
    .selectFrom('flag_evaluation_sources as sources')
    .innerJoin('environments', 'environments.id', 'sources.environment_id')
    .select('sources.source')
    .whereRef('environments.project_id', '=', 'flags.project_id')
    .whereRef('sources.flag_key', '=', 'flags.key')
    .whereRef('sources.last_requested_at', '>=', 'flags.created_at')
    .where('sources.last_requested_at', '>=', since)
    .where('sources.kind', '=', kind)
    .where('sources.source', '=', source);
  return flag.exists(
    environmentId === undefined ? sources : sources.where('sources.environment_id', '=', environmentId),
  );
}

/** Orders a list of flags. Texts go by their lower case first; those without a maintainer come last. */
function sorted<Q extends Ordered<Q>>(db: Db, query: Q, { sorts, sortEnvironmentId = '' }: FlagListRequest): Q {
  const orders = sorts.length === 0 ? [{ by: 'creationDate', sign: -1 } as const] : sorts;
  const ordered = orders.reduce<Q>((state, { by, sign }) => {
    const way = sign === 1 ? 'asc' : 'desc';
    switch (by) {
      case 'creationDate':
        return state.orderBy('flags.created_at', way);
      case 'key':
        return state.orderBy('flags.lower_key', way).orderBy(byBytes(db, 'flags.key'), way);
      case 'name':
        return state.orderBy('flags.lower_name', way).orderBy(byBytes(db, 'flags.name'), way);
      case 'maintainerId':
        return state.orderBy(sql`flags.maintainer_id is null`, 'asc').orderBy(byBytes(db, 'flags.maintainer_id'), way);
      case 'tags':
        return state.orderBy('flags.sorted_tags', way);
      case 'type':
        return state.orderBy('flags.is_temporary', way);
      case 'targetingModifiedDate':
        return state.orderBy(
          sql`(select last_modified from flag_configs where flag_id = flags.id and environment_id = ${sortEnvironmentId})`,
          way,
        );
    }
  }, query);
  return ordered.orderBy('flags.lower_key', 'asc').orderBy(byBytes(db, 'flags.key'), 'asc');
}

/** What is asked of a query to order it. */
interface Ordered<Q> {
  orderBy(by: `flags.${keyof Tables['flags']}` | Expression<unknown>, way: 'asc' | 'desc'): Q;
}
