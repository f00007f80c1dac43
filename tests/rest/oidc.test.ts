import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type Browser, browser } from '../support/browser.ts';
import { ENGINES } from '../support/engines.ts';
import { CLIENT, type OpenidProvider, type Person, startOpenidProvider } from '../support/openid-provider.ts';

const BASE_URL = 'http://flags.example.com';
const OWNER = 'owner@localhost';

describe.each(ENGINES)('signing in with an identity provider on $name', (engine) => {
  let provider: OpenidProvider;
  let app: TestApp;
  let count = 0;

  const start = (more: Readonly<Record<string, string>> = {}) =>
    startApp(engine, {
      SLIPWAY_BASE_URL: BASE_URL,
      SLIPWAY_OIDC_ISSUER: provider.issuer,
      SLIPWAY_OIDC_CLIENT_ID: CLIENT.id,
      SLIPWAY_OIDC_CLIENT_SECRET: CLIENT.secret,
      ...more,
    });
  beforeAll(async () => {
    provider = await startOpenidProvider(`${BASE_URL}/internal/oidc/callback`);
    app = await start({ SLIPWAY_OIDC_ROLES: 'platform=admin,dev=writer,all=reader,qa=tester,lost=missing' });
    const policy = [{ effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['updateOn'] }];
    await app.call({ method: 'POST', path: 'roles', body: { key: 'tester', name: 'Tester', policy } });
  });
  afterAll(async () => {
    await app.close();
    await provider.close();
  });

  const someone = (groups: unknown = ['dev'], more: object = {}): Person => {
    const sub = `person-${count++}`;
    return { sub, email: `${sub}@example.com`, email_verified: true, groups, ...more };
  };
  const leave = (from: Browser, query = '') => from.call({ path: `/internal/oidc/login${query}` });
  /** Signs a person in, from the first page to the last answer. */
  const signIn = async (person: Person | undefined, from = browser(app, BASE_URL), query = '') => {
    provider.person = person;
    const { headers } = await leave(from, query);
    const back = new URL(await provider.visit(String(headers['location'])));
    return from.call({ path: back.pathname + back.search });
  };
  const whoIs = async (from: Browser) => (await from.call({ path: '/internal/session' })).body;
  const lastEntry = async () => (await app.call({ path: 'auditlog?limit=1' })).body.items[0];

  it('makes a member of a stranger, with the role of the claim, and goes on to the page', async () => {
    const person = someone(['dev', 'all'], { given_name: 'Kim', family_name: 'Li' });
    const kim = browser(app, BASE_URL);
    const answer = await signIn(person, kim, '?returnTo=/default/features%3Fq=a');
    expect(answer).toMatchObject({ status: 302, headers: { location: '/default/features?q=a' } });
    expect(await whoIs(kim)).toMatchObject({
      email: person['email'],
      role: 'writer',
      firstName: 'Kim',
      lastName: 'Li',
    });
    expect(kim.cookies.has('slipway-oidc')).toBe(false);
    expect(await lastEntry()).toMatchObject({ kind: 'member', titleVerb: 'added the member' });
    expect(
      (await kim.call({ method: 'POST', path: 'flags/default', body: { key: 'by-kim', name: 'Kim' } })).status,
    ).toBe(201);
  });

  it('knows the member again, whatever their address is by then, and follows their roles', async () => {
    const person = someone(['all']);
    const first = browser(app, BASE_URL);
    await signIn(person, first);
    const { _id } = await whoIs(first);
    const second = browser(app, BASE_URL);
    await signIn({ ...person, email: 'new@example.com', groups: ['platform', 'qa'] }, second);
    expect(await whoIs(second)).toMatchObject({ _id, role: 'admin', email: person['email'] });
    expect((await app.call({ path: `members/${_id}` })).body.customRoles).toHaveLength(1);
    expect(await lastEntry()).toMatchObject({ titleVerb: 'changed the roles of the member' });
    const { _version: version } = (await app.call({ path: `members/${_id}` })).body;
    await signIn({ ...person, groups: ['qa', 'platform'] });
    expect((await app.call({ path: `members/${_id}` })).body._version).toBe(version);
  });

  it('takes the member of the address, and accepts their invitation', async () => {
    const person = someone(['dev']);
    const email = String(person['email']);
    const { body } = await app.call({ method: 'POST', path: 'members', body: [{ email, role: 'reader' }] });
    const kim = browser(app, BASE_URL);
    await signIn({ ...person, email: email.toUpperCase() }, kim);
    expect(await whoIs(kim)).toMatchObject({ _id: body.items[0]._id, email, role: 'writer' });
    expect((await app.call({ path: `members/${body.items[0]._id}` })).body._pendingInvite).toBe(false);
  });

  it('leaves the owner the owner', async () => {
    const owner = browser(app, BASE_URL);
    const person = someone(['all'], { email: OWNER });
    await signIn(person, owner);
    expect(await whoIs(owner)).toMatchObject({ email: OWNER, role: 'owner' });
    expect(await signIn(someone(['all'], { email: OWNER }))).toMatchObject({
      status: 403,
      body: { message: `${OWNER} is somebody else for the identity provider` },
    });
  });

  it.each([
    [
      'whose address nobody has verified',
      ['dev'],
      { email_verified: false },
      403,
      'no e-mail address that it has verified',
    ],
    ['who has no address', ['dev'], { email: undefined }, 403, 'no e-mail address that it has verified'],
    ['to whom no role is given', ['strangers'], {}, 403, 'There is no role for '],
    ['who tells no groups', undefined, { groups: undefined }, 403, 'There is no role for '],
    ['whose role is not there', ['lost'], {}, 400, 'SLIPWAY_OIDC_ROLES[0]: "missing" is no custom role'],
  ])('turns away somebody %s', async (_name, groups, more, status, message) => {
    const kim = browser(app, BASE_URL);
    expect(await signIn(someone(groups, more), kim)).toMatchObject({
      status,
      body: { message: expect.stringContaining(message) },
    });
    expect((await kim.call({ path: '/internal/session' })).status).toBe(401);
  });

  it('takes the roles away with the groups', async () => {
    const person = someone(['dev']);
    await signIn(person);
    expect((await signIn({ ...person, groups: [] })).status).toBe(403);
  });

  it('tells what the provider says when it says no', async () => {
    expect(await signIn(undefined)).toMatchObject({
      status: 401,
      body: { code: 'unauthorized', message: expect.stringContaining('The identity provider says: ') },
    });
  });

  it('works in the browser that it was begun in only, and once', async () => {
    provider.person = someone();
    const [kim, other] = [browser(app, BASE_URL), browser(app, BASE_URL)];
    const back = new URL(await provider.visit(String((await leave(kim)).headers['location'])));
    const path = back.pathname + back.search;
    const expected = { status: 401, body: { message: expect.stringContaining('was not begun in this browser') } };
    expect(await other.call({ path })).toMatchObject(expected);
    await leave(other);
    expect(await other.call({ path })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('The answer of the identity provider is not right') },
    });
    expect((await kim.call({ path })).status).toBe(302);
    expect(await kim.call({ path })).toMatchObject(expected);
  });

  it.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'x', '/a b'])(
    'goes on to no page of others: %s',
    async (returnTo) => {
      expect(await leave(browser(app, BASE_URL), `?returnTo=${encodeURIComponent(returnTo)}`)).toMatchObject({
        status: 400,
        body: { message: `returnTo: expected a path of this host, got ${JSON.stringify(returnTo)}` },
      });
    },
  );

  it('gives everybody the default role where no claim gives one, and leaves it to admins from then on', async () => {
    const other = await start({ SLIPWAY_OIDC_DEFAULT_ROLE: 'reader' });
    const person = someone(undefined);
    const visit = async () => {
      provider.person = person;
      const kim = browser(other, BASE_URL);
      const back = new URL(await provider.visit(String((await leave(kim)).headers['location'])));
      await kim.call({ path: back.pathname + back.search });
      return whoIs(kim);
    };
    const { _id, role } = await visit();
    expect(role).toBe('reader');
    const patch = [{ op: 'replace', path: '/role', value: 'writer' }];
    await other.call({ method: 'PATCH', path: `members/${_id}`, body: patch });
    expect((await visit()).role).toBe('writer');
    await other.close();
  });

  it('is not there without a provider, and tells when the provider does not answer', async () => {
    const without = await startApp(engine);
    expect((await without.call({ path: '/internal/oidc/login', token: null })).status).toBe(404);
    const options = { password: true, identityProvider: false };
    expect((await without.call({ path: '/internal/sign-in-options', token: null })).body).toEqual(options);
    await without.close();
    const lonely = await start({ SLIPWAY_OIDC_ISSUER: 'http://127.0.0.1:1' });
    expect((await lonely.call({ path: '/internal/sign-in-options' })).body.identityProvider).toBe(true);
    expect(await lonely.call({ path: '/internal/oidc/login', token: null })).toMatchObject({
      status: 502,
      body: { code: 'unreachable', message: expect.stringContaining('The identity provider cannot be used') },
    });
    await lonely.close();
  });
});
