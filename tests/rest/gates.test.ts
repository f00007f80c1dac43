import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeGateCheck } from '../../src/operations/guards/ask-gate.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { Outside } from '../support/outside.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPWISE = {
  releaseStrategy: 'progressive-release',
  requireApproval: false,
  releaseGuardianConfiguration: {
    randomizationUnit: 'user',
    stages: [
      { allocation: 20_000, durationMillis: HOUR },
      { allocation: 60_000, durationMillis: HOUR },
    ],
  },
};

describe.each(ENGINES)('gates on $name', (engine) => {
  let app: TestApp;
  let outside: Outside;
  let project: string;
  let phaseIds: readonly string[];
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    outside = new Outside();
    await outside.up();
    project = `gated-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    return async () => {
      await app.call({ method: 'DELETE', path: `projects/${project}` });
      await outside.down();
    };
  });

  const beta = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    app.call({ method, path, headers: BETA, ...(body !== undefined && { body }) });
  const release = () => `projects/${project}/flags/flag/release`;
  const current = async () => (await beta('GET', release())).body;
  const statuses = async () => (await current()).phases.map(({ status }: { status: string }) => status);
  const audience = async () => (await current()).phases[0]._audiences[0].status;
  const served = async () => {
    const { environments, variations } = (await app.call({ path: `flags/${project}/flag` })).body;
    const { on, offVariation, fallthrough } = environments.test;
    const { variation, rollout } = on ? fallthrough : { variation: offVariation, rollout: undefined };
    if (!rollout) return variations[variation].value;
    return rollout.variations.find((share: { variation: number }) => variations[share.variation].value === true)
      ?.weight;
  };
  const questions = () => outside.asked.map(({ body }) => JSON.parse(body));

  /** Lets time pass, everybody be asked who is due, and what follows happen. */
  const pass = async (ms: number) => {
    await app.clock.advance(ms);
    await app.asked();
    await app.clock.advance(SECOND);
    await app.asked();
  };

  const createPipeline = (gates: readonly object[], configuration?: object) =>
    beta('POST', `projects/${project}/release-pipelines`, {
      key: 'gated',
      name: 'Gated',
      phases: [
        {
          name: 'Testing',
          configuration: { gates },
          audiences: [{ environmentKey: 'test', name: 'All', ...(configuration && { configuration }) }],
        },
        { name: 'Production', audiences: [{ environmentKey: 'production', name: 'Everyone' }] },
      ],
    });

  /** Releases the flag through a pipeline whose first phase has these gates, and starts that phase. */
  const begin = async (gates: readonly object[], configuration?: object) => {
    expect((await createPipeline(gates, configuration)).status).toBe(201);
    const { phases } = (await beta('PUT', release(), { releasePipelineKey: 'gated' })).body;
    phaseIds = phases.map(({ _id }: { _id: string }) => _id);
    expect((await beta('PUT', `${release()}/phases/${phaseIds[0]}`, { status: 'active' })).status).toBe(200);
  };
  const gate = (kind: string, more = {}) => ({ kind, url: `${outside.url}/gates`, ...more });

  it('hold the beginning of a phase until they agree', async () => {
    outside.answer = { status: 403 };
    await begin([gate('confirm-rollout')]);
    await pass(SECOND);
    expect(await audience()).toBe('ready-to-start');
    expect(await served()).toBe(false);
    expect(questions()).toEqual([
      {
        name: 'confirm-rollout',
        project,
        flag: 'flag',
        environments: ['test'],
        variation: expect.any(String),
        release: expect.any(String),
        releasePipeline: 'gated',
        phase: 'Testing',
      },
    ]);
    await pass(2 * SECOND);
    expect(outside.asked).toHaveLength(1);
    outside.answer = { status: 204 };
    await pass(4 * SECOND);
    await pass(SECOND);
    expect(outside.asked).toHaveLength(2);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
    expect(await served()).toBe(true);
    await pass(HOUR);
    expect(outside.asked).toHaveLength(2);
  });

  it('hold the end of a phase, each of them, with pauses that grow to five minutes', async () => {
    outside.answer = { status: 500 };
    const other = new Outside();
    await other.up();
    await begin([gate('confirm-promotion'), { ...gate('confirm-promotion'), url: other.url }]);
    for (let round = 0; round < 12; round++) await pass(5 * MINUTE);
    expect(await statuses()).toEqual(['active', 'not-started']);
    expect(await served()).toBe(true);
    expect(other.asked).toHaveLength(1);
    const before = outside.asked.length;
    await pass(5 * MINUTE - 2 * SECOND);
    await pass(SECOND);
    expect(outside.asked.length).toBe(before + 1);
    outside.answer = { status: 200 };
    await pass(5 * MINUTE);
    await pass(SECOND);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
    await other.down();
  });

  it('hold when they do not answer in time', async () => {
    outside.answer = undefined;
    await begin([gate('confirm-rollout', { timeoutMillis: 3_000 })]);
    await app.clock.advance(SECOND);
    // The time that it has begins when it is asked.
    await expect.poll(() => outside.asked.length).toBe(1);
    expect(await audience()).toBe('ready-to-start');
    await pass(3 * SECOND);
    expect(await audience()).toBe('ready-to-start');
    expect((await current()).phases[0]._gateChecks).toEqual([
      {
        kind: 'confirm-rollout',
        url: `${outside.url}/gates`,
        state: 'waiting',
        asked: 1,
        error: 'no answer within 3000 ms',
        answeredAt: expect.any(Number),
      },
    ]);
    outside.answer = { status: 200 };
    await pass(10 * SECOND);
    await pass(SECOND);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
  });

  it('hold for hours when nobody is there, and let go once somebody is', async () => {
    await outside.down();
    await begin([gate('confirm-rollout')]);
    for (let hour = 0; hour < 5; hour++) await pass(HOUR);
    expect(await audience()).toBe('ready-to-start');
    expect((await current()).phases[0]._gateChecks).toMatchObject([
      { state: 'waiting', error: expect.stringContaining('ECONNREFUSED') },
    ]);
    await outside.up();
    await pass(5 * MINUTE);
    await pass(SECOND);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
    expect((await current()).phases[0]._gateChecks).toMatchObject([{ state: 'agreed', status: 200 }]);
  });

  it('are asked by one process at a time, and not at all once nobody waits', async () => {
    await begin([gate('confirm-rollout')]);
    const taken = await Promise.all([1, 2, 3].map(() => takeGateCheck(app.slipway)));
    const [first, ...others] = taken.filter((one) => one !== undefined);
    expect(first).toBeDefined();
    expect(others).toEqual([]);
    await beta('DELETE', release());
    await first?.(new AbortController().signal);
    await pass(HOUR);
    expect(outside.asked).toHaveLength(0);
    expect(await app.slipway.database.db.selectFrom('gate_checks').selectAll().execute()).toEqual([]);
  });

  it('are asked by another process when the first one has died', async () => {
    await begin([gate('confirm-rollout', { timeoutMillis: 10_000 })]);
    expect(await takeGateCheck(app.slipway)).toBeDefined();
    await pass(68 * SECOND);
    expect(outside.asked).toHaveLength(0);
    await pass(SECOND);
    await pass(SECOND);
    expect(outside.asked).toHaveLength(1);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
  });

  it('are given back when the process stops', async () => {
    outside.answer = undefined;
    await begin([gate('confirm-rollout')]);
    const taken = await takeGateCheck(app.slipway);
    const stop = new AbortController();
    const asking = taken?.(stop.signal);
    stop.abort(new Error('the service stops'));
    await asking;
    outside.answer = { status: 200 };
    await pass(SECOND);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
  });

  it('are not asked while the release is paused, but for those that may ask for a rollback', async () => {
    await begin([gate('confirm-traffic-increase'), gate('rollback')], STEPWISE);
    outside.answer = { status: 403 };
    await pass(HOUR);
    const steer = async (steering: string) =>
      expect(await beta('POST', `${release()}/${steering}`, {})).toMatchObject({ status: 200 });
    await steer('pause');
    outside.asked.length = 0;
    await pass(10 * MINUTE);
    await pass(10 * SECOND);
    expect([...new Set(questions().map(({ name }) => name))]).toEqual(['rollback']);
    await steer('resume');
    await pass(5 * SECOND);
    expect(questions().map(({ name }) => name)).toContain('confirm-traffic-increase');
  });

  it('are asked anew when a phase is started again', async () => {
    await begin([gate('confirm-rollout')], STEPWISE);
    await pass(SECOND);
    expect(await served()).toBe(20_000);
    const signal = { method: 'POST', path: `projects/${project}/environments/test/stop-signals` } as const;
    await app.call({ ...signal, body: { reason: 'Too slow' } });
    await pass(SECOND);
    expect(await audience()).toBe('rolled-back');
    outside.answer = { status: 403 };
    await beta('PUT', `${release()}/phases/${phaseIds[0]}`, { status: 'active' });
    await pass(SECOND);
    expect(outside.asked).toHaveLength(2);
    expect(await audience()).toBe('ready-to-start');
    expect(await served()).toBe(false);
    outside.answer = { status: 200 };
    await pass(5 * SECOND);
    await pass(SECOND);
    expect(await served()).toBe(20_000);
  });

  it('hold the growth of traffic, at each stage', async () => {
    outside.answer = { status: 404 };
    await begin([gate('confirm-traffic-increase')], STEPWISE);
    await pass(SECOND);
    expect(await served()).toBe(20_000);
    expect(outside.asked).toHaveLength(0);
    await pass(HOUR);
    await pass(3 * HOUR);
    expect(await served()).toBe(20_000);
    expect(questions()[0]).toMatchObject({
      name: 'confirm-traffic-increase',
      environments: ['test'],
      stage: 0,
      allocation: 20_000,
      rollout: expect.any(String),
    });
    outside.answer = { status: 200 };
    await pass(5 * MINUTE);
    await pass(SECOND);
    expect(await served()).toBe(60_000);
    outside.answer = { status: 404 };
    await pass(2 * HOUR);
    expect(await served()).toBe(60_000);
    expect(questions().at(-1)).toMatchObject({ stage: 1, allocation: 60_000 });
    outside.answer = { status: 200 };
    await pass(5 * MINUTE);
    await pass(SECOND);
    expect(await served()).toBe(true);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
  });

  it('take a rollout back when they say so, at any time', async () => {
    outside.answer = { status: 403 };
    await begin([gate('rollback')], STEPWISE);
    await pass(SECOND);
    expect(questions()[0]).toMatchObject({ name: 'rollback', stage: 0 });
    await pass(10 * SECOND);
    expect(outside.asked).toHaveLength(2);
    expect(await served()).toBe(20_000);
    outside.answer = { status: 200 };
    await pass(10 * SECOND);
    await pass(SECOND);
    expect(await served()).toBe(false);
    expect(await audience()).toBe('rolled-back');
    const asked = outside.asked.length;
    await pass(HOUR);
    expect(outside.asked).toHaveLength(asked);
  });

  it('let nothing grow while the one that may ask for a rollback is not heard', async () => {
    outside.answer = { status: 403 };
    await begin([gate('rollback')], STEPWISE);
    await pass(SECOND);
    await outside.down();
    await pass(HOUR);
    await pass(HOUR);
    expect(await served()).toBe(20_000);
    await outside.up();
    await pass(MINUTE);
    await pass(MINUTE);
    expect(await served()).toBe(60_000);
  });
});

describe.each(ENGINES)('gates inside the network on $name', (engine) => {
  it('are refused', async () => {
    const app = await startApp(engine);
    const phase = (url: string) => ({
      name: 'One',
      configuration: { gates: [{ kind: 'rollback', url }] },
      audiences: [{ environmentKey: 'test', name: 'All' }],
    });
    const body = { key: 'p', name: 'P', phases: [phase('https://gates.example.com'), phase('http://10.0.0.1/gate')] };
    const path = 'projects/default/release-pipelines';
    const answer = await app.call({ method: 'POST', path, headers: BETA, body });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.message).toBe(
      'phases[1].configuration.gates[0].url: expected an address outside of this network, got "http://10.0.0.1/gate"',
    );
    await app.close();
  });
});
