import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('root resources on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  it('says who calls', async () => {
    const { status, body } = await app.call({ path: 'caller-identity' });
    expect(status).toBe(200);
    expect(body).toEqual({
      accountId: expect.stringMatching(/^[0-9a-f]{24}$/),
      authKind: 'token',
      tokenKind: 'auth',
      tokenId: expect.stringMatching(/^[0-9a-f]{24}$/),
      tokenName: 'First token',
      memberId: expect.stringMatching(/^[0-9a-f]{24}$/),
      serviceToken: false,
      scopes: [],
    });
  });

  it('says what there is at its root', async () => {
    const { status, body } = await app.call({ path: '/api/v2' });
    expect(status).toBe(200);
    expect(body.links).toMatchObject({
      self: { href: '/api/v2', type: 'application/json' },
      projects: { href: '/api/v2/projects' },
    });
  });

  it('says which versions of the API there are and which one it speaks', async () => {
    expect((await app.call({ path: 'versions', headers: { 'ld-api-version': '20220603' } })).body).toEqual({
      validVersions: [20160426, 20191212, 20210729, 20220603, 20240415],
      latestVersion: 20240415,
      currentVersion: 20220603,
      beta: false,
    });
  });

  it('names each request, in the header of the answer and in the body of an error', async () => {
    const good = await app.call({ path: 'versions' });
    const bad = await app.call({ path: 'nix' });
    expect(good.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(bad.headers['x-request-id']).toBe(bad.body.id);
    expect(bad.body.id).not.toBe(good.headers['x-request-id']);
  });

  it.each([
    ['bare', (token: string) => token],
    ['after Bearer', (token: string) => `Bearer ${token}`],
    ['after api_key', (token: string) => `api_key ${token}`],
  ])('accepts a token %s', async (_name, write) => {
    const { status } = await app.call({ path: 'versions', token: write(app.token) });
    expect(status).toBe(200);
  });

  it.each([
    ['missing', null],
    ['unknown', 'api-00000000-0000-4000-8000-000000000000'],
    ['an SDK key', 'sdk-00000000-0000-4000-8000-000000000000'],
  ])('refuses a token that is %s', async (_name, token) => {
    const { status, body } = await app.call({ path: 'projects', token });
    expect(status).toBe(401);
    expect(body).toEqual({ code: 'unauthorized', message: 'Invalid access token', id: expect.any(String) });
  });

  it('publishes an OpenAPI document of its own routes without asking for a token', async () => {
    const { status, body } = await app.call({ path: 'openapi.json', token: null });
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v2/flags/{projectKey}/{flagKey}',
        '/api/v2/projects/{projectKey}/release-pipelines',
      ]),
    );
    expect(
      body.paths['/api/v2/flags/{projectKey}'].post.requestBody.content['application/json'].schema.required,
    ).toEqual(['key', 'name']);
  });
});
