import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';

const KIM = { kind: 'user', key: 'kim', name: 'Kïm' };

describe.each(ENGINES)('polls of client-side SDKs on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('both');
    await on.addFlag('browsers', { usingEnvironmentId: true, usingMobileKey: false });
    await on.addFlag('mobiles', { usingEnvironmentId: false, usingMobileKey: true });
    await on.addFlag('servers', { usingEnvironmentId: false, usingMobileKey: false });
  });
  afterAll(() => app.close());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${on.url}${path}`, { headers });
  const report = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${on.url}${path}`, {
      method: 'REPORT',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const browserPath = (context: unknown = KIM) => `/sdk/evalx/${on.id}/contexts/${inPath(context)}`;
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const mobile = () => ({ authorization: on.mobileKey });

  it('evaluates for a browser what browsers may see', async () => {
    const answer = await get(browserPath());
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const version = expect.any(Number);
    expect(await answer.json()).toEqual({
      both: { value: true, variation: 0, version, flagVersion: 1 },
      browsers: { value: true, variation: 0, version, flagVersion: 1 },
    });
  });

  it('evaluates for a mobile device what mobile devices may see', async () => {
    const answer = await get(`/msdk/evalx/contexts/${inPath(KIM)}`, mobile());
    expect(Object.keys((await answer.json()) as object)).toEqual(['both', 'mobiles']);
  });

  it.each([
    ['GET', 'contexts', () => get(browserPath())],
    ['GET', 'users', () => get(`/sdk/evalx/${on.id}/users/${inPath({ key: 'kim' })}`)],
    ['REPORT', 'context', () => report(`/sdk/evalx/${on.id}/context`, KIM)],
    ['REPORT', 'user', () => report(`/sdk/evalx/${on.id}/user`, { key: 'kim', custom: { plan: 'pro' } })],
    ['GET', 'mobile users', () => get(`/msdk/evalx/users/${inPath({ key: 'kim' })}`, mobile())],
    ['REPORT', 'mobile context', () => report('/msdk/evalx/context', KIM, mobile())],
    [
      'REPORT',
      'mobile user',
      () => report('/msdk/evalx/user', { key: 'kim' }, { authorization: `api_key ${on.mobileKey}` }),
    ],
  ])('answers %s of %s', async (_method, _name, call) => {
    const answer = await call();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ both: { value: true } });
  });

  it('reads contexts in either alphabet of base64, padded or not, of any length', async () => {
    const context = { kind: 'user', key: 'k', note: '>>>???ÿÿÿ', long: 'x'.repeat(6_000) };
    const standard = Buffer.from(JSON.stringify(context)).toString('base64');
    expect(standard).toMatch(/[+/]/);
    for (const text of [standard, encodeURIComponent(standard), inPath(context)]) {
      expect((await get(`/sdk/evalx/${on.id}/contexts/${text}`)).status).toBe(200);
    }
  });

  it('tells reasons when asked to, also twice', async () => {
    const answer = await get(`${browserPath()}?withReasons=true&withReasons=true`);
    expect(await answer.json()).toMatchObject({ both: { reason: { kind: 'FALLTHROUGH' } } });
  });

  it('evaluates for the context: targets, rules, segments, prerequisites', async () => {
    await on.addFlag('needed');
    await on.addFlag('aimed');
    await on.addSegment('testers', ['lee']);
    const { body: needed } = await app.call({ path: 'flags/default/needed' });
    const { body: aimed } = await app.call({ path: 'flags/default/aimed' });
    const [yes, no] = aimed.variations.map(({ _id }: { _id: string }) => _id);
    const clause = { contextKind: 'user', attribute: '', op: 'segmentMatch', values: ['testers'], negate: false };
    await on.instruct('aimed', { kind: 'addRule', variationId: no, clauses: [clause] });
    await on.instruct('aimed', { kind: 'addTargets', contextKind: 'org', values: ['acme'], variationId: yes });
    await on.instruct('aimed', { kind: 'addPrerequisite', key: 'needed', variationId: needed.variations[0]._id });
    const aimedFor = async (context: unknown) =>
      ((await (await get(`${browserPath(context)}?withReasons=true`)).json()) as { aimed: object }).aimed;
    expect(await aimedFor(KIM)).toMatchObject({ value: true, prerequisites: ['needed'] });
    expect(await aimedFor({ kind: 'user', key: 'lee' })).toMatchObject({
      value: false,
      variation: 1,
      reason: { kind: 'RULE_MATCH', ruleIndex: 0 },
    });
    expect(await aimedFor({ kind: 'multi', user: { key: 'lee' }, org: { key: 'acme' } })).toMatchObject({
      value: true,
      reason: { kind: 'TARGET_MATCH' },
    });
    await on.instruct('needed', { kind: 'turnFlagOff' });
    expect(await aimedFor(KIM)).toMatchObject({ value: false, reason: { kind: 'PREREQUISITE_FAILED' } });
  });

  it('asks the store about members of big segments', async () => {
    await app.call({
      method: 'POST',
      path: 'segments/default/production',
      body: { key: 'big', name: 'Big', unbounded: true },
    });
    await on.instructSegment('big', { kind: 'addBigSegmentIncludedTargets', values: ['lee'] });
    await on.addFlag('for-big');
    const { body } = await app.call({ path: 'flags/default/for-big' });
    const clause = { contextKind: 'user', attribute: '', op: 'segmentMatch', values: ['big'], negate: false };
    await on.instruct('for-big', { kind: 'addRule', variationId: body.variations[1]._id, clauses: [clause] });
    const valueFor = async (key: string) =>
      ((await (await get(browserPath({ kind: 'user', key }))).json()) as { 'for-big': { value: boolean } })['for-big']
        .value;
    expect([await valueFor('kim'), await valueFor('lee')]).toEqual([true, false]);
    await on.instructSegment('big', { kind: 'removeBigSegmentIncludedTargets', values: ['lee'] });
    expect(await valueFor('lee')).toBe(true);
  });

  it('raises the version of a flag with everything it depends on, and of no other', async () => {
    const versions = async () => {
      const flags = (await (await get(browserPath())).json()) as Record<
        string,
        { version: number; flagVersion: number }
      >;
      return { both: flags['both'], aimed: flags['aimed'] };
    };
    const before = await versions();
    await on.instructSegment('testers', { kind: 'addIncludedTargets', contextKind: 'user', values: ['kim'] });
    const after = await versions();
    expect(after.both).toEqual(before.both);
    expect(after.aimed?.version).toBeGreaterThan(before.aimed?.version ?? 0);
    expect(after.aimed?.flagVersion).toBe(before.aimed?.flagVersion);
  });

  it('answers 304 to who has it already, and sends gzip to who takes it', async () => {
    const first = await get(browserPath(), { 'accept-encoding': 'gzip' });
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect((await get(browserPath(), { 'if-none-match': etag })).status).toBe(304);
    expect((await get(`${browserPath()}?withReasons=true`, { 'if-none-match': etag })).status).toBe(200);
    for (let index = 0; index < 20; index++) await on.addFlag(`many-${index}`);
    const long = await get(browserPath(), { 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([long.status, long.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(await long.json()).toHaveProperty('many-19');
  });

  it.each([
    ['no base64 of JSON', () => get(`/sdk/evalx/${on.id}/contexts/nonsense`), /^context: expected JSON/],
    ['no key', () => get(browserPath({ kind: 'user' })), /^key: expected a text/],
    ['no JSON', () => report(`/sdk/evalx/${on.id}/context`, '{'), /^context: expected JSON/],
    ['no body', () => fetch(`${on.url}/sdk/evalx/${on.id}/context`, { method: 'REPORT' }), /^context: expected JSON/],
    ['what is deeper than we follow', () => report('/msdk/evalx/context', deep, mobile()), /^context: expected JSON/],
    ['a list', () => report('/msdk/evalx/context', [KIM], mobile()), /^context: expected/],
  ])('refuses %s', async (_name, call, message) => {
    const answer = await call();
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('refuses contexts of more than 1 MiB', async () => {
    const context = { ...KIM, long: 'x'.repeat(1024 * 1024) };
    expect((await report(`/sdk/evalx/${on.id}/context`, context)).status).toBe(413);
  });

  it('opens each endpoint to its own credential only', async () => {
    for (const authorization of ['', 'mob-wrong', on.sdkKey, on.id]) {
      expect((await get(`/msdk/evalx/contexts/${inPath(KIM)}`, { authorization })).status).toBe(401);
    }
    for (const id of ['0123456789abcdef01234567', 'nothing', '%00', on.sdkKey, on.mobileKey]) {
      expect((await get(`/sdk/evalx/${id}/contexts/${inPath(KIM)}`)).status).toBe(404);
    }
    for (const authorization of [on.mobileKey, on.id]) {
      expect((await get('/sdk/latest-all', { authorization })).status).toBe(401);
    }
  });

  it('lets go of a mobile key that was reset', async () => {
    const { body } = await app.call({ path: 'projects/default/environments/test' });
    const status = async (authorization: string) =>
      (await get(`/msdk/evalx/contexts/${inPath(KIM)}`, { authorization })).status;
    expect(await status(body.mobileKey)).toBe(200);
    const { body: after } = await app.call({ method: 'POST', path: 'projects/default/environments/test/mobileKey' });
    await app.clock.advance(1_000);
    expect([await status(body.mobileKey), await status(after.mobileKey)]).toEqual([401, 200]);
  });

  it('answers goals with none', async () => {
    const answer = await get(`/sdk/goals/${on.id}`);
    expect(await answer.json()).toEqual([]);
    expect((await get('/sdk/goals/nothing')).status).toBe(404);
  });

  it('lets pages of any origin ask, before any credential is looked at, and read errors', async () => {
    const preflight = await fetch(`${on.url}/sdk/evalx/nothing/contexts/x`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'REPORT', origin: 'https://shop.example' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('REPORT');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-LaunchDarkly-User-Agent');
    for (const path of [browserPath(), '/sdk/evalx/nothing/contexts/x', `/sdk/goals/${on.id}`]) {
      const { headers } = await get(path);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toContain('ETag');
    }
    expect((await get('/sdk/latest-all')).headers.has('access-control-allow-origin')).toBe(false);
  });

  describe('in secure mode', () => {
    const sign = (text: string, key: string) => createHmac('sha256', key).update(text).digest('hex');
    const status = async (context: unknown, hash: string) => (await get(`${browserPath(context)}?h=${hash}`)).status;

    beforeAll(async () => {
      const body = [{ op: 'replace', path: '/secureMode', value: true }];
      await app.call({ method: 'PATCH', path: 'projects/default/environments/production', body });
      await app.clock.advance(1_000);
    });

    it('evaluates only what is signed', async () => {
      const org = { kind: 'org', key: 'a:b%' };
      expect(await status(KIM, sign('kim', on.sdkKey))).toBe(200);
      expect(await status(org, sign('org:a%3Ab%25', on.sdkKey))).toBe(200);
      expect(await status(KIM, sign('lee', on.sdkKey))).toBe(400);
      expect(await status(KIM, sign('kim', on.mobileKey))).toBe(400);
      expect(await status(KIM, '')).toBe(400);
      const unsigned = await get(browserPath());
      expect(unsigned.status).toBe(400);
      expect(await unsigned.json()).toMatchObject({ message: expect.stringMatching(/^h: expected/) });
    });

    it('does not ask mobile devices for it', async () => {
      expect((await get(`/msdk/evalx/contexts/${inPath(KIM)}`, mobile())).status).toBe(200);
    });

    it('takes what a former SDK key has signed, as long as that works', async () => {
      const expiry = app.clock.now() + 60_000;
      await app.call({ method: 'POST', path: `projects/default/environments/production/apiKey?expiry=${expiry}` });
      await app.clock.advance(1_000);
      expect(await status(KIM, sign('kim', on.sdkKey))).toBe(200);
      await app.clock.advance(60_000);
      expect(await status(KIM, sign('kim', on.sdkKey))).toBe(400);
    });
  });
});
