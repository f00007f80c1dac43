import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Subject, subjectOf } from '../../fuzz/subject.ts';
import { type Failure, runTrial } from '../../fuzz/trial.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/* A short run of `npm run fuzz` (docs/security.md), other requests each time: a failure names its seed. */

const COUNT = 300;

describe.each(ENGINES)('any request on $name', (engine) => {
  let app: TestApp;
  let subject: Subject;
  beforeAll(async () => {
    app = await startApp(engine);
    subject = subjectOf(app.slipway, app.clock, app.token, await app.slipway.listen());
  });
  afterAll(() => app.close());

  it('is answered as documented, and changes nothing when it is refused', async () => {
    const failures: Failure[] = [];
    const statuses = new Set<number>();
    const seed = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
    const sent = await runTrial(subject, {
      seed,
      count: COUNT,
      isOver: () => failures.length > 0,
      failed: (failure) => failures.push(failure),
      answered: (_, { status }) => statuses.add(status),
    });
    expect(failures, `SLIPWAY_FUZZ_SEED=${seed} sends the same requests again`).toEqual([]);
    expect(sent).toBe(COUNT);
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404]));
  }, 60_000);
});
