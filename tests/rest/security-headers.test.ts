import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream } from '../support/stream-reader.ts';

const [ENGINE] = ENGINES;

const ALWAYS = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' };
const OF_DATA = { ...ALWAYS, 'referrer-policy': 'no-referrer' };
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

describe('headers that keep browsers safe', () => {
  let app: TestApp;
  beforeAll(async () => {
    if (!ENGINE) throw new Error('there is no engine');
    app = await startApp(ENGINE);
  });
  afterAll(() => app.close());

  const clientSideId = async () => (await app.call({ path: 'projects/default/environments/test' })).body._id as string;

  it.each([
    ['an answer', { path: 'projects' }, 200],
    ['a refusal', { path: 'projects', token: null }, 401],
    ['a path that nothing is at', { path: '/nix' }, 404],
    ['a path that is none', { path: '/api/v2/%zz' }, 400],
    ['a key without end', { path: `flags/default/${'k'.repeat(1_000)}` }, 414],
    ['an answer without a body', { path: 'projects', method: 'OPTIONS' }, 204],
    ['health', { path: '/healthz' }, 200],
    ['metrics', { path: '/metrics' }, 200],
    ['who is signed in', { path: '/internal/session', token: null }, 401],
  ] as const)('come with %s', async (_name, request, status) => {
    const answer = await app.call(request);
    expect(answer).toMatchObject({ status, headers: { ...OF_DATA, 'content-security-policy': NOTHING } });
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });

  it('come with evaluations and streams', async () => {
    const id = await clientSideId();
    const context = Buffer.from('{"kind":"user","key":"a"}').toString('base64url');
    const polled = await app.call({ path: `/sdk/evalx/${id}/contexts/${context}`, token: null });
    expect(polled).toMatchObject({ status: 200, headers: { ...OF_DATA, 'content-security-policy': NOTHING } });
    const url = await app.slipway.listen();
    const stream = await openStream(`${url}/eval/${id}/${context}`);
    expect(Object.fromEntries(stream.headers)).toMatchObject(OF_DATA);
    stream.close();
  });

  it('come with pages, which may load their own parts and be framed by nobody', async () => {
    const { headers } = await app.call({ path: '/projects', token: null });
    expect(headers).toMatchObject({ ...ALWAYS, 'referrer-policy': 'same-origin' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('keep whatever the API says out of caches', async () => {
    for (const request of [
      { path: 'projects/default/environments' },
      { path: 'tokens' },
      { method: 'POST', path: 'tokens', body: { role: 'reader' } },
      { path: 'nix' },
      { path: '/internal/session', token: null },
    ] as const) {
      expect((await app.call(request)).headers['cache-control']).toBe('no-store');
    }
  });

  it('ask for https only where people come by https', async () => {
    if (!ENGINE) throw new Error('there is no engine');
    const proxied = await startApp(ENGINE, { SLIPWAY_BASE_URL: 'https://flags.example.com' });
    const { headers } = await proxied.call({ path: 'projects' });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    await proxied.close();
  });
});
