import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { faulty } from '../support/faulty-store.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const SECOND = 1_000;
const CONTEXT = inPath({ kind: 'user', key: 'kim' });

describe.each(ENGINES)('while the store is away on $name', (given) => {
  const engine = faulty(given);
  let app: TestApp;
  let on: ClientSide;
  let streams: readonly StreamReader[];

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('cart');
    streams = await Promise.all([
      openStream(`${on.url}/all`, on.sdkKey),
      openStream(`${on.url}/sdk/stream`, on.sdkKey),
      openStream(`${on.url}/meval/${CONTEXT}`, on.mobileKey),
    ]);
    for (const stream of streams) await untilEvent(stream, ['put', 'payload-transferred']);
    await Promise.all(POLLS.map(statusOf));
  });
  afterAll(() => app.close());

  const POLLS = ['/sdk/latest-all', '/sdk/poll', '/sdk/flags', '/sdk/flags/cart', `/msdk/evalx/contexts/${CONTEXT}`];
  const get = (path: string, key = path.startsWith('/msdk') ? on.mobileKey : on.sdkKey) =>
    fetch(`${on.url}${path}`, { headers: { authorization: key } });
  const statusOf = async (path: string) => (await get(path)).status;
  const untilEvent = async (stream: StreamReader, names: readonly string[]) => {
    for (let event = await stream.next(); event; event = await stream.next()) {
      if (!('comment' in event) && names.includes(event.event)) return event.data;
    }
    throw new Error(`the stream ended before ${names.join(' or ')}`);
  };
  const post = (payloadId: string) =>
    fetch(`${on.url}/bulk`, {
      method: 'POST',
      headers: { authorization: on.sdkKey, 'x-launchdarkly-payload-id': payloadId },
      body: JSON.stringify([{ kind: 'click' }]),
    });
  const clicks = async () => (await findEventCounts(app.slipway.database.db, on.id)).get('click') ?? 0;

  it('refuses events so that they come again, and counts them once when they do', async () => {
    const payloadId = randomUUID();
    await engine.take();
    const refused = await post(payloadId);
    expect({ status: refused.status, retryAfter: refused.headers.get('retry-after') }).toEqual({
      status: 503,
      retryAfter: '5',
    });
    expect(await refused.json()).toMatchObject({ code: 'store_unavailable' });
    await engine.giveBack();
    expect((await post(payloadId)).status).toBe(202);
    expect((await post(payloadId)).status).toBe(202);
    expect(await clicks()).toBe(1);
  });

  /** Longer than keys are believed, and past a heartbeat. SQLite would wait for the other writer at each look at timers. */
  const wait = async () => {
    const seconds = given.name === 'postgres' ? 25 : 0;
    for (let second = 0; second < seconds; second++) await app.clock.advance(SECOND);
  };

  it('answers polls from memory, and brings the first change afterwards to all streams', async () => {
    await engine.take();
    await wait();
    for (const path of POLLS) expect({ path, status: await statusOf(path) }).toEqual({ path, status: 200 });
    await engine.giveBack();
    await on.instruct('cart', { kind: 'turnFlagOff' });
    await app.clock.advance(SECOND);
    for (const stream of streams) {
      expect(JSON.stringify(await untilEvent(stream, ['patch', 'put-object']))).toContain('cart');
    }
    for (const path of POLLS) expect(await statusOf(path)).toBe(200);
  });

  it.runIf(given.name === 'postgres')('keeps streams awake', async () => {
    const stream = await openStream(`${on.url}/all`, on.sdkKey);
    await untilEvent(stream, ['put']);
    await engine.take();
    await wait();
    expect(await stream.next()).toEqual({ comment: '' });
    await engine.giveBack();
    stream.close();
  });

  it.runIf(given.name === 'postgres')('tells nobody that a key is wrong, and says so everywhere', async () => {
    await engine.take();
    const answers = await Promise.all([
      get('/sdk/latest-all', 'sdk-never-seen'),
      get('/all', 'sdk-never-seen'),
      get(`/msdk/evalx/contexts/${CONTEXT}`, 'mob-never-seen'),
      get(`/sdk/evalx/${'0'.repeat(24)}/contexts/${CONTEXT}`),
      get('/api/v2/flags/default', app.token),
      get('/readyz'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503]);
    expect(answers.slice(0, -1).map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5', '5', '5', '5']);
    await engine.giveBack();
    expect(await statusOf('/sdk/latest-all')).toBe(200);
    expect((await get('/sdk/latest-all', 'sdk-never-seen')).status).toBe(401);
    expect((await get('/readyz')).status).toBe(200);
  });

  it.runIf(given.name === 'postgres')('hears of changes at once again, without looking', async () => {
    await engine.take();
    await engine.giveBack();
    const stream = await openStream(`${on.url}/all`, on.sdkKey);
    await untilEvent(stream, ['put']);
    // The connection that listens comes back by itself, within a second or two of real time.
    const heard = new Promise((resolve) => app.slipway.notifications.subscribe(resolve));
    await expect
      .poll(
        async () => {
          await app.slipway.database.transaction((tx) =>
            app.slipway.notifications.send(tx, [{ environmentId: on.id, payloadVersion: 0 }]),
          );
          return Promise.race([heard, setTimeout(100, undefined)]);
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ environmentId: on.id });
    stream.close();
  });
});
