import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { scrape } from '../support/scrape.ts';

/** Connections that come and go in a round, and how many at a time. */
const CYCLES = 1_000;
const AT_ONCE = 50;
/** A connection that is not let go of holds about 8000 bytes. */
const FAR_LESS_THAN_A_STREAM = 3_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each(ENGINES)('connections that come and go on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('cart');
  });
  afterAll(() => app.close());

  const ask = (path: string, key: string): Socket => {
    const { hostname, port } = new URL(on.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${key}\r\n\r\n`);
    return socket;
  };
  /** Half of them are closed by the SDK, half are reset, all after the first bytes have come. */
  const comeAndGo = async (path: string, key: string) => {
    const sockets = Array.from({ length: AT_ONCE }, () => ask(path, key));
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const [index, socket] of sockets.entries()) {
      if (index % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    }
    await Promise.all(closed);
  };
  const openStreams = async () => (await scrape(app))('slipway_sdk_streams_open');
  /** Bytes in use once nobody is connected any more. */
  const heapUsed = async () => {
    await expect.poll(openStreams).toBe(0);
    await app.clock.advance(20_000);
    for (let time = 0; time < 3; time++) collectGarbage();
    return process.memoryUsage().heapUsed;
  };

  it.each([
    ['/all', () => '/all', () => on.sdkKey],
    ['/sdk/stream', () => '/sdk/stream', () => on.sdkKey],
    ['/meval', () => `/meval/${inPath({ kind: 'user', key: 'kim' })}`, () => on.mobileKey],
    ['/mping', () => '/mping', () => on.mobileKey],
  ])('leave nothing behind on %s', async (_name, path, key) => {
    const round = async () => {
      for (let cycle = 0; cycle < CYCLES; cycle += AT_ONCE) await comeAndGo(path(), key());
    };
    await round();
    const before = await heapUsed();
    await round();
    expect(((await heapUsed()) - before) / CYCLES).toBeLessThan(FAR_LESS_THAN_A_STREAM);
  });
});
