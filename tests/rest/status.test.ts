import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { faulty } from '../support/faulty-store.ts';

const SECOND = 1_000;
const MASKED = /^(sdk|mob)-\*{8}-\*{4}-\*{4}-\*{4}-\*{7}[0-9a-f]{5}$/;

describe.each(ENGINES)('/status on $name', (given) => {
  const engine = faulty(given);
  let app: TestApp;
  let startedAt: number;

  beforeAll(async () => {
    app = await startApp(engine);
    startedAt = app.clock.now();
    await app.call({ method: 'POST', path: 'projects', body: { key: 'shop', name: 'Shop' } });
    await app.clock.advance(SECOND);
  });
  afterAll(() => app.close());

  const status = (path = '', token?: string | null) =>
    app.call({ path: `/status${path}`, ...(token !== undefined && { token }) });
  const store = () => ({ state: 'VALID', stateSince: startedAt, database: given.name });

  it('tells callers of their environments as a Relay Proxy does', async () => {
    const { body: environment } = await app.call({ path: 'projects/shop/environments/production' });
    const { status: code, headers, body } = await status();
    expect(code).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      environments: expect.any(Object),
      dataStoreStatus: store(),
      status: 'healthy',
      version: VERSION,
      clientVersion: VERSION,
    });
    expect(Object.keys(body.environments)).toHaveLength(4);
    const told = body.environments[environment._id];
    expect(told).toEqual({
      sdkKey: expect.stringMatching(MASKED),
      envId: environment._id,
      envKey: 'production',
      envName: 'Production',
      projKey: 'shop',
      projName: 'Shop',
      mobileKey: expect.stringMatching(MASKED),
      status: 'connected',
      connectionStatus: { state: 'VALID', stateSince: startedAt },
      dataStoreStatus: store(),
    });
    expect(told.sdkKey.slice(-5)).toBe(environment.apiKey.slice(-5));
    expect(told.mobileKey.slice(-5)).toBe(environment.mobileKey.slice(-5));
    expect((await status(`/${environment._id}`)).body).toEqual(told);
    expect((await status('/shop/production')).body).toEqual(told);
  });

  it('tells everybody else only how it does', async () => {
    const { status: code, body } = await status('', null);
    expect(code).toBe(200);
    expect(body).toEqual({ dataStoreStatus: store(), status: 'healthy', version: VERSION, clientVersion: VERSION });
    for (const path of ['/shop/production', '/0123456789abcdef01234567']) {
      expect((await status(path, null)).status).toBe(401);
    }
  });

  it('refuses wrong credentials', async () => {
    expect((await status('', 'api-of-somebody-else')).status).toBe(401);
  });

  it('does not tell of what a caller may not see', async () => {
    const policy = [{ effect: 'allow', resources: ['proj/default'], actions: ['viewProject'] }];
    await app.call({ method: 'POST', path: 'roles', body: { key: 'default-only', name: 'Default only', policy } });
    const { body: token } = await app.call({
      method: 'POST',
      path: 'tokens',
      body: { name: 'Monitor', customRoleIds: ['default-only'], serviceToken: true },
    });
    const { body } = await status('', token.token);
    const projects = Object.values<{ projKey: string }>(body.environments).map(({ projKey }) => projKey);
    expect(new Set(projects)).toEqual(new Set(['default']));
    const hidden = await status('/shop/production', token.token);
    const missing = await status('/nowhere/production', token.token);
    expect(hidden.status).toBe(404);
    expect({ ...hidden.body, id: '' }).toEqual({ ...missing.body, id: '' });
  });

  it('says 404 where there is nothing', async () => {
    expect((await status('/shop/missing')).status).toBe(404);
    expect((await status('/0123456789abcdef01234567')).status).toBe(404);
  });

  it.runIf(given.name === 'postgres')('is degraded while the store is away, and since when', async () => {
    await app.clock.advance(SECOND);
    await engine.take();
    const awaySince = app.clock.now();
    await status('', null);
    await app.clock.advance(SECOND);
    const away = (await status('', null)).body;
    expect(away.status).toBe('degraded');
    expect(away.dataStoreStatus).toEqual({ state: 'INTERRUPTED', stateSince: awaySince, database: 'postgres' });
    expect((await status()).status).toBe(503);
    await engine.giveBack();
    const back = (await status('', null)).body;
    expect(back.status).toBe('healthy');
    expect(back.dataStoreStatus).toEqual({ state: 'VALID', stateSince: awaySince + SECOND, database: 'postgres' });
  });
});
