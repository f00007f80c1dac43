import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('notices of changes on $name', (engine) => {
  let app: TestApp;
  let url: string;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    await app.call({ method: 'POST', path: 'projects', body: { key: 'other', name: 'Other' } });
    await app.clock.advance(60_000);
  });
  afterAll(() => app.close());

  /** A stream of a project, read piece by piece. */
  async function open(projectKey: string, token = app.token) {
    const response = await fetch(`${url}/api/v2/projects/${projectKey}/change-notices`, {
      headers: { authorization: token },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    return { response, next, cancel: () => reader?.cancel() };
  }

  it('tell who reads a project what has changed in it, and nobody else', async () => {
    const [mine, others] = [await open('default'), await open('other')];
    expect(mine.response.headers.get('content-type')).toBe('text/event-stream');
    expect([await mine.next(), await others.next()]).toEqual([': hello\n\n', ': hello\n\n']);
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
    const at = app.clock.now();
    await app.clock.advance(1_000);
    expect(await mine.next()).toBe(`event: change\ndata: ${JSON.stringify({ kind: 'flag', name: 'Cart', at })}\n\n`);
    await app.clock.advance(20_000);
    expect([await mine.next(), await others.next()]).toEqual([':\n\n', ':\n\n']);
    await mine.cancel();
    await others.cancel();
  });

  it('end after a while, so that rights are asked for again', async () => {
    const { next } = await open('default');
    expect(await next()).toBe(': hello\n\n');
    for (let minute = 0; minute < 6; minute++) await app.clock.advance(60_000);
    let last = await next();
    while (last?.startsWith(':')) last = await next();
    expect(last).toBeUndefined();
  });

  it('are not for those who may not see the project', async () => {
    expect((await open('nix')).response.status).toBe(404);
    expect((await open('default', 'api-wrong')).response.status).toBe(401);
  });
});
