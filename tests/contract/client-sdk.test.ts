import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { browserClient, connectNodeClient } from '../support/client-sdks.ts';
import { ENGINES } from '../support/engines.ts';
import { TestEventSource } from '../support/event-source.ts';
import { connectSdk } from '../support/official-sdk.ts';

/*
 * The official client-side SDKs, unmodified: the one for browsers, and the one for programs in Node, which is of the
 * generation before.
 */

const KIM = { kind: 'user', key: 'kim' };
const LEE = { kind: 'user', key: 'lee' };

describe.each(ENGINES)('client-side SDKs on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;
  let count = 0;
  let key: string;
  const clients: { close(): Promise<void> | void }[] = [];

  beforeAll(async () => {
    vi.stubGlobal('EventSource', TestEventSource);
    app = await startApp(engine);
    on = await clientSide(app);
  });
  beforeEach(async () => {
    key = `flag-${count++}`;
    await on.addFlag(key);
    const { body } = await app.call({ path: `flags/default/${key}` });
    const target = { kind: 'addTargets', contextKind: 'user', values: ['lee'], variationId: body.variations[1]._id };
    await on.instruct(key, target);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  afterAll(async () => {
    // SDKs give up requests before they are sent, and the connections made for them would be waited for.
    app.slipway.server.server.closeAllConnections();
    await app.close();
    vi.unstubAllGlobals();
  });

  /** All that was counted of the environment. */
  const counts = async () => Object.fromEntries(await findEventCounts(app.slipway.database.db, on.id));

  describe('in browsers', () => {
    const start = async (options: object = {}) => {
      const client = browserClient(on.url, on.id, KIM, options);
      clients.push(client);
      expect(await client.start({ timeout: 10 })).toEqual({ status: 'complete' });
      return client;
    };

    it.each([{}, { useReport: true }])('poll with %o', async (options) => {
      const client = await start({ withReasons: true, ...options });
      expect(client.variationDetail(key, 'absent')).toMatchObject({
        value: true,
        variationIndex: 0,
        reason: { kind: 'FALLTHROUGH' },
      });
      await client.identify(LEE);
      expect(client.variationDetail(key, 'absent')).toMatchObject({ value: false, reason: { kind: 'TARGET_MATCH' } });
      expect(client.variation('nothing', 'absent')).toBe('absent');
    });

    it.each([{}, { useReport: true }])('hear of changes with %o', async (options) => {
      const client = await start({ streaming: true, ...options });
      const changed = new Promise((resolve) => client.on(`change:${key}`, resolve));
      await on.instruct(key, { kind: 'turnFlagOff' });
      await changed;
      expect(client.variation(key, 'absent')).toBe(false);
    });

    it.each([{}, { useReport: true }])('begin and go on in the second generation, with %o', async (options) => {
      const fetched = vi.spyOn(globalThis, 'fetch');
      const client = await start({ dataSystem: {}, sendEvents: false, streaming: true, withReasons: true, ...options });
      expect(client.variationDetail(key, 'absent')).toMatchObject({ value: true, reason: { kind: 'FALLTHROUGH' } });
      const changed = new Promise((resolve) => client.on(`change:${key}`, resolve));
      await on.instruct(key, { kind: 'turnFlagOff' });
      await changed;
      expect(client.variationDetail(key, 'absent')).toMatchObject({ value: false, reason: { kind: 'OFF' } });
      await client.identify(LEE);
      await on.instruct(key, { kind: 'turnFlagOn' });
      await expect
        .poll(() => client.variationDetail(key, 'absent'))
        .toMatchObject({ value: false, reason: { kind: 'TARGET_MATCH' } });
      const paths = fetched.mock.calls.map(([url]) => new URL(url as string).pathname.split('/').slice(1, 4).join('/'));
      expect(new Set(paths)).toEqual(new Set(['sdk/poll/eval', 'sdk/stream/eval']));
      fetched.mockRestore();
    });

    it('hear of nothing but what has changed', async () => {
      const other = `other-${key}`;
      await on.addFlag(other);
      const client = await start({ streaming: true });
      const heard: string[] = [];
      const changed = new Promise<void>((resolve) => {
        client.on('change', (_context: object, keys: readonly string[]) => {
          heard.push(...keys);
          if (heard.includes(other)) resolve();
        });
      });
      await on.instruct(other, { kind: 'turnFlagOff' });
      await changed;
      expect(heard).toEqual([other]);
    });

    it('count events, and tell of evaluations', async () => {
      const before = await counts();
      const client = await start();
      client.variation(key, 'absent');
      client.track('bought');
      await client.flush();
      await expect
        .poll(counts)
        .toMatchObject({ summary: (before['summary'] ?? 0) + 1, custom: (before['custom'] ?? 0) + 1 });
      const { body } = await app.call({ path: `flag-statuses/default/production/${key}` });
      expect(body).toMatchObject({ name: 'active', default: 'absent' });
    });

    it('are told that an environment is not there', async () => {
      const client = browserClient(on.url, '0123456789abcdef01234567', KIM);
      clients.push(client);
      expect(await client.start({ timeout: 10 })).toMatchObject({ status: 'failed' });
    });
  });

  describe('in Node', () => {
    const start = async (options: object = {}) => {
      const client = await connectNodeClient(on.url, on.id, KIM, options);
      clients.push(client);
      return client;
    };

    it.each([{}, { useReport: true }])('stream with %o', async (options) => {
      const client = await start({ streaming: true, evaluationReasons: true, ...options });
      expect(client.variation(key)).toBe(true);
      const changed = new Promise((resolve) => client.on(`change:${key}`, (...values) => resolve(values)));
      await on.instruct(key, { kind: 'turnFlagOff' });
      expect(await changed).toEqual([false, true]);
      expect(client.variationDetail(key)).toMatchObject({ value: false, reason: { kind: 'OFF' } });
    });

    it('poll for another context', async () => {
      const client = await start();
      expect(await client.identify(LEE)).toMatchObject({ [key]: false });
    });

    it('count events', async () => {
      const before = (await counts())['identify'] ?? 0;
      const client = await start();
      await client.flush();
      await expect.poll(async () => (await counts())['identify']).toBeGreaterThan(before);
    });
  });

  it('takes the hash that the official SDK for servers makes', async () => {
    const body = [{ op: 'replace', path: '/secureMode', value: true }];
    await app.call({ method: 'PATCH', path: 'projects/default/environments/test', body });
    const { body: test } = await app.call({ path: 'projects/default/environments/test' });
    const server = await connectSdk(on.url, test.apiKey);
    clients.push(server);
    const hash = server.secureModeHash(KIM);
    const client = browserClient(on.url, test._id, KIM, { sendEvents: false });
    clients.push(client);
    expect(await client.start({ timeout: 10, identifyOptions: { hash } })).toEqual({ status: 'complete' });
  });
});
