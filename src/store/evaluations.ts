import type { ExpressionBuilder } from 'kysely';
import type { Flag } from '../domain/flag/flag.ts';
import type { Json } from '../domain/json.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { FlagEvaluationSourcesTable, Tables } from './tables.ts';

/** What was learned of the evaluations of a flag. */
export interface EvaluatedFlag {
  readonly flagKey: string;
  readonly defaultValue: Json | undefined;
  readonly contextKinds: ReadonlySet<string>;
  /** The applications that the SDKs are part of, as far as they say so. */
  readonly applicationIds: ReadonlySet<string>;
}

/** Evaluations in one environment, all at one time. */
interface Evaluations {
  readonly environmentId: string;
  /** Each flag once. */
  readonly evaluations: readonly EvaluatedFlag[];
  /** Unix milliseconds. */
  readonly requestedAt: number;
}

/**
 * Remembers that flags were evaluated, unless a later evaluation is known: clocks of processes differ, and batches
 * overtake each other. Keys that are none of the project's flags are passed over, so that nobody can fill the tables
 * with them. Rows go in the order of their keys, so that batches do not block each other crosswise.
 * @returns the keys that are those of flags
 */
export async function saveEvaluations(tx: Tx, batch: Evaluations): Promise<ReadonlySet<string>> {
  const { environmentId, requestedAt } = batch;
  const known = await findKnownKeys(tx, environmentId, batch.evaluations);
  const evaluations = batch.evaluations
    .filter(({ flagKey }) => known.has(flagKey))
    .toSorted((left, right) => (left.flagKey < right.flagKey ? -1 : 1));
  const rows = evaluations.map(({ flagKey, defaultValue }) => ({
    environment_id: environmentId,
    flag_key: flagKey,
    last_requested_at: requestedAt,
    default_value: defaultValue === undefined || defaultValue === null ? null : JSON.stringify(defaultValue),
  }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('flag_evaluations')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'flag_key'])
          .doUpdateSet((set) => ({
            last_requested_at: set.ref('excluded.last_requested_at'),
            default_value: set.fn.coalesce('excluded.default_value', ownDefault(set)),
          }))
          .whereRef('flag_evaluations.last_requested_at', '<=', 'excluded.last_requested_at'),
      )
      .execute();
  }
  const sources = evaluations.flatMap(({ flagKey, applicationIds, contextKinds }) => [
    ...[...applicationIds].toSorted().map((source) => ({ flagKey, kind: 'application' as const, source })),
    ...[...contextKinds].toSorted().map((source) => ({ flagKey, kind: 'context-kind' as const, source })),
  ]);
  await saveSources(tx, environmentId, sources, requestedAt);
  return known;
}

/** The known default, unless it is that of an earlier flag of the key. */
function ownDefault(row: ExpressionBuilder<Tables, 'flag_evaluations'>) {
  return row
    .selectFrom('flags')
    .innerJoin('environments', 'environments.project_id', 'flags.project_id')
    .select('flag_evaluations.default_value')
    .whereRef('environments.id', '=', 'flag_evaluations.environment_id')
    .whereRef('flags.key', '=', 'flag_evaluations.flag_key')
    .whereRef('flags.created_at', '<=', 'flag_evaluations.last_requested_at');
}

async function saveSources(
  tx: Tx,
  environmentId: string,
  sources: readonly (Pick<FlagEvaluationSourcesTable, 'kind' | 'source'> & { readonly flagKey: string })[],
  requestedAt: number,
): Promise<void> {
  const rows = sources.map(({ flagKey, kind, source }) => ({
    environment_id: environmentId,
    flag_key: flagKey,
    kind,
    source,
    last_requested_at: requestedAt,
  }));
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('flag_evaluation_sources')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'flag_key', 'kind', 'source'])
          .doUpdateSet((set) => ({ last_requested_at: set.ref('excluded.last_requested_at') }))
          .whereRef('flag_evaluation_sources.last_requested_at', '<', 'excluded.last_requested_at'),
      )
      .execute();
  }
}

/** Forgets for whom and by what flags were evaluated before a time. */
export async function deleteEvaluationSourcesBefore(tx: Tx, time: number): Promise<void> {
  await tx.deleteFrom('flag_evaluation_sources').where('last_requested_at', '<', time).execute();
}

