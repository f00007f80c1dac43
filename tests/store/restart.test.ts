import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createSlipway, type Slipway } from '../../src/slipway.ts';
import { startApp, BETA, SEMANTIC, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';

const BAKE_MS = 60_000;
const audience = (environmentKey: string) => ({ name: 'all', environmentKey });
const PHASES = [
  { name: 'A', configuration: { bakeTimeDurationMs: BAKE_MS }, audiences: [audience('test')] },
  { name: 'B', audiences: [audience('production')] },
];

describe.each(ENGINES)('stopping and starting again on $name', (engine) => {
  let first: TestApp;
  let url: string;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const store = await engine.create();
    url = store.url;
    drop = store.drop;
    first = await startApp({ ...engine, create: async () => ({ url, drop: async () => undefined }) });
    const call = first.call;
    await call({ method: 'POST', path: 'flags/default', body: { key: 'flag', name: 'Flag' } });
    await call({
      method: 'POST',
      path: 'projects/default/release-pipelines',
      headers: BETA,
      body: { key: 'p', name: 'P', phases: PHASES },
    });
    const release = { method: 'PUT', path: 'projects/default/flags/flag/release', headers: BETA } as const;
    const { body } = await call({ ...release, body: { releasePipelineKey: 'p' } });
    await call({ ...release, path: `${release.path}/phases/${body.phases[0]._id}`, body: { status: 'active' } });
    await first.close();
  });
  afterAll(() => drop());

  async function restart(clock: ManualClock): Promise<Slipway> {
    const config = readConfig({ PORT: '0', DATABASE_URL: url, LOG_LEVEL: 'silent' });
    return createSlipway(config, { clock });
  }
  async function statuses({ server }: Slipway): Promise<readonly string[]> {
    const headers = { authorization: first.token, ...BETA };
    const answer = await server.inject({ url: '/api/v2/projects/default/flags/flag/release', headers });
    return answer.json().phases.map(({ status }: { status: string }) => status);
  }

  it('goes on baking, and completes a phase whose time was up while nobody was there', async () => {
    const early = manualClock(first.clock.now() + BAKE_MS - 10_000);
    const second = await restart(early);
    await early.advance(5_000);
    expect(await statuses(second)).toEqual(['active', 'not-started']);
    await second.close();

    const late = manualClock(first.clock.now() + 10 * BAKE_MS);
    const third = await restart(late);
    expect(await statuses(third)).toEqual(['active', 'not-started']);
    await late.advance(1_000);
    expect(await statuses(third)).toEqual(['completed', 'ready-to-start']);
    await third.close();
  });

  it('keeps versions rising and SDK keys valid', async () => {
    const slipway = await restart(manualClock(first.clock.now() + 20 * BAKE_MS));
    const headers = { authorization: first.token };
    const environment = await slipway.server.inject({ url: '/api/v2/projects/default/environments/test', headers });
    const poll = async () =>
      (
        await slipway.server.inject({ url: '/sdk/latest-all', headers: { authorization: environment.json().apiKey } })
      ).json().flags.flag;
    expect(await poll()).toMatchObject({ on: true, version: 2 });
    await slipway.server.inject({
      method: 'PATCH',
      url: '/api/v2/flags/default/flag',
      headers: { ...headers, ...SEMANTIC },
      payload: JSON.stringify({ environmentKey: 'test', instructions: [{ kind: 'turnFlagOff' }] }),
    });
    expect(await poll()).toMatchObject({ on: false, version: 3 });
    await slipway.close();
  });
});

describe.each(ENGINES.filter(({ name }) => name === 'postgres'))('two processes on one $name', (engine) => {
  it('ring every timer once, whoever finds it', async () => {
    const app = await startApp(engine);
    const other = await createSlipway(
      readConfig({ PORT: '0', DATABASE_URL: app.slipway.database.url, LOG_LEVEL: 'silent' }),
      { clock: app.clock },
    );
    const phases = [{ ...PHASES[0], configuration: { bakeTimeDurationMs: 1_000 } }];
    await app.call({
      method: 'POST',
      path: 'projects/default/release-pipelines',
      headers: BETA,
      body: { key: 'p', name: 'P', phases },
    });
    const releases = Array.from({ length: 6 }, (_, index) => `projects/default/flags/flag-${index}/release`);
    for (const [index, path] of releases.entries()) {
      await app.call({ method: 'POST', path: 'flags/default', body: { key: `flag-${index}`, name: 'Flag' } });
      const put = { method: 'PUT', headers: BETA } as const;
      const { body } = await app.call({ ...put, path, body: { releasePipelineKey: 'p' } });
      await app.call({ ...put, path: `${path}/phases/${body.phases[0]._id}`, body: { status: 'active' } });
    }
    await app.clock.advance(10_000);
    for (const path of releases) {
      // Created 0, started 1, completed 2: a second ring would have counted on, or failed.
      expect((await app.call({ path, headers: BETA })).body).toMatchObject({
        _version: 2,
        phases: [{ complete: true }],
      });
    }
    expect(await app.slipway.database.db.selectFrom('timers').selectAll().execute()).toEqual([]);
    await other.close();
    await app.close();
  });

  it('ends targets whose time was up while nobody was there', async () => {
    const store = await engine.create();
    const app = await startApp({ ...engine, create: async () => ({ url: store.url, drop: async () => undefined }) });
    const flag = (await app.call({ method: 'POST', path: 'flags/default', body: { key: 'timed', name: 'T' } })).body;
    const target = { contextKind: 'user', variationId: flag.variations[0]._id };
    const expirationDate = app.clock.now() + BAKE_MS;
    await app.call({
      method: 'PATCH',
      path: 'flags/default/timed',
      headers: SEMANTIC,
      body: {
        environmentKey: 'test',
        instructions: [
          { kind: 'addTargets', values: ['kim', 'lee'], ...target },
          { kind: 'addExpiringTarget', contextKey: 'kim', value: expirationDate, ...target },
        ],
      },
    });
    await app.close();
    const clock = manualClock(expirationDate + 10 * BAKE_MS);
    const config = readConfig({ PORT: '0', DATABASE_URL: store.url, LOG_LEVEL: 'silent' });
    const again = await createSlipway(config, { clock });
    await clock.advance(1_000);
    const answer = await again.server.inject({
      url: '/api/v2/flags/default/timed',
      headers: { authorization: app.token },
    });
    expect(answer.json().environments.test).toMatchObject({ version: 3, targets: [{ values: ['lee'] }] });
    await again.close();
    await store.drop();
  });
});
