import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as OnServer } from '@openfeature/server-sdk';
import { OpenFeature as OnWeb, type Provider } from '@openfeature/web-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('OFREP on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('seen');
    await on.addFlag('servers', { usingEnvironmentId: false, usingMobileKey: false });
    await on.addFlag('off');
    await on.instruct('off', { kind: 'turnFlagOff' });
    await on.addFlag('none');
    await on.instruct('none', { kind: 'turnFlagOff' });
    const patch = [{ op: 'remove', path: '/environments/production/offVariation' }];
    await app.call({ method: 'PATCH', path: 'flags/default/none', body: patch });
    await on.addFlag('split');
    const { body } = await app.call({ path: 'flags/default/split' });
    const [yes, no] = body.variations.map(({ _id }: { _id: string }) => _id);
    await on.instruct(
      'split',
      {
        kind: 'addRule',
        variationId: no,
        clauses: [{ contextKind: 'org', attribute: 'plan', op: 'in', values: ['pro'], negate: false }],
      },
      {
        kind: 'updateFallthroughVariationOrRollout',
        rolloutWeights: { [yes]: 100_000, [no]: 0 },
        rolloutContextKind: 'user',
      },
      { kind: 'addTargets', contextKind: 'user', values: ['lee'], variationId: no },
    );
  });
  afterAll(async () => {
    await OnServer.close();
    await OnWeb.close();
    app.slipway.server.server.closeAllConnections();
    await app.close();
  });

  const post = (
    path: string,
    body: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${on.sdkKey}` },
  ) =>
    fetch(`${on.url}/ofrep/v1/evaluate/flags${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const evaluate = async (key: string, context: object = { targetingKey: 'kim' }) => {
    const answer = await post(`/${key}`, { context });
    return [answer.status, await answer.json()];
  };
  const metadata = { flagVersion: expect.any(Number) };

  it.each([
    ['seen', {}, { value: true, variant: '0', reason: 'STATIC' }],
    ['off', {}, { value: false, variant: '1', reason: 'DISABLED' }],
    ['none', {}, { reason: 'DISABLED' }],
    ['split', {}, { value: true, variant: '0', reason: 'SPLIT' }],
    ['split', { targetingKey: 'lee' }, { value: false, variant: '1', reason: 'TARGETING_MATCH' }],
    ['split', { kind: 'org', plan: 'pro' }, { value: false, variant: '1', reason: 'TARGETING_MATCH' }],
    [
      'split',
      { kind: 'multi', user: { targetingKey: 'kim' }, org: { key: 'acme', plan: 'pro', privateAttributes: ['plan'] } },
      { value: false, variant: '1', reason: 'TARGETING_MATCH' },
    ],
  ])('evaluates %s for %o', async (key, context, expected) => {
    expect(await evaluate(key, { targetingKey: 'kim', ...context })).toEqual([200, { key, metadata, ...expected }]);
  });

  it('evaluates all flags at once, and answers 304 to who has them', async () => {
    const context = { targetingKey: 'kim' };
    const answer = await post('', { context });
    const { flags } = (await answer.json()) as { flags: readonly { key: string }[] };
    expect(flags.map(({ key }) => key)).toEqual(['none', 'off', 'seen', 'servers', 'split']);
    expect(flags[2]).toEqual({ key: 'seen', value: true, variant: '0', reason: 'STATIC', metadata });
    const headers = { authorization: on.sdkKey, 'if-none-match': answer.headers.get('etag') ?? '' };
    expect((await post('', { context }, headers)).status).toBe(304);
    expect((await post('', { context: { targetingKey: 'lee' } }, headers)).status).toBe(200);
  });

  it.each([
    ['an SDK key', () => ({ 'x-api-key': on.sdkKey }), ['none', 'off', 'seen', 'servers', 'split']],
    ['a mobile key', () => ({ authorization: on.mobileKey }), ['none', 'off', 'seen', 'split']],
    ['a client-side id', () => ({ authorization: `Bearer ${on.id}` }), ['none', 'off', 'seen', 'split']],
  ])('shows to %s what it may see', async (_name, headers, expected) => {
    const answer = await post('', { context: { targetingKey: 'kim' } }, headers());
    const { flags } = (await answer.json()) as { flags: readonly { key: string }[] };
    expect(flags.map(({ key }) => key)).toEqual(expected);
    const hidden = await post('/servers', { context: { targetingKey: 'kim' } }, headers());
    expect(hidden.status).toBe(expected.includes('servers') ? 200 : 404);
  });

  it.each([
    ['no JSON', '{', 'PARSE_ERROR'],
    ['a list', [], 'PARSE_ERROR'],
    ['too deep a context', `{"context":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'PARSE_ERROR'],
    ['no context', {}, 'TARGETING_KEY_MISSING'],
    ['no key', { context: { email: 'kim@x' } }, 'TARGETING_KEY_MISSING'],
    ['an empty key', { context: { targetingKey: '' } }, 'TARGETING_KEY_MISSING'],
    ['a key that is no text', { context: { targetingKey: 7 } }, 'INVALID_CONTEXT'],
    ['a context that is none', { context: 'kim' }, 'INVALID_CONTEXT'],
    ['a kind that is none', { context: { targetingKey: 'kim', kind: 'a b' } }, 'INVALID_CONTEXT'],
    ['no kinds', { context: { kind: 'multi', targetingKey: 'kim' } }, 'INVALID_CONTEXT'],
    ['a kind without a key', { context: { kind: 'multi', org: {} } }, 'TARGETING_KEY_MISSING'],
  ])('refuses %s', async (_name, body, errorCode) => {
    const one = await post('/seen', body);
    expect([one.status, await one.json()]).toEqual([400, { key: 'seen', errorCode, errorDetails: expect.any(String) }]);
    const all = await post('', body);
    expect([all.status, await all.json()]).toEqual([400, { errorCode, errorDetails: expect.any(String) }]);
  });

  it('knows no other flags and no other keys', async () => {
    expect(await evaluate(encodeURIComponent('no/th ing'))).toMatchObject([
      404,
      { key: 'no/th ing', errorCode: 'FLAG_NOT_FOUND' },
    ]);
    for (const headers of [{}, { authorization: 'Bearer nothing' }]) {
      expect((await post('/seen', { context: { targetingKey: 'kim' } }, headers)).status).toBe(401);
    }
  });

  it('lets pages of any origin ask', async () => {
    const preflight = await fetch(`${on.url}/ofrep/v1/evaluate/flags`, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/Authorization.*If-None-Match.*X-API-Key/);
    for (const answer of [await post('', {}), await post('', {}, {})]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('serves the official provider for servers', async () => {
    await OnServer.setProviderAndWait(
      new OFREPProvider({ baseUrl: on.url, headers: [['Authorization', `Bearer ${on.sdkKey}`]] }),
    );
    const client = OnServer.getClient();
    const kim = { targetingKey: 'kim' };
    expect(await client.getBooleanDetails('seen', false, kim)).toMatchObject({
      value: true,
      variant: '0',
      reason: 'STATIC',
    });
    expect(await client.getBooleanDetails('split', true, { targetingKey: 'lee' })).toMatchObject({ value: false });
    expect(await client.getBooleanDetails('nothing', true, kim)).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getBooleanDetails('seen', false)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' });
    expect(await client.getBooleanValue('none', true, kim)).toBe(true);
  });

  it('serves the official provider for browsers', async () => {
    await OnWeb.setContext({ targetingKey: 'kim' });
    const headers: [string, string][] = [['Authorization', `Bearer ${on.id}`]];
    const provider = new OFREPWebProvider({ baseUrl: on.url, headers, cacheMode: 'disabled' });
    await OnWeb.setProviderAndWait(provider as unknown as Provider);
    const client = OnWeb.getClient();
    expect(client.getBooleanDetails('split', false)).toMatchObject({ value: true, variant: '0' });
    expect(client.getBooleanDetails('servers', false)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
    expect(client.getBooleanValue('none', true)).toBe(true);
    await OnWeb.setContext({ targetingKey: 'lee' });
    expect(client.getBooleanValue('split', true)).toBe(false);
  });

  it('asks for other keys than the client-side id in secure mode', async () => {
    const body = [{ op: 'replace', path: '/secureMode', value: true }];
    await app.call({ method: 'PATCH', path: 'projects/default/environments/production', body });
    await app.clock.advance(1_000);
    const context = { targetingKey: 'kim' };
    expect((await post('', { context }, { authorization: on.id })).status).toBe(403);
    expect((await post('', { context }, { authorization: on.mobileKey })).status).toBe(200);
  });
});