async function findKnownKeys(
  tx: Tx,
  environmentId: string,
  evaluations: readonly EvaluatedFlag[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const chunk of chunks(evaluations.map(({ flagKey }) => flagKey))) {
    const rows = await tx
      .selectFrom('flags')
      .innerJoin('environments', 'environments.project_id', 'flags.project_id')
      .select('flags.key')
      .where('environments.id', '=', environmentId)
      .where('flags.key', 'in', chunk)
      .execute();
    for (const { key } of rows) known.add(key);
  }
  return known;
}

/** The last evaluation of a flag in an environment. */
export interface LastEvaluation {
  /** Unix milliseconds. */
  readonly lastRequestedAt: number;
  /** The default that code passed last; undefined when no event told. */
  readonly defaultValue: Json | undefined;
}

/** The last evaluations in environments, by `${environmentId} ${flagKey}`; of one flag, or of all. */
export async function findEvaluations(
  db: Db,
  environmentIds: readonly string[],
  flagKeys?: readonly string[],
): Promise<ReadonlyMap<string, LastEvaluation>> {
  if (environmentIds.length === 0) return new Map();
  const all = db.selectFrom('flag_evaluations').selectAll().where('environment_id', 'in', environmentIds);
  const rows = await (flagKeys === undefined ? all : all.where('flag_key', 'in', flagKeys)).execute();
  return new Map(
    rows.map((row) => [
      `${row.environment_id} ${row.flag_key}`,
      {
        lastRequestedAt: row.last_requested_at,
        defaultValue: row.default_value === null ? undefined : (JSON.parse(row.default_value) as Json),
      },
    ]),
  );
}

/** The last evaluation of a flag. What was evaluated before the flag was created was an earlier flag of its key. */
export function evaluatedAt(
  flag: Pick<Flag, 'key' | 'createdAt'>,
  environmentId: string,
  evaluations: ReadonlyMap<string, LastEvaluation>,
): LastEvaluation | undefined {
  const last = evaluations.get(`${environmentId} ${flag.key}`);
  return last && last.lastRequestedAt >= flag.createdAt ? last : undefined;
}

/** The context kinds for which a flag was evaluated in an environment, and when last (Unix milliseconds), by their keys. */
export async function listEvaluatedKinds(
  db: Db,
  environmentId: string,
  { key, createdAt }: Pick<Flag, 'key' | 'createdAt'>,
): Promise<readonly { readonly kind: string; readonly lastRequestedAt: number }[]> {
  const rows = await db
    .selectFrom('flag_evaluation_sources')
    .select(['source', 'last_requested_at'])
    .where('environment_id', '=', environmentId)
    .where('flag_key', '=', key)
    .where('kind', '=', 'context-kind')
    .where('last_requested_at', '>=', createdAt)
    .orderBy('source')
    .execute();
  return rows.map(({ source, last_requested_at }) => ({ kind: source, lastRequestedAt: last_requested_at }));
}

/**
 * The context kinds for which flags were evaluated since a time and since they were created, sorted, by
 * `${environmentId} ${flagKey}`.
 */
export async function findEvaluatedKinds(
  db: Db,
  environmentIds: readonly string[],
  flagKeys: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (environmentIds.length === 0 || flagKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom('flag_evaluation_sources as sources')
    .innerJoin('environments', 'environments.id', 'sources.environment_id')
    .innerJoin('flags', (join) =>
      join
        .onRef('flags.project_id', '=', 'environments.project_id')
        .onRef('flags.key', '=', 'sources.flag_key')
        .onRef('flags.created_at', '<=', 'sources.last_requested_at'),
    )
    .select(['sources.environment_id', 'sources.flag_key', 'sources.source'])
    .where('sources.kind', '=', 'context-kind')
    .where('sources.environment_id', 'in', environmentIds)
    .where('sources.flag_key', 'in', flagKeys)
    .where('sources.last_requested_at', '>=', since)
    .execute();
  const byFlag = Map.groupBy(rows, (row) => `${row.environment_id} ${row.flag_key}`);
  return new Map([...byFlag].map(([key, group]) => [key, group.map(({ source }) => source).toSorted()]));
}
