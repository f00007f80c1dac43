import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, apiPath, request, withQuery } from './request.ts';

const answers = (status: number, body: string, headers: Record<string, string> = {}) => {
  const fetch = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(
    async () => new Response(body || null, { status, headers }),
  );
  vi.stubGlobal('fetch', fetch);
  return fetch;
};
const failure = async () => {
  const error = await request('/api/v2/flags').then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error('expected an ApiError', { cause: error });
  return error;
};

afterEach(() => vi.unstubAllGlobals());

describe('a request', () => {
  it('goes to an encoded path, with lists repeated and nothing that is empty', () => {
    expect(apiPath('flags', 'a b', 'c/d')).toBe('/api/v2/flags/a%20b/c%2Fd');
    expect(withQuery('/x', { env: ['a', 'b'], q: '', limit: 20, sort: undefined })).toBe('/x?env=a&env=b&limit=20');
    expect(withQuery('/x', { q: undefined })).toBe('/x');
  });

  it('names its version, and the media type of instructions', async () => {
    const fetch = answers(200, '{"ok":true}');
    expect(await request('/x', { method: 'PATCH', body: { a: 1 }, isSemanticPatch: true })).toEqual({ ok: true });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({
      method: 'PATCH',
      body: '{"a":1}',
      headers: {
        'ld-api-version': '20240415',
        'content-type': 'application/json; domain-model=launchdarkly.semanticpatch',
      },
    });
    await request('/x', { isBeta: true });
    expect(fetch.mock.calls[1]?.[1].headers).toMatchObject({ 'ld-api-version': 'beta' });
  });

  it('has no answer where there is no body', async () => {
    answers(204, '');
    expect(await request('/x')).toBeUndefined();
  });

  it('fails with what the service says', async () => {
    answers(429, '{"code":"rate_limited","message":"Too many","id":"r-1"}', { 'retry-after': '7' });
    const rateLimited = {
      status: 429,
      code: 'rate_limited',
      message: 'Too many',
      requestId: 'r-1',
      retryAfterSeconds: 7,
    };
    expect(await failure()).toMatchObject(rateLimited);
  });

  it('fails with what is known when somebody else answers in place of the service', async () => {
    answers(502, '<html>Bad gateway</html>', { 'x-request-id': 'r-2' });
    const message = 'The service answered with 502.';
    expect(await failure()).toMatchObject({ status: 502, code: 'unknown', message, requestId: 'r-2' });
  });

  it('says so when nobody answers', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    expect(await failure()).toMatchObject({ status: 0, code: 'unreachable' });
  });
});
