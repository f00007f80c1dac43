import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventBatch } from '../../src/operations/merge-batches.ts';
import type { Deps } from '../../src/operations/write.ts';
import { EventIntake } from '../../src/sdk/event-intake.ts';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const SENDERS = 40;

describe.each(ENGINES)('batches of events that come together on $name', (engine) => {
  let app: TestApp;
  let environmentId: string;
  let number = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    environmentId = (await app.call({ path: 'projects/default/environments/production' })).body._id;
  });
  afterAll(() => app.close());

  /** A batch of one event of a kind of its own. */
  const makeBatch = (given: Partial<EventBatch> = {}): EventBatch => ({
    environmentId,
    payloadId: undefined,
    countsByKind: new Map([[`kind-${(number += 1)}`, 1]]),
    evaluations: [],
    evaluationCounts: [],
    occurrences: [],
    contexts: [],
    applicationId: undefined,
    ...given,
  });

  const takeAll = (batches: readonly EventBatch[], deps: Deps = app.slipway) => {
    const intake = new EventIntake(deps);
    return Promise.allSettled(batches.map((batch) => intake.take(batch)));
  };
  const isCounted = async (batch: EventBatch) => {
    const counts = await findEventCounts(app.slipway.database.db, environmentId);
    return [...batch.countsByKind].every(([kind, count]) => counts.get(kind) === count);
  };
  /** The service with a store whose transactions end with an error where this says so, and which counts them. */
  const failing = (errorOf: (attempt: number) => Error | undefined) => {
    const { database } = app.slipway;
    let attempts = 0;
    const transaction: typeof database.transaction = async (body) => {
      const error = errorOf((attempts += 1));
      if (error) throw error;
      return database.transaction(body);
    };
    return { deps: { ...app.slipway, database: { ...database, transaction } }, attempts: () => attempts };
  };

  it('are all counted, in fewer transactions than batches', async () => {
    const { deps, attempts } = failing(() => undefined);
    const batches = Array.from({ length: SENDERS }, () => makeBatch());
    const ends = await takeAll(batches, deps);
    expect(ends).toEqual(batches.map(() => ({ status: 'fulfilled', value: true })));
    expect(await Promise.all(batches.map(isCounted))).not.toContain(false);
    expect(attempts()).toBeLessThan(SENDERS / 2);
  });

  it('are counted once where several have one id', async () => {
    const first = makeBatch({ payloadId: 'the same' });
    const again = { ...first };
    const other = makeBatch({ payloadId: 'another' });
    expect(await takeAll([first, again, other])).toMatchObject([{ value: true }, { value: false }, { value: true }]);
    expect(await takeAll([again])).toMatchObject([{ value: false }]);
    expect([await isCounted(first), await isCounted(other)]).toEqual([true, true]);
  });

  it('are tried one by one where they cannot be stored together', async () => {
    const { deps } = failing((attempt) => (attempt === 1 || attempt === 3 ? new Error('in the way') : undefined));
    const batches = [makeBatch(), makeBatch(), makeBatch()];
    const ends = await takeAll(batches, deps);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await Promise.all(batches.map(isCounted))).toEqual([true, false, true]);
  });

  it('all fail at once while there is no store', async () => {
    const away = Object.assign(new Error('no store'), { code: 'ECONNREFUSED' });
    const { deps, attempts } = failing(() => away);
    const ends = await takeAll([makeBatch(), makeBatch(), makeBatch()], deps);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(attempts()).toBe(1);
  });
});
