import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient, type ApiError, apiPath } from '../../src/cli/api-client.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const limited = (headers: Record<string, string>) => json(429, { code: 'rate_limited', message: 'Too much' }, headers);
const hangUp: Answer = (response) => void response.destroy();

/** What a request looked like to the server. */
interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('ApiClient', () => {
  let server: Server;
  let url: string;
  let seen: Seen[];
  let waits: number[];

  afterEach(() => void server.close());

  /** Serves answers one after the other, the last one for ever. */
  async function serve(...answers: readonly Answer[]): Promise<ApiClient> {
    seen = [];
    waits = [];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const answer = answers[Math.min(seen.length, answers.length - 1)];
        seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
        answer?.(response, request);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new ApiClient(`${url}/`, 'api-secret', async (ms) => waits.push(ms));
  }

  it('sends token, version and query, and leaves out what is undefined', async () => {
    const client = await serve(json(200, { ok: true }));
    expect(
      await client.send(apiPath('flags', 'a b'), { query: { limit: 3, tag: undefined, filter: 'a:b,c' } }),
    ).toEqual({ ok: true });
    expect(seen[0]?.line).toBe('GET /api/v2/flags/a%20b?limit=3&filter=a%3Ab%2Cc');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'api-secret', 'ld-api-version': 'beta' });
  });

  it('sends JSON, and instructions with their media type', async () => {
    const client = await serve(json(200, {}));
    await client.send('/x', { method: 'POST', body: { a: 1 } });
    await client.send('/x', { method: 'PATCH', body: {}, isSemanticPatch: true });
    expect(seen.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'application/json; domain-model=launchdarkly.semanticpatch',
    ]);
    expect(seen[0]?.body).toBe('{"a":1}');
  });

  it('takes an empty answer', async () => {
    const client = await serve((response) => void response.writeHead(204).end());
    expect(await client.send('/x', { method: 'DELETE' })).toBeUndefined();
  });

  it('waits as Retry-After says, in seconds or until a date, also for a change', async () => {
    const past = new Date(0).toUTCString();
    const client = await serve(
      limited({ 'retry-after': '7', 'x-ratelimit-reset': '0' }),
      limited({ 'retry-after': past }),
      json(503, { code: 'store_unavailable', message: 'Later' }, { 'retry-after': '1' }),
      json(200, { done: true }),
    );
    expect(await client.send('/x', { method: 'PATCH', body: [] })).toEqual({ done: true });
    expect(waits).toEqual([7_000, 100, 1_000]);
    expect(seen).toHaveLength(4);
  });

  it('reads X-Ratelimit-Reset as Unix milliseconds, and waits a minute at most', async () => {
    const soon = limited({ 'x-ratelimit-reset': String(Date.now() - 5_000) });
    const late = limited({ 'x-ratelimit-reset': String(Date.now() + 3_600_000) });
    const client = await serve(soon, late, json(200, {}));
    await client.send('/x');
    expect(waits).toEqual([100, 60_000]);
  });

  it('waits twice as long each time when it is told nothing, and gives up in the end', async () => {
    const client = await serve(limited({}));
    const error = await client.send('/x').catch((problem: unknown) => problem as ApiError);
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limited',
      message: 'Too much (429 rate_limited)',
      exitCode: 1,
    });
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  });

  it('asks again for what got no answer, when the service has answered before', async () => {
    const client = await serve(json(200, 1), hangUp, hangUp, json(200, 2));
    await client.send('/x');
    expect(await client.send('/x')).toBe(2);
    expect(waits).toEqual([500, 1_000]);
  });

  it('never sends a change again that got no answer', async () => {
    const client = await serve(json(200, 1), hangUp, json(200, 2));
    await client.send('/x');
    await expect(client.send('/x', { method: 'POST', body: {} })).rejects.toThrow(
      /did not answer: .*Whether the change was made is not known/,
    );
    expect(seen).toHaveLength(2);
  });

  it('tells at once of an address that nobody answers at', async () => {
    const client = await serve();
    server.close();
    await expect(client.send('/x')).rejects.toThrow(/^http:\/\/127\.0\.0\.1:\d+ did not answer: .*ECONNREFUSED/);
    await expect(client.send('/x', { method: 'POST', body: {} })).rejects.toThrow(/ECONNREFUSED 127\.0\.0\.1:\d+$/);
    expect(waits).toEqual([]);
  });

  it('asks again for an answer that breaks off', async () => {
    const cut: Answer = (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"a":');
      setImmediate(() => response.destroy());
    };
    const client = await serve(json(200, 1), cut, json(200, { a: 2 }));
    await client.send('/x');
    expect(await client.send('/x')).toEqual({ a: 2 });
  });

  it('says so when the answer is not JSON', async () => {
    const client = await serve((response) => void response.writeHead(200).end('<html>'));
    await expect(client.send('/x')).rejects.toThrow(/answers something else than JSON.*"<html>"/);
  });

  it('says so when an error is not one of the API', async () => {
    const client = await serve((response) => void response.writeHead(502).end('Bad gateway'));
    await expect(client.send('/x')).rejects.toThrow('The answer is not one of the API (502 no_json)');
  });

  it('does not follow elsewhere, where the token would not go', async () => {
    const client = await serve((response) => void response.writeHead(301, { location: 'https://example.com' }).end());
    await expect(client.send('/x')).rejects.toThrow(/did not answer: unexpected redirect/);
  });

  it('lists page after page, by the links it is given', async () => {
    const client = await serve(
      json(200, { items: [1, 2], _links: { next: { href: '/api/v2/things?limit=2&offset=2' } } }),
      json(200, { items: [3], _links: {} }),
    );
    expect(await Array.fromAsync(client.list('/api/v2/things', { limit: 2 }))).toEqual([1, 2, 3]);
    expect(seen.map(({ line }) => line)).toEqual(['GET /api/v2/things?limit=2', 'GET /api/v2/things?limit=2&offset=2']);
  });
});
