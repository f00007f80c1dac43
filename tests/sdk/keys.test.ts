import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';
import { scrape } from '../support/scrape.ts';

const SECOND = 1_000;
const CONTEXT = Buffer.from(JSON.stringify({ kind: 'user', key: 'ada' })).toString('base64url');

describe.each(ENGINES)('keys that are over on $name', (engine) => {
  let app: TestApp;
  let url: string;
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(async () => {
    // fetch opens connections ahead, which would keep the server from closing.
    app.slipway.server.server.closeAllConnections();
    await app.close();
  });

  const path = 'projects/default/environments/production';
  const keys = async () => (await app.call({ path })).body;
  const reset = (which: 'apiKey' | 'mobileKey', query = '') =>
    app.call({ method: 'POST', path: `${path}/${which}${query}` });
  const setSecureMode = (value: boolean) =>
    app.call({ method: 'PATCH', path, body: [{ op: 'replace', path: '/secureMode', value }] });
  /** A stream that has begun. */
  const open = async (at: string, key?: string) => {
    const stream = await openStream(`${url}${at}`, key);
    streams.push(stream);
    expect(stream.status).toBe(200);
    await stream.next();
    return stream;
  };
  const status = async (at: string, key?: string) => {
    const stream = await openStream(`${url}${at}`, key);
    streams.push(stream);
    return stream.status;
  };

  /** Reads to the end, past heartbeats. */
  const ended = async (stream: StreamReader) => {
    for (let event = await stream.next(); event !== undefined; ) event = await stream.next();
  };
  /** How many streams have been ended because of their keys. */
  const endedByKey = async () => (await scrape(app))('slipway_sdk_streams_ended_total', { reason: 'key is over' }) ?? 0;

  it.each(['/all', '/sdk/stream'])('end streams on %s, which are refused then', async (at) => {
    const { apiKey } = await keys();
    const stream = await open(at, apiKey);
    await reset('apiKey');
    await open(at, (await keys()).apiKey);
    const before = await endedByKey();
    await app.clock.advance(10 * SECOND);
    await ended(stream);
    expect(await endedByKey()).toBe(before + 1);
    expect(await status(at, apiKey)).toBe(401);
  });

  it('work on until their expiry, and not longer', async () => {
    const { apiKey } = await keys();
    const stream = await open('/all', apiKey);
    await reset('apiKey', `?expiry=${app.clock.now() + 60 * SECOND}`);
    const before = await endedByKey();
    await app.clock.advance(30 * SECOND);
    expect(await endedByKey()).toBe(before);
    await app.clock.advance(40 * SECOND);
    await ended(stream);
    expect(await status('/all', apiKey)).toBe(401);
  });

  it.each([`/meval/${CONTEXT}`, '/mping'])('end streams of mobile SDKs on %s', async (at) => {
    const { mobileKey } = await keys();
    const stream = await open(at, mobileKey);
    await reset('mobileKey');
    await app.clock.advance(10 * SECOND);
    await ended(stream);
    expect(await status(at, mobileKey)).toBe(401);
  });

  it('end streams of browsers whose contexts are not signed once they have to be', async () => {
    const { _id, apiKey } = await keys();
    const h = createHmac('sha256', apiKey).update('ada').digest('hex');
    await open(`/eval/${_id}/${CONTEXT}?h=${h}`);
    const unsigned = await open(`/eval/${_id}/${CONTEXT}`);
    await open(`/ping/${_id}`);
    await setSecureMode(true);
    const before = await endedByKey();
    await app.clock.advance(10 * SECOND);
    await ended(unsigned);
    await app.clock.advance(10 * SECOND);
    expect(await endedByKey()).toBe(before + 1);
    await setSecureMode(false);
  });

  it('end no streams while they cannot be looked up', async () => {
    const { apiKey } = await keys();
    await open('/all', apiKey);
    const before = await endedByKey();
    const { schema } = app.slipway.database.db;
    await schema.alterTable('environments').renameColumn('sdk_key', 'sdk_key_away').execute();
    await app.clock.advance(10 * SECOND);
    await schema.alterTable('environments').renameColumn('sdk_key_away', 'sdk_key').execute();
    await app.clock.advance(10 * SECOND);
    expect(await endedByKey()).toBe(before);
  });
});
