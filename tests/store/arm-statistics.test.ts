import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measurement } from '../../src/domain/measurement/measure.ts';
import { armStatistics, countUnits, quantileOf, type ValueRule } from '../../src/store/arm-statistics.ts';
import { addMeasurements, saveExposures } from '../../src/store/measurements.ts';
import { deleteWatch, insertWatch } from '../../src/store/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/** What a unit was served, when it came first, and what its events were: `undefined` for one without a value. */
interface Unit {
  readonly served: readonly number[];
  readonly firstSeen: number;
  readonly events: readonly (number | undefined)[];
}

const unit: fc.Arbitrary<Unit> = fc.record({
  served: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom([0], [1], [2]) },
    { weight: 1, arbitrary: fc.constantFrom([0, 1], [1, 2]) },
  ),
  firstSeen: fc.integer({ min: 0, max: 3 }),
  events: fc.array(
    fc.option(
      fc.integer({ min: -8, max: 20 }).map((quarters) => quarters / 4),
      { nil: undefined },
    ),
    {
      maxLength: 3,
    },
  ),
});

const rule: fc.Arbitrary<ValueRule> = fc.record({
  eventKey: fc.constant('bought'),
  measure: fc.constantFrom('occurrence' as const, 'count' as const, 'sum' as const, 'average' as const),
  missing: fc.constantFrom(0 as const, null),
  above: fc.option(fc.constantFrom(0, 0.5, 1, 2), { nil: undefined }),
});

/** The value of a unit, computed as docs/wire/metrics.md says it. */
function valueOf({ events }: Unit, { measure, missing, above }: ValueRule): number | null {
  const values = events.filter((value) => value !== undefined);
  const total = values.reduce((sum, value) => sum + value, 0);
  const value = {
    occurrence: () => (events.length > 0 ? 1 : missing),
    count: () => (events.length > 0 ? events.length : missing),
    sum: () => (values.length > 0 ? total : missing),
    average: () => (values.length > 0 ? total / values.length : missing),
  }[measure]();
  return value === null || above === undefined ? value : Number(value > above);
}

const counted = (units: readonly Unit[], since = 0) =>
  units.filter(({ served, firstSeen }) => served.length === 1 && firstSeen >= since);

function valuesOf(units: readonly Unit[], how: ValueRule, variation: number, since = 0): readonly number[] {
  return counted(units, since)
    .filter(({ served }) => served[0] === variation)
    .flatMap((one) => valueOf(one, how) ?? [])
    .toSorted((left, right) => left - right);
}

describe.each(ENGINES)('statistics of arms on $name', (engine) => {
  let app: TestApp;
  let environmentId = '';

  beforeAll(async () => {
    app = await startApp(engine);
    environmentId = (await app.call({ path: 'projects/default/environments/test' })).body._id;
  });
  afterAll(() => app.close());

  /** Stores units under a watch of their own, beside another watch that must not be counted. */
  async function withUnits<T>(units: readonly Unit[], body: (watchId: string) => Promise<T>): Promise<T> {
    const [id, other] = [randomUUID(), randomUUID()];
    const { database } = app.slipway;
    await database.transaction(async (tx) => {
      for (const watchId of [id, other]) {
        const watch = { id: watchId, environmentId, flagKey: 'f', unitKind: 'user', fromVersion: 1, eventKeys: [] };
        await insertWatch(tx, watch);
      }
      for (const at of new Set(units.map(({ firstSeen }) => firstSeen))) {
        const exposures = units.flatMap(({ served, firstSeen }, index) =>
          firstSeen === at ? served.map((variation) => ({ unitKey: `u${index}`, variation })) : [],
        );
        await saveExposures(tx, id, exposures, at);
      }
      await saveExposures(tx, other, [{ unitKey: 'u0', variation: 1 }], 0);
      await addMeasurements(tx, id, units.flatMap(toMeasurement), 0);
      await addMeasurements(tx, id, [{ eventKey: 'other', unitKey: 'u0', count: 7, valued: 7, sum: 99 }], 0);
    });
    const result = await body(id);
    await database.transaction(async (tx) => {
      await deleteWatch(tx, id);
      await deleteWatch(tx, other);
    });
    return result;
  }

  it('are those of the values of units, one by one', async () => {
    const since = fc.integer({ min: 0, max: 3 });
    const property = fc.asyncProperty(
      fc.array(unit, { minLength: 1, maxLength: 30 }),
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      since,
      (units, rules, from) =>
        withUnits(units, async (id) => {
          const { db } = app.slipway.database;
          for (const how of rules) {
            const found = await armStatistics(db, id, how, from);
            for (const variation of [0, 1, 2]) {
              const values = valuesOf(units, how, variation, from);
              const arm = found.get(variation) ?? { units: 0, sum: 0, sumOfSquares: 0 };
              expect(arm.units).toBe(values.length);
              expect(arm.sum).toBeCloseTo(sum(values), 9);
              expect(arm.sumOfSquares).toBeCloseTo(sum(values.map((value) => value ** 2)), 9);
            }
          }
        }),
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it('count each unit once, and those with two variations apart', async () => {
    const property = fc.asyncProperty(fc.array(unit, { maxLength: 30 }), (units) =>
      withUnits(units, async (id) => {
        const { byVariation, multiple } = await countUnits(app.slipway.database.db, id);
        expect(multiple).toBe(units.filter(({ served }) => served.length > 1).length);
        for (const variation of [0, 1, 2]) {
          const expected = counted(units).filter(({ served }) => served[0] === variation).length;
          expect(byVariation.get(variation) ?? 0).toBe(expected);
        }
      }),
    );
    await fc.assert(property, { numRuns: 20 });
  });

  it('have quantiles once enough units have values', async () => {
    const property = fc.asyncProperty(
      fc.array(unit, { maxLength: 40 }),
      rule,
      fc.constantFrom(0.01, 0.5, 0.95, 0.999),
      (units, how, share) =>
        withUnits(units, async (id) => {
          const values = valuesOf(units, how, 1);
          const find = (least: number) => quantileOf(app.slipway.database.db, id, how, { variation: 1, share, least });
          expect(await find(values.length + 1)).toBeUndefined();
          const found = await find(1);
          expect(found).toEqual(values[Math.ceil(share * values.length) - 1]);
        }),
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it('take 100,000 units in their stride', async () => {
    const units = Array.from(
      { length: 100_000 },
      (_, index): Unit => ({ served: [index % 2], firstSeen: 0, events: index % 3 === 0 ? [1, index] : [] }),
    );
    await withUnits(units, async (id) => {
      const { db } = app.slipway.database;
      const how: ValueRule = { eventKey: 'bought', measure: 'average', missing: 0 };
      const { byVariation } = await countUnits(db, id);
      const arms = await armStatistics(db, id, how, 0);
      await quantileOf(db, id, how, { variation: 0, share: 0.95, least: 1_000 });
      expect([...byVariation]).toEqual([
        [0, 50_000],
        [1, 50_000],
      ]);
      expect(arms.get(0)).toMatchObject({ units: 50_000, sum: sum(valuesOf(units, how, 0)) });
    });
  });
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function toMeasurement({ events }: Unit, index: number): readonly Measurement[] {
  if (events.length === 0) return [];
  const values = events.filter((value) => value !== undefined);
  return [{ eventKey: 'bought', unitKey: `u${index}`, count: events.length, valued: values.length, sum: sum(values) }];
}
