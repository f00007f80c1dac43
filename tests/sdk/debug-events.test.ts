import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { connectNodeClient } from '../support/client-sdks.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate } from '../support/official-sdk.ts';

const HOUR = 3_600_000;
const CONTEXT = { kind: 'user', key: 'kim' };

describe.each(ENGINES)('debug events on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
  });
  afterAll(() => app.close());

  const debug = (flagKey: string, debugEventsUntilDate: number | null) =>
    on.instruct(flagKey, { kind: 'updateDebugEventsUntilDate', debugEventsUntilDate });
  const config = async (flagKey: string) =>
    (await app.call({ path: `flags/default/${flagKey}` })).body.environments.production;
  const delivered = async (flagKey: string) =>
    (await app.call({ path: '/sdk/latest-all', token: on.sdkKey })).body.flags[flagKey];
  const evaluated = async (flagKey: string) =>
    (await app.call({ path: `/msdk/evalx/contexts/${inPath(CONTEXT)}`, token: on.mobileKey })).body[flagKey];
  const events = async () => Object.fromEntries(await findEventCounts(app.slipway.database.db, on.id));
  const countsOf = (flagKey: string) =>
    app.slipway.database.db
      .selectFrom('evaluation_counts')
      .select('count')
      .where('environment_id', '=', on.id)
      .where('flag_key', '=', flagKey)
      .execute();

  it('are wanted until a date, which all SDKs are told, and which leaves a trace', async () => {
    await on.addFlag('until');
    expect(await config('until')).not.toHaveProperty('_debugEventsUntilDate');
    expect(await delivered('until')).toMatchObject({ debugEventsUntilDate: null });
    expect(await evaluated('until')).not.toHaveProperty('debugEventsUntilDate');
    const { version } = await config('until');
    const until = app.clock.now() + HOUR;

    await debug('until', until);
    expect(await config('until')).toMatchObject({ _debugEventsUntilDate: until, version: version + 1 });
    expect(await delivered('until')).toMatchObject({ debugEventsUntilDate: until, version: version + 1 });
    expect(await evaluated('until')).toMatchObject({ debugEventsUntilDate: until });
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'flag',
      titleVerb: 'changed the event tracking of the flag',
      accesses: [{ action: 'updateTrackEvents', resource: 'proj/default:env/production:flag/until' }],
    });

    await debug('until', null);
    expect(await config('until')).not.toHaveProperty('_debugEventsUntilDate');
    expect(await delivered('until')).toMatchObject({ debugEventsUntilDate: null, version: version + 2 });
  });

  it('are wanted by JSON patch and merge patch, too', async () => {
    await on.addFlag('patched');
    const path = '/environments/production/_debugEventsUntilDate';
    const until = app.clock.now() + HOUR;
    const patch = (body: unknown, contentType = 'application/json') =>
      app.call({ method: 'PATCH', path: 'flags/default/patched', headers: { 'content-type': contentType }, body });
    const isUntil = async (date: number | undefined) =>
      expect((await config('patched'))._debugEventsUntilDate).toBe(date);

    await patch([{ op: 'add', path, value: until }]);
    await isUntil(until);
    await patch([{ op: 'replace', path, value: until + 1 }]);
    await isUntil(until + 1);
    await patch([{ op: 'remove', path }]);
    await isUntil(undefined);
    await patch({ environments: { production: { _debugEventsUntilDate: until } } }, 'application/merge-patch+json');
    await isUntil(until);
    const past = await patch([{ op: 'replace', path, value: 1 }]);
    expect({ status: past.status, message: past.body.message }).toEqual({
      status: 400,
      message: expect.stringContaining('debugEventsUntilDate: expected a time to come in Unix milliseconds, got 1'),
    });
  });

  it('are not copied to other environments or flags', async () => {
    await on.addFlag('original');
    await debug('original', app.clock.now() + HOUR);
    const copied = await app.call({
      method: 'POST',
      path: 'flags/default/original/copy',
      body: { source: { key: 'production' }, target: { key: 'test' } },
    });
    expect(copied.body.environments.test).toMatchObject({ on: true });
    expect(copied.body.environments.test).not.toHaveProperty('_debugEventsUntilDate');
    const { body } = await app.call({
      method: 'POST',
      path: 'flags/default?clone=original',
      body: { key: 'twin', name: 'Twin' },
    });
    expect(body.environments.production).not.toHaveProperty('_debugEventsUntilDate');
  });

  it('come from the official SDKs, and count apart from evaluations', async () => {
    await on.addFlag('watched');
    // SDKs go by the clock of the machine.
    await debug('watched', Date.now() + HOUR);
    const before = await events();
    const sdk = await connectSdk(on.url, on.sdkKey, { diagnosticOptOut: true });
    await evaluate(sdk, 'watched');
    await sdk.flush();
    sdk.close();
    const client = await connectNodeClient(on.url, on.id, CONTEXT, { diagnosticOptOut: true });
    client.variation('watched');
    await client.flush();
    await client.close();
    await expect.poll(events).toMatchObject({
      debug: (before['debug'] ?? 0) + 2,
      summary: (before['summary'] ?? 0) + 2,
    });
    expect((await events())['feature']).toBe(before['feature']);
    expect(await countsOf('watched')).toEqual([{ count: 2 }]);
  });
});
