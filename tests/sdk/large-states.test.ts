import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk } from '../support/official-sdk.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';
import { scrape } from '../support/scrape.ts';

const SECOND = 1_000;
const MEGABYTE = 1024 * 1024;
/** Keys of 500 bytes, of all kinds of characters: five megabytes of them in each flag. */
const KEYS = Array.from({ length: 10_000 }, (_, index) => `${index}-ü✓😀"\\-`.padEnd(500, 'x'));

type Items = Readonly<Record<string, unknown>>;

describe.each(ENGINES)('states of many megabytes on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;
  /** What all must get. */
  let state: { readonly flags: Items; readonly segments: Items };

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    for (const key of ['large-0', 'large-1', 'large-2', 'large-3']) {
      await on.addFlag(key);
      const { body } = await app.call({ path: `flags/default/${key}` });
      await on.instruct(key, { kind: 'addTargets', values: KEYS, variationId: body.variations[1]._id });
    }
    const { id } = on;
    const rows = app.slipway.database.db.selectFrom('delivery_items').where('environment_id', '=', id);
    const items = await rows.select(['key', 'document']).execute();
    state = {
      flags: Object.fromEntries(items.map(({ key, document }) => [key, JSON.parse(document ?? 'null')])),
      segments: {},
    };
  });
  afterAll(() => app.close());

  /** A poll as it comes over the wire. */
  const poll = async (path: string, encoding: string) => {
    const headers = { authorization: on.sdkKey, 'accept-encoding': encoding };
    const [answer] = await once(request(`${on.url}${path}`, { headers }).end(), 'response');
    return { encoding: answer.headers['content-encoding'], bytes: await buffer(answer) };
  };
  const text = (answer: Awaited<ReturnType<typeof poll>>) =>
    (answer.encoding === 'gzip' ? gunzipSync(answer.bytes) : answer.bytes).toString();
  const objectsOf = (events: readonly { readonly event: string; readonly data: unknown }[]) =>
    Object.fromEntries(
      events
        .filter(({ event }) => event === 'put-object')
        .map(({ data }) => [(data as { key: string }).key, (data as { object: unknown }).object]),
    );
  const collect = async (stream: StreamReader, last: string) => {
    const events = [];
    for (let event = await stream.next(); event && 'event' in event; event = await stream.next()) {
      events.push(event);
      if (event.event === last) break;
    }
    stream.close();
    return events;
  };
  const open = (path: string, encoding: string) =>
    openStream(`${on.url}${path}`, on.sdkKey, { headers: { 'accept-encoding': encoding } });

  it.each(['gzip', 'identity'])('come whole in polls with %s', async (encoding) => {
    const [first, second] = [await poll('/sdk/latest-all', encoding), await poll('/sdk/poll', encoding)];
    expect([first.encoding, second.encoding]).toEqual(Array(2).fill(encoding === 'gzip' ? 'gzip' : undefined));
    expect(text(first).length).toBeGreaterThan(4 * 5 * MEGABYTE * 0.9);
    expect(isDeepStrictEqual(JSON.parse(text(first)), state)).toBe(true);
    expect(isDeepStrictEqual(objectsOf(JSON.parse(text(second)).events), state.flags)).toBe(true);
  });

  it.each(['gzip', 'identity'])('come whole on streams, to who accepts %s', async (encoding) => {
    const first = await collect(await open('/all', encoding), 'put');
    expect(isDeepStrictEqual(first, [{ event: 'put', data: { path: '/', data: state } }])).toBe(true);
    const second = await collect(await open('/sdk/stream', encoding), 'payload-transferred');
    expect(isDeepStrictEqual(objectsOf(second), state.flags)).toBe(true);
  });

  it('are understood by the official SDK', async () => {
    const sdk = await connectSdk(on.url, on.sdkKey, { sendEvents: false });
    const last = { kind: 'user', key: KEYS.at(-1) ?? '' };
    expect(await sdk.variation('large-3', last, 'absent')).toBe(false);
    expect(await sdk.variation('large-3', { kind: 'user', key: 'kim' }, 'absent')).toBe(true);
    sdk.close();
  });

  /** A connection that has asked for a stream and reads nothing by itself. */
  const ask = (): Socket => {
    const { hostname, port } = new URL(on.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET /all HTTP/1.1\r\nHost: x\r\nAuthorization: ${on.sdkKey}\r\n\r\n`);
    return socket;
  };

  const cutOff = async () => (await scrape(app))('slipway_sdk_streams_ended_total', { reason: 'too slow' }) ?? 0;
  const streams = async () => (await scrape(app))('slipway_sdk_streams_open');

  it('do not wait for who reads a byte a second: it is cut off, and the others go on', async () => {
    const other = await open('/all', 'identity');
    expect(await other.next()).toMatchObject({ event: 'put' });
    const [before, opened] = [await cutOff(), await streams()];
    const slow = ask();
    await once(slow, 'readable');
    let bytes = 0;
    for (let second = 0; second < 30; second++) {
      bytes += (slow.read(1) as Buffer | null)?.length ?? 0;
      await app.clock.advance(SECOND);
      // No time passes by itself, so what is written needs a turn to leave.
      await setImmediate();
    }
    expect(bytes).toBeGreaterThan(10);
    expect(await cutOff()).toBe(before + 1);
    expect(await streams()).toBe(opened);
    slow.resume();
    await once(slow, 'close');
    await on.instruct('large-0', { kind: 'turnFlagOff' });
    let event = await other.next();
    while (event && 'comment' in event) event = await other.next();
    expect(event).toMatchObject({ event: 'patch', data: { path: '/flags/large-0' } });
    other.close();
  });
});
