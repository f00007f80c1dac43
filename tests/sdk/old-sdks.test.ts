import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream } from '../support/stream-reader.ts';

describe.each(ENGINES)('SDKs that are older than segments on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('cart');
    await on.addSegment('beta', ['kim']);
  });
  afterAll(() => app.close());

  it('poll flags alone', async () => {
    const poll = (headers = {}) => app.call({ path: '/sdk/latest-flags', token: on.sdkKey, headers });
    const { status, body, headers } = await poll();
    expect(status).toBe(200);
    expect(body).toEqual({ cart: expect.objectContaining({ key: 'cart', on: true }) });
    expect((await poll({ 'if-none-match': String(headers['etag']) })).status).toBe(304);
    expect((await app.call({ path: '/sdk/latest-flags', token: 'sdk-wrong' })).status).toBe(401);
  });

  it('stream flags alone', async () => {
    const stream = await openStream(`${on.url}/flags`, on.sdkKey);
    expect(await stream.next()).toEqual({
      event: 'put',
      data: { cart: expect.objectContaining({ key: 'cart', version: 1, on: true }) },
    });
    await on.instructSegment('beta', { kind: 'addIncludedTargets', contextKind: 'user', values: ['lee'] });
    await on.instruct('cart', { kind: 'turnFlagOff' });
    expect(await stream.next()).toEqual({
      event: 'patch',
      data: { path: '/cart', data: expect.objectContaining({ key: 'cart', version: 2, on: false }) },
    });
    await on.instruct('cart', { kind: 'archiveFlag' });
    expect(await stream.next()).toEqual({ event: 'delete', data: { path: '/cart', version: 3 } });
    stream.close();
  });
});
