import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, evaluate } from '../support/official-sdk.ts';

describe.each(ENGINES)('polling on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    sdkKey = (await app.call({ path: 'projects/default/environments/production' })).body.apiKey;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'polled', name: 'Polled' } });
  });
  afterAll(() => app.close());

  const turn = (kind: 'turnFlagOn' | 'turnFlagOff') =>
    app.call({
      method: 'PATCH',
      path: 'flags/default/polled',
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions: [{ kind }] },
    });

  it('initialises the official SDK in polling mode', async () => {
    const off = await connectSdk(url, sdkKey, { stream: false });
    expect(await evaluate(off, 'polled')).toBe(false);
    off.close();
    await turn('turnFlagOn');
    const on = await connectSdk(url, sdkKey, { stream: false });
    expect(await evaluate(on, 'polled')).toBe(true);
    on.close();
  });

  it('answers 304 to the ETag of the present state and 200 after a change', async () => {
    const poll = (headers: Record<string, string> = {}) =>
      fetch(`${url}/sdk/latest-all`, { headers: { authorization: sdkKey, ...headers } });
    const first = await poll();
    const etag = first.headers.get('etag') ?? '';
    expect(first.status).toBe(200);
    expect(etag).not.toBe('');

    expect((await poll({ 'if-none-match': etag })).status).toBe(304);
    await turn('turnFlagOff');
    const changed = await poll({ 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(await changed.json()).toMatchObject({ flags: { polled: { key: 'polled', on: false } }, segments: {} });
  });

  it('compresses polls for SDKs that accept gzip', async () => {
    const plain = await fetch(`${url}/sdk/latest-all`, {
      headers: { authorization: sdkKey, 'accept-encoding': 'identity' },
    });
    const packed = await fetch(`${url}/sdk/latest-all`, {
      headers: { authorization: sdkKey, 'accept-encoding': 'gzip' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.json()).toEqual(await plain.json());
  });

  it('serves single flags to old SDKs, and 404 for unknown ones', async () => {
    const headers = { authorization: `api_key ${sdkKey}` };
    const found = await fetch(`${url}/sdk/latest-flags/polled`, { headers });
    expect(await found.json()).toMatchObject({ key: 'polled' });
    expect((await fetch(`${url}/sdk/latest-flags/nothing`, { headers })).status).toBe(404);
  });

  it.each(['/all', '/sdk/latest-all', '/sdk/latest-flags/polled'])('refuses a wrong SDK key on %s', async (path) => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: 'sdk-wrong' } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthorized' });
  });
});
