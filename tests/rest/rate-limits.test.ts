import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const WINDOW = 10_000;

describe.each(ENGINES)('rate limits on $name', (engine) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine, {
      SLIPWAY_RATE_LIMIT_GLOBAL: '6',
      SLIPWAY_RATE_LIMIT_ROUTE: '4',
      SLIPWAY_RATE_LIMIT_FAILURES: '3',
    });
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(WINDOW - (app.clock.now() % WINDOW)));

  const get = (path: string, token?: string) => app.call({ path, ...(token !== undefined && { token }) });
  const left = ({ headers }: Awaited<ReturnType<typeof get>>) => [
    headers['x-ratelimit-global-remaining'],
    headers['x-ratelimit-route-remaining'],
  ];

  it('say what is left, and until when', async () => {
    const first = await get('projects/default');
    expect(left(first)).toEqual(['5', '3']);
    expect(first.headers['x-ratelimit-reset']).toBe(String(app.clock.now() + WINDOW));
    await app.clock.advance(WINDOW / 2);
    const second = await get('projects/default?expand=environments');
    expect(left(second)).toEqual(['4', '2']);
    expect(second.headers['x-ratelimit-reset']).toBe(first.headers['x-ratelimit-reset']);
    expect(left(await get('projects'))).toEqual(['3', '3']);
    await app.clock.advance(WINDOW / 2);
    expect(left(await get('projects'))).toEqual(['5', '3']);
  });

  it('refuse what is too much for a route, and let others through', async () => {
    for (let count = 0; count < 4; count++) expect((await get('versions')).status).toBe(200);
    await app.clock.advance(1);
    const refused = await get('versions');
    expect(refused).toMatchObject({
      status: 429,
      headers: {
        'retry-after': '10',
        'x-ratelimit-reset': String(app.clock.now() + WINDOW - 1),
        'x-ratelimit-route-remaining': '0',
      },
      body: { code: 'rate_limited', message: "You've exceeded the API rate limit. Try again later." },
    });
    expect((await get('projects')).status).toBe(200);
  });

  it('refuse what is too much altogether, of one caller only, and change nothing by it', async () => {
    const token = await app.addToken('admin');
    for (const path of ['versions', 'projects', 'members', 'teams', 'roles', 'tokens']) await get(path);
    const flag = { key: 'late', name: 'Late' };
    expect((await app.call({ method: 'POST', path: 'flags/default', body: flag })).status).toBe(429);
    expect((await get('flags/default/late', token)).status).toBe(404);
    await app.clock.advance(WINDOW);
    expect((await app.call({ method: 'POST', path: 'flags/default', body: flag })).status).toBe(201);
  });

  it('hold up who guesses tokens, and nobody else', async () => {
    const guess = () => get('projects', 'api-wrong');
    for (let count = 0; count < 3; count++) expect((await guess()).status).toBe(401);
    expect(await guess()).toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
    expect((await get('projects')).status).toBe(200);
    await app.clock.advance(WINDOW);
    expect((await guess()).status).toBe(401);
  });

  it('are none of SDKs', async () => {
    const { apiKey } = (await get('projects/default/environments/test')).body;
    for (let count = 0; count < 10; count++) {
      const { status, headers } = await app.call({ path: '/sdk/latest-all', token: apiKey });
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('x-ratelimit-reset');
    }
  });
});
