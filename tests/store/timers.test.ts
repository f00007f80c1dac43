import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS, timerLoop } from '../../src/jobs/timer-loop.ts';
import { runSomeDueTimers, type TimerHandlers } from '../../src/operations/run-due-timers.ts';
import { saveTimer } from '../../src/store/timers.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('timers on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
    // The loop of the app itself must not take the timers of these tests.
    await app.slipway.timers.stop();
  });
  afterAll(() => app.close());

  const set = (subject: string, dueInMs: number) =>
    app.slipway.database.transaction((tx) =>
      saveTimer(tx, { kind: 'advance-release', subject, dueAtMs: app.clock.now() + dueInMs }),
    );
  const waiting = () =>
    app.slipway.database.db.selectFrom('timers').select(['subject', 'due_at', 'attempts', 'last_error']).execute();
  const handler = (handle: (subject: string) => Promise<void>): TimerHandlers => ({
    ...HANDLERS,
    'advance-release': (_write, subject) => handle(subject),
  });

  it('ring when they are due and not a millisecond before, and are gone then', async () => {
    const rung: string[] = [];
    const handlers = handler(async (subject) => void rung.push(subject));
    await set('a', 1_000);
    await app.clock.advance(999);
    expect(await runSomeDueTimers(app.slipway, handlers)).toEqual([]);
    await app.clock.advance(1);
    expect(await runSomeDueTimers(app.slipway, handlers)).toMatchObject([{ timer: { subject: 'a', attempts: 0 } }]);
    expect(await runSomeDueTimers(app.slipway, handlers)).toEqual([]);
    expect(rung).toEqual(['a']);
    expect(await waiting()).toEqual([]);
  });

  it('ring again with longer and longer pauses after failures, and leave nothing of a failed try', async () => {
    const failing: TimerHandlers = {
      ...HANDLERS,
      'advance-release': async (write, subject) => {
        await saveTimer(write.tx, { kind: 'advance-release', subject: `made by ${subject}`, dueAtMs: 0 });
        throw new Error('no luck');
      },
    };
    await set('b', 0);
    for (const [attempt, pauseMs] of [1_000, 2_000, 4_000].entries()) {
      expect(await runSomeDueTimers(app.slipway, failing)).toMatchObject([{ error: new Error('no luck') }]);
      const due_at = app.clock.now() + pauseMs;
      expect(await waiting()).toEqual([{ subject: 'b', due_at, attempts: attempt + 1, last_error: 'Error: no luck' }]);
      expect(await runSomeDueTimers(app.slipway, failing)).toEqual([]);
      await app.clock.advance(pauseMs);
    }
    const rung: string[] = [];
    await runSomeDueTimers(
      app.slipway,
      handler(async (subject) => void rung.push(subject)),
    );
    expect(rung).toEqual(['b']);
  });

  it('ring together, and each for itself where one of them fails', async () => {
    for (const [index, subject] of ['good-1', 'bad', 'good-2'].entries()) await set(subject, index - 3);
    const made = (subject: string) => `made by ${subject}`;
    const handlers: TimerHandlers = {
      ...HANDLERS,
      'advance-release': async (write, subject) => {
        await saveTimer(write.tx, { kind: 'advance-release', subject: made(subject), dueAtMs: app.clock.now() + 1 });
        if (subject === 'bad') throw new Error('no luck');
      },
    };
    const first = await runSomeDueTimers(app.slipway, handlers);
    expect(first).toMatchObject([
      { timer: { subject: 'good-1' } },
      { timer: { subject: 'bad' }, error: new Error('no luck') },
    ]);
    expect(await runSomeDueTimers(app.slipway, handlers)).toMatchObject([{ timer: { subject: 'good-2' } }]);
    expect((await waiting()).map(({ subject }) => subject).toSorted()).toEqual(['bad', made('good-1'), made('good-2')]);
    await app.slipway.database.db.deleteFrom('timers').execute();
  });

  it('ring a few in one transaction', async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => `subject-${index}`);
    for (const subject of subjects) await set(subject, 0);
    const transactions: unknown[] = [];
    const handlers: TimerHandlers = {
      ...HANDLERS,
      'advance-release': async ({ tx }) => void transactions.push(tx),
    };
    const counts: number[] = [];
    for (let count = 1; count > 0; counts.push(count)) {
      count = (await runSomeDueTimers(app.slipway, handlers)).length;
    }
    expect(counts).toEqual([16, 16, 8, 0]);
    expect(new Set(transactions).size).toBe(3);
  });

  it('wait for the next process when this one stops', async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => `subject-${index}`);
    for (const subject of subjects) await set(subject, 0);
    let rang = 0;
    let stopped: Promise<void> | undefined;
    const loop = timerLoop(app.slipway, {
      rang: () => {
        rang++;
        stopped ??= loop.stop();
      },
      failed: () => undefined,
    });
    loop.start();
    await app.clock.advance(1_000);
    await stopped;
    expect(rang).toBeLessThanOrEqual(16);
    expect((await waiting()).length).toBeGreaterThanOrEqual(24);
    await app.slipway.database.db.deleteFrom('timers').execute();
  });

  it('ring once although several look for them at the same time', async () => {
    const subjects = Array.from({ length: 12 }, (_, index) => `subject-${index}`);
    for (const subject of subjects) await set(subject, 0);
    const rung: string[] = [];
    const handlers = handler(async (subject) => void rung.push(subject));
    const look = async () => {
      while ((await runSomeDueTimers(app.slipway, handlers)).length > 0);
    };
    await Promise.all([look(), look(), look()]);
    expect(rung.toSorted()).toEqual(subjects.toSorted());
  });

  it('move when they are set again', async () => {
    await set('moved', 0);
    await set('moved', 60_000);
    expect(
      await runSomeDueTimers(
        app.slipway,
        handler(async () => undefined),
      ),
    ).toEqual([]);
    expect(await waiting()).toMatchObject([{ subject: 'moved', due_at: app.clock.now() + 60_000 }]);
  });
});
