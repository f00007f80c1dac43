import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noLatencies, withLatency } from '../../src/domain/receipts.ts';
import { reportReceipts } from '../../src/operations/report-receipts.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES, type TestStore } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const SECOND = 1_000;
/** Each sends 150 kB: far more than a socket and our own buffer hold. */
const CHANGES = 80;
const REPORT = 10 * SECOND;
const CONTEXT = Buffer.from(JSON.stringify({ kind: 'user', key: 'ada' })).toString('base64url');
const SHOP = { 'user-agent': 'GoClient/7.4.0', 'x-launchdarkly-tags': 'application-id/shop application-version/1.2' };

describe.each(ENGINES)('receipts on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let keys: { _id: string; apiKey: string; mobileKey: string };
  let environmentKey = '';
  let count = 0;
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
  });
  const inNewEnvironment = async () => {
    environmentKey = `environment-${count++}`;
    const body = { key: environmentKey, name: 'New', color: '000000' };
    keys = (await app.call({ method: 'POST', path: 'projects/default/environments', body })).body;
  };
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(async () => {
    // fetch opens connections ahead, which would keep the server from closing.
    app.slipway.server.server.closeAllConnections();
    await app.close();
  });

  const open = async (path: string, key = '', headers: Record<string, string> = {}) => {
    const stream = await openStream(`${url}${path}`, key, { headers });
    streams.push(stream);
    await stream.next();
    return stream;
  };
  const instruct = (...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: 'flags/default/cart',
      headers: SEMANTIC,
      body: { environmentKey, instructions },
    });
  const turn = (kind: 'turnFlagOn' | 'turnFlagOff') => instruct({ kind });
  const path = (query = '') => `projects/default/environments/${environmentKey}/connected-sdks${query}`;
  const connected = async (query = '') => (await app.call({ path: path(query) })).body;
  const reported = async (query = '') => {
    await app.clock.advance(REPORT);
    return connected(query);
  };
  const rows = async () => {
    const { db } = app.slipway.database;
    return db.selectFrom('connected_sdks').selectAll().where('environment_id', '=', keys._id).execute();
  };

  it('tell nothing of an environment without streams, and store nothing', async () => {
    await inNewEnvironment();
    const body = await reported();
    expect(body).toEqual({
      _links: { self: expect.anything() },
      payloadVersion: 1,
      totals: { streams: 0, instances: 0, behind: 0, byKind: { server: 0, mobile: 0, browser: 0 } },
      totalCount: 0,
      items: [],
      behind: [],
      changes: [],
    });
    expect(await rows()).toEqual([]);
  });

  it('group streams of all kinds by SDK, application and state', async () => {
    await inNewEnvironment();
    await open('/all', keys.apiKey, { ...SHOP, 'x-launchdarkly-instance-id': 'one' });
    await open('/sdk/stream', keys.apiKey, { ...SHOP, 'x-launchdarkly-instance-id': 'one' });
    await open(`/meval/${CONTEXT}`, keys.mobileKey, { 'user-agent': 'AndroidClient/5.1.0' });
    await open('/mping', keys.mobileKey, { 'user-agent': 'okhttp' });
    await open(`/eval/${keys._id}/${CONTEXT}`, '', { 'user-agent': 'Mozilla/5.0' });
    await open(`/ping/${keys._id}`, '', { 'user-agent': 'Mozilla/5.0' });
    const body = await reported();
    expect(body.reportedAt).toBe(app.clock.now());
    expect(body.totals).toEqual({
      streams: 6,
      instances: 5,
      behind: 0,
      byKind: { server: 2, mobile: 2, browser: 2 },
    });
    expect(body.items).toEqual([
      { kind: 'browser', payloadVersion: 1, streams: 2, instances: 2 },
      { kind: 'mobile', payloadVersion: 1, streams: 1, instances: 1 },
      {
        kind: 'mobile',
        sdk: { name: 'AndroidClient', version: '5.1.0' },
        payloadVersion: 1,
        streams: 1,
        instances: 1,
      },
      {
        kind: 'server',
        sdk: { name: 'GoClient', version: '7.4.0' },
        application: { key: 'shop', version: '1.2' },
        payloadVersion: 1,
        streams: 2,
        instances: 1,
      },
    ]);
    expect(await connected('?filter=kind:mobile')).toMatchObject({ totalCount: 2, totals: { streams: 6 } });
    expect(await connected('?filter=kind:server,application:shop')).toMatchObject({ totalCount: 1 });
    expect(await connected('?filter=application:shopping')).toMatchObject({ totalCount: 0, items: [] });
    const page = await connected('?limit=2&offset=2');
    expect(page.items).toEqual(body.items.slice(2, 4));
    expect(Object.keys(page._links).toSorted()).toEqual(['first', 'prev', 'self']);
  });

  it('tell how long a change took, and who has it, also where a flag is not seen', async () => {
    await inNewEnvironment();
    const all = await open('/all', keys.apiKey);
    const second = await open('/sdk/stream', keys.apiKey);
    await open(`/eval/${keys._id}/${CONTEXT}`);
    await open('/mping', keys.mobileKey);
    await reported();
    const heardAt = app.clock.now();
    await turn('turnFlagOn');
    await all.next();
    await second.next();
    const body = await reported();
    expect(body).toMatchObject({ payloadVersion: 2, totals: { streams: 4, behind: 0 }, behind: [] });
    expect(body.changes).toEqual([
      { payloadVersion: 2, heardAt, delivered: 4, p50Ms: 1, p99Ms: 1, streams: 4, behind: 0 },
    ]);
  });

  it('name those who lack the newest state, the longest first', async () => {
    await inNewEnvironment();
    const now = app.clock.now();
    const group = { environmentId: keys._id, kind: 'server', applicationId: '', applicationVersion: '' } as const;
    const one = { ...group, sdkVersion: '1', streams: 1, instances: 1 };
    await turn('turnFlagOn');
    const connectedSdks = [
      { ...one, sdkName: 'Late', payloadVersion: 1, behindSince: now - 5 * SECOND },
      { ...one, sdkName: 'Later', payloadVersion: 0, behindSince: now - 9 * SECOND },
      { ...one, sdkName: 'Unheard', payloadVersion: 1, behindSince: undefined },
      { ...one, sdkName: 'Fine', payloadVersion: 2, behindSince: undefined },
    ];
    await reportReceipts(app.slipway, { processId: 'other', connected: connectedSdks, changes: [] });
    const { totals, behind } = await connected();
    expect(totals).toMatchObject({ streams: 4, behind: 3 });
    expect(behind.map(({ sdk }: { sdk: { name: string } }) => sdk.name)).toEqual(['Later', 'Late', 'Unheard']);
    expect(behind[0]).toMatchObject({ payloadVersion: 0, behindSince: now - 9 * SECOND });
  });

  it('of several processes are one, until a process is gone; its figures of changes stay', async () => {
    await inNewEnvironment();
    const stream = await open('/all', keys.apiKey, SHOP);
    await turn('turnFlagOn');
    await stream.next();
    await reported();
    const [row] = await rows();
    const heardAt = app.clock.now() - 60 * SECOND;
    const counts = [50, 5_000, 5_000].reduce(withLatency, noLatencies());
    await reportReceipts(app.slipway, {
      processId: 'other',
      connected: [
        {
          environmentId: keys._id,
          kind: 'server',
          sdkName: 'GoClient',
          sdkVersion: '7.4.0',
          applicationId: 'shop',
          applicationVersion: '1.2',
          payloadVersion: row?.payload_version ?? 0,
          streams: 3,
          instances: 3,
          behindSince: undefined,
        },
      ],
      changes: [{ environmentId: keys._id, payloadVersion: 2, heardAt, counts }],
    });
    const change = { payloadVersion: 2, heardAt, delivered: 4, p50Ms: 100, p99Ms: 10_000 };
    expect(await connected()).toMatchObject({
      totals: { streams: 4 },
      items: [{ streams: 4, instances: 4 }],
      changes: [{ ...change, streams: 4, behind: 0 }],
    });
    await app.clock.advance(30 * SECOND);
    expect(await connected()).toMatchObject({ totals: { streams: 4 } });
    await app.clock.advance(REPORT);
    expect(await connected()).toMatchObject({ totals: { streams: 1 }, changes: [{ ...change, streams: 1 }] });
    expect(await rows()).toHaveLength(1);
  });

  it('keep the figures of the newest fifty changes', async () => {
    await inNewEnvironment();
    const stream = await open('/all', keys.apiKey);
    for (let change = 0; change < 55; change++) {
      await turn(change % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff');
      await stream.next();
      if (change === 20) await reported();
    }
    const { changes, payloadVersion } = await reported();
    expect(changes).toHaveLength(50);
    expect(changes[0].payloadVersion).toBe(payloadVersion);
    const { db } = app.slipway.database;
    const stored = await db
      .selectFrom('change_receipts')
      .select('payload_version')
      .where('environment_id', '=', keys._id)
      .execute();
    expect(stored).toHaveLength(50);
  });

  it('name a reader that does not read', async () => {
    await inNewEnvironment();
    const { hostname, port } = new URL(url);
    const stuck = connect(Number(port), hostname);
    stuck.pause();
    stuck.write(`GET /all HTTP/1.1\r\nHost: x\r\nAuthorization: ${keys.apiKey}\r\nUser-Agent: StuckClient/1.0\r\n\r\n`);
    const reader = await open('/all', keys.apiKey, SHOP);
    const { body } = await turn('turnFlagOn');
    await reader.next();
    const values = Array.from({ length: 4_000 }, (_, index) => `somebody-with-a-rather-long-key-${index}`);
    await instruct({ kind: 'addTargets', values, variationId: body.variations[0]._id });
    await reader.next();
    let answer = await reported();
    for (let change = 0; change < CHANGES && answer.behind.length === 0; change++) {
      await turn(change % 2 === 0 ? 'turnFlagOff' : 'turnFlagOn');
      for (let event = await reader.next(); event && 'comment' in event; ) event = await reader.next();
      answer = await reported();
    }
    stuck.destroy();
    const [newest] = answer.changes;
    expect(answer.totals).toMatchObject({ streams: 2, behind: 1 });
    expect(answer.behind).toMatchObject([
      { sdk: { name: 'StuckClient', version: '1.0' }, streams: 1, behindSince: newest.heardAt },
    ]);
    expect(newest).toMatchObject({ delivered: 1, streams: 1, behind: 1 });
  });

  it('forget streams that are over, and environments that are deleted', async () => {
    await inNewEnvironment();
    const stream = await open('/all', keys.apiKey);
    expect((await reported()).totals.streams).toBe(1);
    await app.call({ method: 'DELETE', path: `projects/default/environments/${environmentKey}` });
    expect(await rows()).toEqual([]);
    await app.clock.advance(REPORT);
    await stream.next();
    expect(await rows()).toEqual([]);
    expect((await app.call({ path: path() })).status).toBe(404);
  });

  it('are shown to readers, and refused with words where the query is wrong', async () => {
    await inNewEnvironment();
    const token = await app.addToken('reader');
    expect((await app.call({ path: path(), token })).status).toBe(200);
    expect((await app.call({ path: path(), token: null })).status).toBe(401);
    expect((await app.call({ path: 'projects/none/environments/x/connected-sdks' })).status).toBe(404);
    const bad = await app.call({ path: path('?filter=kind:car') });
    expect(bad.status).toBe(400);
    expect(bad.body.message).toBe('filter: expected kind to be one of server, mobile, browser, got "car"');
    expect((await app.call({ path: path('?filter=sdk:x') })).status).toBe(400);
    expect((await app.call({ path: path('?limit=-1') })).status).toBe(400);
  });
});

