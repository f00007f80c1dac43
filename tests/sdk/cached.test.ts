import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('SDKs that live for one request on $name', (engine) => {
  let app: TestApp;
  let sdkKey = '';
  const ENVIRONMENT = 'projects/default/environments/test';

  beforeAll(async () => {
    app = await startApp(engine);
    sdkKey = (await app.call({ path: ENVIRONMENT })).body.apiKey;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
    await app.call({ method: 'POST', path: 'segments/default/test', body: { key: 'beta', name: 'Beta' } });
  });
  afterAll(() => app.close());

  const get = (path: string, headers: Readonly<Record<string, string>> = {}, token = sdkKey) =>
    app.call({ path, token, headers });

  it('get all flags, without segments', async () => {
    const { status, body, headers } = await get('/sdk/flags');
    expect(status).toBe(200);
    expect(body).toEqual({ cart: expect.objectContaining({ key: 'cart', version: 1, on: false }) });
    expect(headers['cache-control']).toBe('no-cache');
    const again = await get('/sdk/flags', { 'if-none-match': String(headers['etag']) });
    expect(again).toMatchObject({ status: 304, body: undefined });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'new', name: 'New' } });
    await app.clock.advance(1_000);
    const changed = await get('/sdk/flags', { 'if-none-match': String(headers['etag']) });
    expect(Object.keys(changed.body)).toEqual(['cart', 'new']);
  });

  it('get one flag or one segment', async () => {
    expect((await get('/sdk/flags/cart')).body).toMatchObject({ key: 'cart', variations: [true, false] });
    expect((await get('/sdk/segments/beta')).body).toMatchObject({ key: 'beta', included: [] });
    expect((await get('/sdk/flags/beta')).status).toBe(404);
    expect((await get('/sdk/segments/none')).status).toBe(404);
  });

  it('may keep the answer for as long as the environment says', async () => {
    const patch = async (value: number) => {
      const body = [{ op: 'replace', path: '/defaultTtl', value }];
      expect((await app.call({ method: 'PATCH', path: ENVIRONMENT, body })).status).toBe(200);
      await app.clock.advance(1_000);
    };
    await patch(5);
    for (const path of ['/sdk/flags', '/sdk/flags/cart', '/sdk/segments/beta']) {
      const { headers } = await get(path);
      expect(headers['cache-control']).toBe('max-age=300');
      expect(Date.parse(String(headers['expires']))).toBe(Math.floor((app.clock.now() + 300_000) / 1_000) * 1_000);
    }
    await patch(0);
    expect((await get('/sdk/flags')).headers).not.toHaveProperty('expires');
  });

  it.each(['/sdk/flags', '/sdk/flags/cart', '/sdk/segments/beta'])('refuses a wrong key on %s', async (path) => {
    expect((await get(path, {}, 'sdk-wrong')).status).toBe(401);
  });
});
