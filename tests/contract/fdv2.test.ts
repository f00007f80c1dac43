import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { LDOptions } from '@launchdarkly/node-server-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate, untilServes } from '../support/official-sdk.ts';

type Mode = 'standard' | 'streamingOnly' | 'pollingOnly';

const POLL_INTERVAL_MS = 30_000;

describe.each(ENGINES)('SDKs of the second protocol on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;
  let count = 0;
  let flagKey: string;
  const asked: string[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    sdkKey = (await app.call({ path: 'projects/default/environments/production' })).body.apiKey;
    app.slipway.server.server.on('request', (request: IncomingMessage) => asked.push(request.url ?? ''));
  });
  beforeEach(async () => {
    flagKey = `flag-${count++}`;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: flagKey, name: 'Second' } });
    asked.length = 0;
  });
  afterEach(() => vi.useRealTimers());
  afterAll(() => app.close());

  const connect = (dataSourceOptionsType: Mode) => connectSdk(url, sdkKey, inMode(dataSourceOptionsType));
  /** What the SDK has asked for to get flags, without the numbers of states. */
  const requests = () =>
    asked
      .filter((path) => path !== '/diagnostic' && path !== '/bulk')
      .map((path) => path.replace(/\(p:\w+:\d+\)$/, 'STATE'));
  const turn = (kind: 'turnFlagOn' | 'turnFlagOff') =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${flagKey}`,
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions: [{ kind }] },
    });

  it.each<Mode>(['standard', 'streamingOnly', 'pollingOnly'])('start in mode %s', async (mode) => {
    const off = await connect(mode);
    expect(await evaluate(off, flagKey)).toBe(false);
    off.close();
    await turn('turnFlagOn');
    const on = await connect(mode);
    expect(await evaluate(on, flagKey)).toBe(true);
    on.close();
    expect(requests().filter((path) => !/^\/sdk\/(poll|stream)/.test(path))).toEqual([]);
  });

  it.each<Mode>(['standard', 'streamingOnly'])('see changes in mode %s', async (mode) => {
    const sdk = await connect(mode);
    await turn('turnFlagOn');
    await untilServes(sdk, flagKey, true);
    await app.call({ method: 'DELETE', path: `flags/default/${flagKey}` });
    await untilServes(sdk, flagKey, 'absent');
    await app.call({ method: 'POST', path: 'flags/default', body: { key: flagKey, name: 'Again' } });
    await untilServes(sdk, flagKey, false);
    sdk.close();
    expect(requests()).toEqual(mode === 'standard' ? ['/sdk/poll', '/sdk/stream?basis=STATE'] : ['/sdk/stream']);
  });

  it('see changes in mode pollingOnly, asking for what is newer only', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
    const sdk = await connect('pollingOnly');
    for (const [kind, value] of [
      ['turnFlagOn', true],
      ['turnFlagOff', false],
    ] as const) {
      await turn(kind);
      const updated = once(sdk, 'update');
      await vi.advanceTimersByTimeAsync(POLL_INTERVAL_MS);
      await updated;
      expect(await evaluate(sdk, flagKey)).toBe(value);
    }
    sdk.close();
    expect(requests()).toEqual(['/sdk/poll', '/sdk/poll?basis=STATE', '/sdk/poll?basis=STATE']);
    expect(new Set(asked.filter((path) => path.startsWith('/sdk/poll'))).size).toBe(3);
  });

  it.each<Mode>(['standard', 'streamingOnly'])('come back after a cut in mode %s', async (mode) => {
    const sdk = await connect(mode);
    await turn('turnFlagOn');
    await untilServes(sdk, flagKey, true);
    app.slipway.server.server.closeAllConnections();
    await turn('turnFlagOff');
    await untilServes(sdk, flagKey, false);
    await turn('turnFlagOn');
    await untilServes(sdk, flagKey, true);
    sdk.close();
    const stream = mode === 'standard' ? '/sdk/stream?basis=STATE' : '/sdk/stream';
    expect(requests().filter((path) => path !== '/sdk/poll')).toEqual([stream, stream]);
  });
});

function inMode(dataSourceOptionsType: Mode): LDOptions {
  return {
    dataSystem: {
      dataSource:
        dataSourceOptionsType === 'pollingOnly'
          ? { dataSourceOptionsType }
          : { dataSourceOptionsType, streamInitialReconnectDelay: 0.1 },
    },
  };
}
