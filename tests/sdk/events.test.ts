import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate } from '../support/official-sdk.ts';

describe.each(ENGINES)('events on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let production: { apiKey: string; _id: string };

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    production = (await app.call({ path: 'projects/default/environments/production' })).body;
  });
  afterAll(() => app.close());

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: production.apiKey, 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  const counts = async () => Object.fromEntries(await findEventCounts(app.slipway.database.db, production._id));

  it('accepts and counts what the official SDK sends', async () => {
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'counted', name: 'Counted' } });
    const sdk = await connectSdk(url, production.apiKey, { enableEventCompression: true });
    await evaluate(sdk, 'counted');
    sdk.track('bought', { kind: 'user', key: 'somebody' });
    await sdk.flush();
    sdk.close();
    // Diagnostics go their own way, and a flush does not wait for them.
    await expect.poll(counts).toMatchObject({ 'diagnostic-init': 1, index: 1, summary: 1, custom: 1 });
  });

  it('counts a batch once, however often it is sent', async () => {
    const before = (await counts())['identify'] ?? 0;
    const headers = { 'x-launchdarkly-payload-id': randomUUID() };
    const batch = JSON.stringify([{ kind: 'identify' }, { kind: 'identify' }]);
    const answers = await Promise.all([post('/bulk', batch, headers), post('/bulk', batch, headers)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect((await counts())['identify']).toBe(before + 2);
  });

  it('answers 401 for an environment that was deleted a moment ago', async () => {
    const body = { key: 'passing', name: 'Passing', color: '000000' };
    const environments = 'projects/default/environments';
    const { apiKey } = (await app.call({ method: 'POST', path: environments, body })).body;
    expect((await post('/bulk', '[]', { authorization: apiKey })).status).toBe(202);
    await app.call({ method: 'DELETE', path: `${environments}/passing` });
    const answer = await post('/bulk', '[{"kind":"identify"}]', { authorization: apiKey });
    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'unauthorized' }]);
  });

  it('forgets payload ids after an hour', async () => {
    await post('/bulk', '[]', { 'x-launchdarkly-payload-id': 'first' });
    await app.clock.advance(60 * 60 * 1000 + 1);
    await post('/bulk', '[]', { 'x-launchdarkly-payload-id': 'second' });
    const rows = await app.slipway.database.db.selectFrom('event_payloads').select('payload_id').execute();
    expect(rows).toEqual([{ payload_id: 'second' }]);
  });

  it('accepts a lone diagnostic object on both paths and counts unknown kinds as other', async () => {
    const before = await counts();
    expect((await post('/bulk', '{"kind":"diagnostic"}')).status).toBe(202);
    expect((await post('/diagnostic', '{"kind":"diagnostic"}')).status).toBe(202);
    expect((await post('/bulk', '[{"kind":"never heard of"}]')).status).toBe(202);
    const after = await counts();
    expect(after['diagnostic']).toBe((before['diagnostic'] ?? 0) + 2);
    expect(after['other']).toBe((before['other'] ?? 0) + 1);
  });

  it('reads gzip and refuses what only says so', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    expect((await post('/bulk', gzipSync('[{"kind":"debug"}]'), gzip)).status).toBe(202);
    expect((await post('/bulk', 'not gzip', gzip)).status).toBe(400);
    expect((await counts())['debug']).toBe(1);
  });

  it('refuses what is too large, also when it is so only after decompression', async () => {
    const large = Buffer.alloc(16 * 1024 * 1024 + 1, ' ');
    for (const answer of [
      await post('/bulk', large),
      await post('/bulk', gzipSync(large), { 'content-encoding': 'gzip' }),
    ]) {
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ code: 'too_large' });
    }
  });

  it.each([
    ['a key that no engine can look for', String.raw`[{"kind":"feature","key":"\u0000"}]`],
    ['a default without end', `[{"kind":"feature","key":"odd","default":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`],
    ['a default beyond double precision', '[{"kind":"feature","key":"odd","default":1e999}]'],
    ['features that are none', '[{"kind":"summary","features":[{"odd":7}]}]'],
    ['counters that are none', '[{"kind":"summary","features":{"odd":{"counters":[7,null]}}}]'],
  ])('accepts %s', async (_name, body) => {
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'odd', name: 'Odd' } });
    expect((await post('/bulk', body)).status).toBe(202);
    const { status, body: answer } = await app.call({ path: 'flag-statuses/default/production/odd' });
    expect(status).toBe(200);
    expect(answer).not.toHaveProperty('default');
  });

  it.each([
    ['no JSON', '{'],
    ['numbers', '[1]'],
  ])('refuses %s and counts nothing', async (_name, body) => {
    const before = await counts();
    const answer = await post('/bulk', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_request' });
    expect(await counts()).toEqual(before);
  });

  it('refuses a wrong SDK key', async () => {
    expect((await post('/bulk', '[]', { authorization: 'sdk-wrong' })).status).toBe(401);
  });
});

describe.each(ENGINES)('too many events on $name', (engine) => {
  it('are refused until the next ten seconds, one environment for itself, and nothing of them is kept', async () => {
    const app = await startApp(engine, { SLIPWAY_RATE_LIMIT_EVENTS: '3' });
    const keys: readonly { key: string; apiKey: string; _id: string }[] = (
      await app.call({ path: 'projects/default/environments' })
    ).body.items;
    const [busy, calm] = keys;
    const headers = { 'x-launchdarkly-payload-id': randomUUID() };
    const bulk = (environment = busy, count = 2) =>
      app.call({
        method: 'POST',
        path: '/bulk',
        token: environment?.apiKey ?? null,
        headers: count === 1 ? headers : {},
        body: Array.from({ length: count }, () => ({ kind: 'custom' })),
      });
    const custom = async () => (await findEventCounts(app.slipway.database.db, busy?._id ?? '')).get('custom');

    expect([(await bulk()).status, (await bulk()).status]).toEqual([202, 202]);
    expect(await bulk(busy, 1)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: { code: 'rate_limited' },
    });
    const pixel = Buffer.from(JSON.stringify([{ kind: 'custom' }])).toString('base64url');
    expect((await app.call({ path: `/a/${busy?._id}.gif?d=${pixel}`, token: null })).status).toBe(429);
    expect((await bulk(calm)).status).toBe(202);
    await app.clock.advance(10_000);
    expect((await bulk(busy, 1)).status).toBe(202);
    expect(await custom()).toBe(5);
    await app.close();
  });
});
