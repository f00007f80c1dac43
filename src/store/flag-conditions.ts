import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { RunClass } from '../domain/rollout/run.ts';
import { inPipeline, rolledOut } from './flag-release-conditions.ts';
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
  /** How its latest guarded rollout stands, there or in any environment; `any` for whether there ever was one. */
  readonly guardedRollout?: RunClass | 'any' | undefined;
  /** The environment that this and what follows is about; any environment when absent. */
  readonly environmentId?: string | undefined;
  /** Unix milliseconds; evaluated since. */
  readonly evaluatedSince?: number | undefined;
  /** Evaluated for all of these kinds since that time. */
  readonly evaluatedKinds?: { readonly kinds: readonly string[]; readonly since: number } | undefined;
  readonly evaluatedByApplication?: string | undefined;
  /** Whether targeting is on there. */
  readonly isOn?: boolean | undefined;
  readonly segmentKey?: string | undefined;
  readonly contextKind?: string | undefined;
  /** A member who follows it there. */
  readonly followerId?: string | undefined;
  /** How often code speaks of it, at least and at most. */
  readonly minCodeReferences?: number | undefined;
  readonly maxCodeReferences?: number | undefined;
  /** Something that no flag is. */
  readonly isImpossible?: boolean | undefined;
}

export type FlagState = 'live' | 'deprecated' | 'archived';

/** Which SDKs a flag is available to. */
export type Availability = 'client' | 'mobile' | 'anyClient' | 'server';

type Builder = ExpressionBuilder<Tables, 'flags'>;
type Condition = Expression<SqlBool>;

/** A filter as conditions on rows of flags; all must hold. */
export function flagConditions(flag: Builder, filter: FlagFilter): readonly Condition[] {
  const equal = (
    column: 'is_temporary' | 'maintainer_id' | 'maintainer_team_key',
    value: string | number | undefined,
  ) => (value === undefined ? [] : [flag(`flags.${column}`, '=', value as never)]);
  return [
    ...inStates(flag, filter.states),
    ...(filter.isImpossible ? [sql<SqlBool>`1 = 0`] : []),
    ...filter.queries.map((query) => matching(flag, query)),
    ...(filter.followerId === undefined ? [] : [followedBy(flag, filter.followerId, filter)]),
    ...(filter.tags ?? []).map((tag) => withTag(flag, tag)),
    ...equal('is_temporary', filter.isTemporary === undefined ? undefined : Number(filter.isTemporary)),
    ...equal('maintainer_id', filter.maintainerId),
    ...equal('maintainer_team_key', filter.maintainerTeamKey),
    ...(filter.createdBefore === undefined ? [] : [flag('flags.created_at', '<', filter.createdBefore)]),
    ...(filter.createdAfter === undefined ? [] : [flag('flags.created_at', '>', filter.createdAfter)]),
    ...availableTo(flag, filter.availability),
    ...(filter.isMigration === undefined ? [] : [flag('flags.purpose', filter.isMigration ? 'is not' : 'is', null)]),
    ...(filter.releasePipelineKey === undefined ? [] : [inPipeline(flag, filter.releasePipelineKey)]),
    ...(filter.guardedRollout === undefined ? [] : [rolledOut(flag, filter.guardedRollout, filter.environmentId)]),
    ...switched(flag, filter),
    ...evaluated(flag, filter),
    ...(filter.segmentKey === undefined ? [] : [refersTo(flag, 'segment', filter.segmentKey, filter)]),
    ...(filter.contextKind === undefined ? [] : [refersTo(flag, 'context-kind', filter.contextKind, filter)]),
    ...referredToByCode(flag, filter),
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

function switched(flag: Builder, { isOn, environmentId }: FlagFilter): readonly Condition[] {
  if (isOn === undefined || environmentId === undefined) return [];
  return [
    flag.exists(
      flag
        .selectFrom('flag_configs')
        .select('flag_configs.flag_id')
        .whereRef('flag_configs.flag_id', '=', 'flags.id')
        .where('flag_configs.environment_id', '=', environmentId)
        .where('flag_configs.is_on', '=', isOn ? 1 : 0),
    ),
  ];
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

function followedBy(flag: Builder, memberId: string, { environmentId }: FlagFilter): Condition {
  const followers = flag
    .selectFrom('resources')
    .select('resources.id')
    .where('resources.kind', '=', 'follower')
    .where('resources.key', '=', memberId)
    .whereRef('resources.flag_id', '=', 'flags.id');
  return flag.exists(
    environmentId === undefined ? followers : followers.where('resources.environment_id', '=', environmentId),
  );
}

function referredToByCode(flag: Builder, filter: FlagFilter): readonly Condition[] {
  const { minCodeReferences: min, maxCodeReferences: max } = filter;
  return [
    ...(min === undefined ? [] : [flag(codeReferenceCount(flag), '>=', min)]),
    ...(max === undefined ? [] : [flag(codeReferenceCount(flag), '<=', max)]),
  ];
}

/** The hunks that speak of a flag, in the default branches of enabled repositories. */
function codeReferenceCount(flag: Builder) {
  return flag
    .selectFrom('code_reference_counts as counts')
    .innerJoin('code_branches as branches', 'branches.id', 'counts.branch_id')
    .innerJoin('code_repositories as repositories', (join) =>
      join
        .onRef('repositories.id', '=', 'branches.repository_id')
        .onRef('repositories.default_branch', '=', 'branches.name'),
    )
    .innerJoin('projects', 'projects.key', 'counts.project_key')
    .select(sql<number>`coalesce(sum(counts.hunk_count), 0)`.as('count'))
    .whereRef('projects.id', '=', 'flags.project_id')
    .whereRef('counts.flag_key', '=', 'flags.key')
    .where('repositories.is_enabled', '=', 1);
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
