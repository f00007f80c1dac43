import { type Expression, sql, type SqlBool } from 'kysely';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import { compareTexts } from './order.ts';

/** How often a flag served a variation. */
export interface EvaluationCount {
  readonly flagKey: string;
  /** The index of the variation; undefined for the default that code passed. */
  readonly variation: number | undefined;
  readonly count: number;
}

/** How often a flag served a variation to an application. */
export interface ApplicationCount extends EvaluationCount {
  /** The application that the SDK is part of; empty when it does not say. */
  readonly applicationId: string;
}

/** Counts of one environment, each flag, variation and application once. */
interface CountedBatch {
  readonly environmentId: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly counts: readonly ApplicationCount[];
}

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** What stands for the default of code where variations have their index. */
const OF_DEFAULT = -1;
/** Rows of minutes that are not the first of their hour; as the partial index says it. */
const IS_WITHIN_HOUR: Expression<SqlBool> = sql<boolean>`starts_at % 3600000 <> 0`;
const START_OF_HOUR = sql<number>`starts_at - starts_at % 3600000`;

/** Adds to the counts of a minute. Rows go in the order of their keys, so that batches do not block each other crosswise. */
export async function addEvaluationCounts(tx: Tx, batch: CountedBatch): Promise<void> {
  const rows = batch.counts
    .map(({ flagKey, variation, applicationId, count }) => ({
      environment_id: batch.environmentId,
      flag_key: flagKey,
      starts_at: batch.receivedAt - (batch.receivedAt % MINUTE_MS),
      variation: variation ?? OF_DEFAULT,
      application_id: applicationId,
      count,
    }))
    .toSorted(
      (left, right) =>
        compareTexts(left.flag_key, right.flag_key) ||
        left.variation - right.variation ||
        compareTexts(left.application_id, right.application_id),
    );
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('evaluation_counts')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'flag_key', 'starts_at', 'variation', 'application_id'])
          .doUpdateSet((set) => ({ count: set('evaluation_counts.count', '+', set.ref('excluded.count')) })),
      )
      .execute();
  }
}

/** Which counts to read: those of minutes and hours that begin in a span of time, both ends included. */
interface CountsWanted {
  readonly environmentId: string;
  readonly flagKey: string;
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** How often a flag served each variation, of all applications, in the order of time. */
export async function findEvaluationCounts(
  db: Db,
  { environmentId, flagKey, from, to }: CountsWanted,
): Promise<readonly (Omit<EvaluationCount, 'flagKey'> & { readonly startsAt: number })[]> {
  const rows = await db
    .selectFrom('evaluation_counts')
    .select(['starts_at', 'variation', ({ fn }) => fn.sum('count').as('total')])
    .where('environment_id', '=', environmentId)
    .where('flag_key', '=', flagKey)
    .where('starts_at', '>=', from)
    .where('starts_at', '<=', to)
    .groupBy(['starts_at', 'variation'])
    .orderBy('starts_at')
    .execute();
  return rows.map(({ starts_at, variation, total }) => ({
    startsAt: starts_at,
    variation: variation === OF_DEFAULT ? undefined : variation,
    count: Number(total),
  }));
}

/** Adds the minutes before a time to their hours, of which the first minute is the row. */
export async function condenseEvaluationCounts(tx: Tx, before: number): Promise<void> {
  await tx
    .insertInto('evaluation_counts')
    .columns(['environment_id', 'flag_key', 'starts_at', 'variation', 'application_id', 'count'])
    .expression((from) =>
      from
        .selectFrom('evaluation_counts')
        .select([
          'environment_id',
          'flag_key',
          START_OF_HOUR.as('starts_at'),
          'variation',
          'application_id',
          from.fn.sum('count').as('count'),
        ])
        .where('starts_at', '<', before)
        .where(IS_WITHIN_HOUR)
        .groupBy(['environment_id', 'flag_key', START_OF_HOUR, 'variation', 'application_id']),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['environment_id', 'flag_key', 'starts_at', 'variation', 'application_id'])
        .doUpdateSet((set) => ({ count: set('evaluation_counts.count', '+', set.ref('excluded.count')) })),
    )
    .execute();
  await tx.deleteFrom('evaluation_counts').where('starts_at', '<', before).where(IS_WITHIN_HOUR).execute();
}

/** Deletes the counts of the oldest day of those before a time. @returns whether there may be more */
export async function deleteEvaluationCountsBefore(tx: Tx, time: number): Promise<boolean> {
  const { oldest } = await tx
    .selectFrom('evaluation_counts')
    .select(({ fn }) => fn.min('starts_at').as('oldest'))
    .executeTakeFirstOrThrow();
  const end = Math.min(time, (oldest ?? time) + DAY_MS);
  await tx.deleteFrom('evaluation_counts').where('starts_at', '<', end).execute();
  return end < time;
}

/** Forgets how often a flag was evaluated, so that a later one of its key begins anew. */
export async function deleteEvaluationCounts(tx: Tx, projectId: string, flagKey: string): Promise<void> {
  await tx
    .deleteFrom('evaluation_counts')
    .where('flag_key', '=', flagKey)
    .where('environment_id', 'in', ({ selectFrom }) =>
      selectFrom('environments').select('id').where('project_id', '=', projectId),
    )
    .execute();
}
