import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('events of client-side SDKs on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('seen');
  });
  afterAll(() => app.close());

  const post = (path: string, batch: unknown, headers: Record<string, string> = {}) =>
    fetch(`${on.url}${path}`, { method: 'POST', headers, body: JSON.stringify(batch) });
  const countOf = async (kind: string) => (await findEventCounts(app.slipway.database.db, on.id)).get(kind) ?? 0;

  it.each([
    ['/events/bulk/', () => on.id],
    ['/events/diagnostic/', () => on.id],
    ['/mobile', () => ''],
    ['/mobile/events', () => ''],
    ['/mobile/events/bulk', () => ''],
    ['/mobile/events/diagnostic', () => ''],
  ])('counts what is sent to %s', async (path, rest) => {
    const before = await countOf('click');
    const answer = await post(`${path}${rest()}`, [{ kind: 'click' }], { authorization: on.mobileKey });
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    expect(answer.headers.has('date')).toBe(true);
    expect(await countOf('click')).toBe(before + 1);
  });

  it('counts a batch once, and reads what it tells of flags and contexts', async () => {
    const features = { seen: { default: false, contextKinds: ['user'], counters: [{ value: true, count: 1 }] } };
    const batch = [
      { kind: 'identify', context: { kind: 'user', key: 'kim' } },
      { kind: 'summary', context: { kind: 'user', key: 'kim' }, features },
    ];
    const headers = { 'x-launchdarkly-payload-id': 'once', 'content-type': 'application/json' };
    await post(`/events/bulk/${on.id}`, batch, headers);
    await post(`/events/bulk/${on.id}`, batch, headers);
    expect(await countOf('summary')).toBe(1);
    const status = await app.call({ path: 'flag-statuses/default/production/seen' });
    expect(status.body).toMatchObject({ name: 'active', default: false });
    const found = await app.call({ path: 'projects/default/environments/production/contexts/user/kim' });
    expect(found.body.items).toHaveLength(1);
  });

  it('reads gzip', async () => {
    const answer = await fetch(`${on.url}/events/bulk/${on.id}`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync('[{"kind":"pageview"}]')),
    });
    expect([answer.status, await countOf('pageview')]).toEqual([202, 1]);
  });

  it('reads events out of the address of a picture', async () => {
    const batch = Buffer.from('[{"kind":"debug"}]').toString('base64url');
    const answer = await fetch(`${on.url}/a/${on.id}.gif?d=${batch}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toMatch(/^GIF89a/);
    expect(await countOf('debug')).toBe(1);
    expect((await fetch(`${on.url}/a/${on.id}.gif`)).status).toBe(400);
    expect((await fetch(`${on.url}/a/nothing.gif?d=${batch}`)).status).toBe(404);
  });

  it('refuses wrong credentials, and what is no batch', async () => {
    expect((await post('/events/bulk/nothing', [])).status).toBe(404);
    expect((await post('/mobile', [], { authorization: on.sdkKey })).status).toBe(401);
    expect((await post('/bulk', [], { authorization: on.mobileKey })).status).toBe(401);
    expect((await post('/mobile', 7, { authorization: on.mobileKey })).status).toBe(400);
    expect((await fetch(`${on.url}/events/bulk/${on.id}`, { method: 'POST' })).status).toBe(400);
  });

  it('lets pages of any origin send', async () => {
    const answer = await fetch(`${on.url}/events/bulk/${on.id}`, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toContain('X-LaunchDarkly-Payload-ID');
    expect((await post(`/events/bulk/${on.id}`, [])).headers.get('access-control-allow-origin')).toBe('*');
  });
});
