import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/* How the pages are served; what is in them, tests/journeys/web has. Stores make no difference here. */

describe('the pages', () => {
  let app: TestApp;
  let page: string;
  let script: string;

  beforeAll(async () => {
    const [engine] = ENGINES;
    if (!engine) throw new Error('There is no engine');
    app = await startApp(engine);
    page = await readFile('dist/web/index.html', 'utf8');
    script = /src="([^"]+)"/.exec(page)?.[1] ?? '';
  });
  afterAll(() => app.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    app.slipway.server.inject({ method: 'GET', url, headers });

  it.each([
    '/',
    '/sign-in',
    '/forgot-password',
    '/reset-password',
    '/accept-invitation',
    '/approvals',
    '/approvals/5f1a',
    '/audit-log',
    '/settings',
    '/settings/tokens',
    '/projects/default/flags',
    '/projects/default/flags/a-flag?env=test',
    '/default/production/features/a-flag',
    '/default/~/features/a-flag',
    '/experiments/metrics/errors/edit',
  ])('are one document, which is asked for each time: %s', async (path) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(page);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
    const again = await get(path, { 'if-none-match': answer.headers.etag ?? '' });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('let through nothing that is inline or from another host', async () => {
    const { headers } = await get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*|data:/);
    expect(page).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style| style=| on\w+=|https?:/);
  });

  it('name files that browsers keep for good, and get compressed', async () => {
    expect(script).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.js$/);
    const plain = await get(script);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const packed = await get(script, { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-content-type-options': 'nosniff' });
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
  });

  it.each(['/assets/index-00000000.js', '/assets/../index.html', '/assets/%2e%2e/%2e%2e/package.json', '/nothing'])(
    'have nothing at %s',
    async (path) => {
      const answer = await get(path);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(String(answer.headers['cache-control'])).not.toContain('immutable');
      expect(answer.json()).toMatchObject({ message: expect.any(String) });
    },
  );

  it('do not stand in the way of what answers with JSON', async () => {
    expect((await app.call({ path: '/api/v2/nothing' })).body).toMatchObject({ code: 'not_found' });
    expect((await app.call({ path: 'openapi.json' })).body.paths).not.toHaveProperty('/sign-in');
  });
});
