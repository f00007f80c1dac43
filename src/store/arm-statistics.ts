import { type RawBuilder, sql } from 'kysely';
import type { Arm } from '../domain/rollout/statistics/arm.ts';
import type { Db } from './database.ts';

/** How the events of a unit become its one value; `missing` is for units without an event, null leaves them out. */
export interface ValueRule {
  readonly eventKey: string;
  readonly measure: 'occurrence' | 'count' | 'sum' | 'average';
  readonly missing: 0 | null;
  /** Values become 1 above it, and 0 otherwise. */
  readonly above?: number | undefined;
}

/** Which variation has how many units, each counted once; and how many were served more than one. */
export async function countUnits(
  db: Db,
  watchId: string,
): Promise<{ byVariation: ReadonlyMap<number, number>; multiple: number }> {
  const { rows } = await sql<{ variation: number; served: number; units: number }>`
    select variation, served, count(*) as units
    from (
      select min(variation) as variation, count(*) as served from exposures where watch_id = ${watchId} group by unit_key
    ) as unit
    group by variation, served`.execute(db);
  const single = rows.filter(({ served }) => served === 1);
  const multiple = rows.filter(({ served }) => served > 1);
  return {
    byVariation: new Map(single.map(({ variation, units }) => [variation, units])),
    multiple: multiple.reduce((total, { units }) => total + units, 0),
  };
}

/**
 * What a metric says of the units that were served one variation only: sums of their values, by variation.
 * @param since units that came before do not count; Unix milliseconds
 */
export async function armStatistics(
  db: Db,
  watchId: string,
  rule: ValueRule,
  since: number,
): Promise<ReadonlyMap<number, Arm>> {
  const { rows } = await sql<{ variation: number; units: number; total: number; squares: number }>`
    select variation, count(*) as units, sum(value) as total, sum(value * value) as squares
    from (${unitValues(watchId, rule, since)}) as valued
    where value is not null
    group by variation`.execute(db);
  return new Map(
    rows.map(({ variation, units, total, squares }) => [variation, { units, sum: total, sumOfSquares: squares }]),
  );
}

/** The value that a share of the units of a variation do not exceed; undefined while there are fewer than `least`. */
export async function quantileOf(
  db: Db,
  watchId: string,
  rule: ValueRule,
  of: { readonly variation: number; readonly share: number; readonly least: number },
): Promise<number | undefined> {
  const valued = sql`(${unitValues(watchId, rule, 0)}) as valued where value is not null and variation = ${of.variation}`;
  const counted = await sql<{ units: number }>`select count(*) as units from ${valued}`.execute(db);
  const units = counted.rows[0]?.units ?? 0;
  if (units < of.least) return undefined;
  const offset = Math.min(units - 1, Math.ceil(of.share * units) - 1);
  const { rows } = await sql<{ value: number }>`
    select value from ${valued} order by value limit 1 offset ${offset}`.execute(db);
  return rows[0]?.value;
}

/**
 * One row for each unit that counts: its variation and its value. The rows of both tables are stacked and grouped, since
 * planners that know nothing yet of new rows would join them one by one.
 */
function unitValues(watchId: string, rule: ValueRule, since: number): RawBuilder<unknown> {
  const missing = rule.missing === null ? sql`null` : sql`0.0`;
  const values: Readonly<Record<ValueRule['measure'], RawBuilder<unknown>>> = {
    occurrence: sql`case when m.count > 0 then 1.0 else ${missing} end`,
    count: sql`case when m.count > 0 then m.count * 1.0 else ${missing} end`,
    sum: sql`case when m.valued > 0 then m.sum else ${missing} end`,
    average: sql`case when m.valued > 0 then m.sum / m.valued else ${missing} end`,
  };
  const value = values[rule.measure];
  const above =
    rule.above === undefined
      ? value
      : sql`case when (${value}) > ${rule.above} then 1.0 when (${value}) is null then null else 0.0 end`;
  return sql`
    select variation, cast(${above} as double precision) as value
    from (
      select unit_key, max(variation) as variation, sum(count) as count, sum(valued) as valued, sum(sum) as sum
      from (
        select unit_key, variation, 1 as served, first_seen, 0 as count, 0 as valued, 0.0 as sum
        from exposures where watch_id = ${watchId}
        union all
        select unit_key, null as variation, 0 as served, null as first_seen, count, valued, sum
        from measurements where watch_id = ${watchId} and event_key = ${rule.eventKey}
      ) as told
      group by unit_key
      having sum(served) = 1 and min(first_seen) >= ${since}
    ) as m`;
}
