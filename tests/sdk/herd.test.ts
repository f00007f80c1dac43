import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream } from '../support/stream-reader.ts';
import { scrape } from '../support/scrape.ts';

/** How many SDKs come at once; `HERD=2000` needs as many open files, twice. */
const HERD = Number(process.env['HERD'] ?? 300);
const [SECOND, MINUTE] = [1_000, 60_000];

describe.each(ENGINES)('many streams on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    sdkKey = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
  });
  afterAll(() => app.close());

  const turn = (kind: 'turnFlagOn' | 'turnFlagOff') =>
    app.call({
      method: 'PATCH',
      path: 'flags/default/cart',
      headers: SEMANTIC,
      body: { environmentKey: 'test', instructions: [{ kind }] },
    });
  const ended = async (reason: string) => (await scrape(app))('slipway_sdk_streams_ended_total', { reason }) ?? 0;
  /** A connection that has asked for a stream. */
  const ask = (path = '/all'): Socket => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${sdkKey}\r\n\r\n`);
    return socket;
  };
  /** Waits until a text has come. */
  const has = (socket: Socket, text: string) =>
    new Promise<void>((resolve) => {
      let seen = '';
      const read = (chunk: Buffer) => {
        seen += chunk.toString();
        if (!seen.includes(text)) return;
        socket.off('data', read);
        resolve();
      };
      socket.on('data', read);
    });

  it(`of ${HERD} SDKs that come at once all begin, writes are accepted meanwhile, and a change reaches all`, async () => {
    const sockets = Array.from({ length: HERD }, () => ask());
    const begun = sockets.map((socket) => has(socket, 'event: put'));
    expect((await app.call({ method: 'POST', path: 'flags/default', body: { key: 'new', name: 'New' } })).status).toBe(
      201,
    );
    await Promise.all(begun);
    const changed = sockets.map((socket) => has(socket, '"on":true'));
    expect((await turn('turnFlagOn')).status).toBe(200);
    await Promise.all(changed);
    for (const socket of sockets) socket.destroy();
  });

  it.each(['/sdk/stream', '/all'])(
    'of %s end when they are old, not all at the same time, and begin anew',
    async (path) => {
      const old = await ended('old');
      const sockets = Array.from({ length: 20 }, () => ask(path));
      await Promise.all(sockets.map((socket) => has(socket, '\n\n')));
      const closed = sockets.map((socket) => has(socket, '0\r\n\r\n'));
      await app.clock.advance(23 * MINUTE);
      expect(await ended('old')).toBe(old);
      await app.clock.advance(7 * MINUTE);
      const half = (await ended('old')) - old;
      expect(half).toBeGreaterThan(0);
      expect(half).toBeLessThan(20);
      await app.clock.advance(7 * MINUTE);
      await Promise.all(closed);
      expect(await ended('old')).toBe(old + 20);
      const again = await openStream(`${url}/all`, sdkKey);
      expect(await again.next()).toMatchObject({ event: 'put' });
      again.close();
    },
  );

  it('of readers that do not read are cut off, and the others go on', async () => {
    // Far more than sockets hold by themselves.
    const values = Array.from({ length: 10_000 }, (_, index) => `${index}-`.padEnd(500, 'x'));
    for (let index = 0; index < 4; index++) {
      const key = `large-${index}`;
      const flag = await app.call({ method: 'POST', path: 'flags/default', body: { key, name: 'Large' } });
      const instructions = [{ kind: 'addTargets', values, variationId: flag.body.variations[0]._id }];
      const body = { environmentKey: 'test', instructions };
      const { status } = await app.call({ method: 'PATCH', path: `flags/default/${key}`, headers: SEMANTIC, body });
      expect(status).toBe(200);
    }
    const slow = await ended('too slow');
    const stuck = ask();
    stuck.pause();
    const closed = once(stuck, 'close');
    const reader = await openStream(`${url}/all`, sdkKey);
    expect(await reader.next()).toMatchObject({ event: 'put' });
    await app.clock.advance(10 * SECOND);
    expect(await ended('too slow')).toBe(slow);
    await app.clock.advance(10 * SECOND);
    expect(await ended('too slow')).toBe(slow + 1);
    stuck.resume();
    await closed;
    await turn('turnFlagOff');
    let event = await reader.next();
    while (event && 'comment' in event) event = await reader.next();
    expect(event).toMatchObject({ event: 'patch', data: { path: '/flags/cart' } });
    reader.close();
  });
});
