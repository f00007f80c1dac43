import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONNECTION_LIMITS, type ConnectionLimits } from '../../src/connections.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream } from '../support/stream-reader.ts';

const [ENGINE] = ENGINES;

/** Short, so that nobody waits; longer ones are cut off by the same code. */
const LIMITS = { ...CONNECTION_LIMITS, headersMs: 300, requestMs: 600, checkEveryMs: 50 };

const ERROR = { code: 'invalid_request', message: expect.any(String), id: expect.any(String) };

interface Listening {
  readonly app: TestApp;
  readonly url: string;
  readonly sdkKey: string;
}

async function listen(connectionLimits?: ConnectionLimits): Promise<Listening> {
  if (!ENGINE) throw new Error('there is no engine');
  const app = await startApp(ENGINE, {}, connectionLimits && { connectionLimits });
  const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
  return { app, url: await app.slipway.listen(), sdkKey: apiKey };
}

describe('connections of slow clients', () => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;

  beforeAll(async () => {
    ({ app, url, sdkKey } = await listen(LIMITS));
  });
  afterAll(() => app.close());

  /** Sends the beginning of a request, whatever comes back, and then one more character again and again. @returns what came back in the end */
  async function trickle(beginning: string, character: string): Promise<string> {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(beginning);
    const timer = setInterval(() => socket.write(character), 20);
    // It ends with an error or without: whoever writes to a closed connection gets one.
    await new Promise((closed) => socket.once('close', closed));
    clearInterval(timer);
    return text;
  }

  const bodyOf = (text: string): unknown => JSON.parse(text.split('\r\n\r\n')[1] ?? '');

  it.each([
    ['headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX: ', 'a'],
    ['a header after the other', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', 'X: a\r\n'],
    ['a body', 'POST /bulk HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', 'a'],
    ['chunks', 'POST /bulk HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n'],
  ])('are closed when %s come too slowly', async (_name, beginning, character) => {
    const text = await trickle(beginning, character);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(bodyOf(text)).toEqual({ ...ERROR, message: 'request: expected all of it sooner' });
  });

  it('stay open for streams, however long they last', async () => {
    const stream = await openStream(`${url}/all`, sdkKey);
    expect(await stream.next()).toMatchObject({ event: 'put' });
    // Several times as long as a request may take to come.
    await trickle('POST /bulk HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', 'a');
    await trickle('POST /bulk HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n', 'a');
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'late', name: 'Late' } });
    expect(await stream.next()).toMatchObject({ event: 'patch' });
    stream.close();
  });

  it('say what was no HTTP', async () => {
    const text = await trickle('GET / HTTP/9.9\r\n\r\n', ' ');
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(bodyOf(text)).toEqual({ ...ERROR, message: 'request: expected HTTP, got something else' });
  });
});

describe('large requests', () => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;

  beforeAll(async () => {
    ({ app, url, sdkKey } = await listen());
  });
  afterAll(() => app.close());

  it('are refused with headers or a query that are too large', async () => {
    const many = await fetch(`${url}/healthz`, { headers: { x: 'a'.repeat(17_000) } });
    expect([many.status, await many.json()]).toEqual([431, { ...ERROR, message: expect.stringContaining('16384') }]);
    const long = await fetch(`${url}/api/v2/projects?filter=${'a'.repeat(17_000)}`);
    expect([long.status, await long.json()]).toMatchObject([431, ERROR]);
    const fits = await fetch(`${url}/api/v2/projects?filter=query:${'a'.repeat(15_000)}`, {
      headers: { authorization: app.token },
    });
    expect(fits.status).toBe(200);
  });

  it.each([
    ['POST', '/api/v2/projects', 8 * 1024 * 1024],
    ['POST', '/internal/password-reset', 8 * 1024 * 1024],
    ['POST', '/bulk', 16 * 1024 * 1024],
    ['POST', '/ofrep/v1/evaluate/flags', 1024 * 1024],
    ['REPORT', '/msdk/evalx/context', 1024 * 1024],
    ['POST', '/webhook/triggers/id/secret', 16 * 1024],
  ])('are refused: %s %s takes no more than %d bytes', async (method, path, most) => {
    const headers = { authorization: path.startsWith('/api') ? app.token : sdkKey, 'content-type': 'application/json' };
    const send = (length: number) => fetch(`${url}${path}`, { method, headers, body: ' '.repeat(length) });
    expect((await send(most)).status).not.toBe(413);
    const answer = await send(most + 1);
    expect([answer.status, await answer.json()]).toMatchObject([413, { ...ERROR, code: 'too_large' }]);
  });

  it('are refused: no more than 16 MiB of events, however small they are compressed', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')));
    const headers = { authorization: sdkKey, 'content-encoding': 'gzip' };
    const answer = await fetch(`${url}/bulk`, { method: 'POST', headers, body: bomb });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'too_large' }]);
  });
});