describe.each(ENGINES.filter(({ name }) => name === 'postgres'))('receipts of two processes on $name', (engine) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await engine.create();
  });
  afterAll(() => store.drop());

  it('are told by either, and those of one that stops are gone', async () => {
    const here = { name: engine.name, create: async () => ({ url: store.url, drop: async () => undefined }) };
    const one = await startApp(here);
    const other = await startApp(here);
    const path = 'projects/default/environments/production';
    const { body: production } = await one.call({ path });
    const [oneUrl, otherUrl] = [await one.slipway.listen(), await other.slipway.listen()];
    const streams = await Promise.all(
      [oneUrl, oneUrl, otherUrl].map((url) => openStream(`${url}/all`, production.apiKey)),
    );
    for (const stream of streams) await stream.next();
    await one.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
    for (const stream of streams) await stream.next();
    await one.clock.advance(REPORT);
    await other.clock.advance(REPORT);
    const connected = async () => (await one.call({ path: `${path}/connected-sdks` })).body;
    expect(await connected()).toMatchObject({
      totals: { streams: 3, behind: 0 },
      changes: [{ payloadVersion: 1, delivered: 3, streams: 3 }],
    });
    other.slipway.server.server.closeAllConnections();
    await other.close();
    expect(await connected()).toMatchObject({ totals: { streams: 2 }, changes: [{ delivered: 3, streams: 2 }] });
    for (const stream of streams) stream.close();
    one.slipway.server.server.closeAllConnections();
    await one.close();
  });
});
