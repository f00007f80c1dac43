import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { browser } from '../support/browser.ts';
import { ENGINES } from '../support/engines.ts';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const OWNER = 'owner@localhost';
const PASSWORD = 'a long password';

describe.each(ENGINES)('signing in on $name', (engine) => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  // Nobody has failed to sign in, as far as anybody remembers.
  beforeEach(() => app.clock.advance(HOUR));

  const addMember = async (role = 'writer') => {
    const member = { email: `kim-${count++}@example.com`, role, password: PASSWORD };
    const { body } = await app.call({ method: 'POST', path: 'members', body: [member] });
    return { email: member.email, id: body.items[0]._id as string };
  };
  const signedIn = async (email: string) => {
    const kim = browser(app);
    expect((await kim.signIn(email, PASSWORD)).status).toBe(200);
    return kim;
  };
  const who = '/internal/session';

  it('answers the member and a cookie that no script can read', async () => {
    const { email, id } = await addMember();
    const kim = browser(app);
    const { status, body, headers } = await kim.signIn(email.toUpperCase(), PASSWORD);
    expect(status).toBe(200);
    const member = {
      _links: { self: { href: `/api/v2/members/${id}`, type: 'application/json' } },
      _id: id,
      email,
      role: 'writer',
    };
    expect(body).toEqual(member);
    expect(headers['set-cookie']).toMatch(/^slipway=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(headers['cache-control']).toBe('no-store');
    expect(await kim.call({ path: who })).toMatchObject({ status: 200, body: member });
  });

  it('stores no more than the hash of the cookie', async () => {
    const { email } = await addMember();
    const kim = await signedIn(email);
    const rows = await app.slipway.database.db.selectFrom('sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(kim.cookies.get('slipway'));
  });

  it('tells what the member may do now', async () => {
    const { email, id } = await addMember('reader');
    const kim = await signedIn(email);
    const path = '/internal/session/rights';
    const ownTokens = {
      basePermissions: 'no_access',
      policy: [{ effect: 'allow', resources: [`member/${id}:token/*`], actions: ['*'] }],
    };
    expect(await kim.call({ path })).toMatchObject({
      status: 200,
      body: { roles: [{ basePermissions: 'reader', policy: [] }, ownTokens] },
    });
    const policy = [{ effect: 'allow', resources: ['proj/${roleAttribute/mine}'], actions: ['updateName'] }];
    const key = `role-${count++}`;
    await app.call({ method: 'POST', path: 'roles', body: { key, name: 'Namer', policy } });
    const patch = [
      { op: 'replace', path: '/customRoles', value: [key] },
      { op: 'add', path: '/roleAttributes', value: { mine: ['shop', 'blog'] } },
    ];
    expect((await app.call({ method: 'PATCH', path: `members/${id}`, body: patch })).status).toBe(200);
    const filled = [{ effect: 'allow', resources: ['proj/shop', 'proj/blog'], actions: ['updateName'] }];
    expect((await kim.call({ path })).body.roles).toEqual([
      { name: key, basePermissions: 'no_access', policy: filled },
      ownTokens,
    ]);
    expect((await browser(app).call({ path })).status).toBe(401);
  });

  it('lets the member use the API with their own rights, as audit entries tell', async () => {
    const { email, id } = await addMember();
    const kim = await signedIn(email);
    expect((await kim.call({ path: 'caller-identity' })).body).toMatchObject({ authKind: 'session', memberId: id });
    const flag = await kim.call({ method: 'POST', path: 'flags/default', body: { key: `by-${id}`, name: 'Kim' } });
    expect(flag.status).toBe(201);
    expect((await kim.call({ path: 'auditlog?limit=1' })).body.items[0]).toMatchObject({ member: { email } });
    expect((await kim.call({ method: 'POST', path: 'members', body: [{ email: 'x@y', role: 'reader' }] })).status).toBe(
      403,
    );
    expect((await app.call({ path: 'members/me', token: null, headers: { cookie: 'slipway=wrong' } })).status).toBe(
      401,
    );
  });

  it('gives the rights of the moment', async () => {
    const { email, id } = await addMember();
    const kim = await signedIn(email);
    const patch = [{ op: 'replace', path: '/role', value: 'no_access' }];
    await app.call({ method: 'PATCH', path: `members/${id}`, body: patch });
    expect((await kim.call({ path: 'projects' })).status).toBe(403);
    expect((await kim.call({ path: who })).body.role).toBe('no_access');
  });

  it('goes by the token when there is one', async () => {
    const kim = await signedIn((await addMember()).email);
    expect((await kim.call({ path: 'caller-identity', token: app.token })).body).toMatchObject({ authKind: 'token' });
    expect((await kim.call({ path: 'caller-identity', token: 'api-wrong' })).status).toBe(401);
  });

  it('refuses wrong passwords, unknown addresses and members without a password alike', async () => {
    const { email } = await addMember();
    const invited = `invited-${count++}@example.com`;
    await app.call({ method: 'POST', path: 'members', body: [{ email: invited, role: 'reader' }] });
    for (const [address, password] of [
      [email, 'a wrong password'],
      ['nobody@example.com', PASSWORD],
      [invited, ''],
    ] as const) {
      const kim = browser(app);
      const { status, body, headers } = await kim.signIn(address, password);
      expect({ status, ...body, id: undefined }).toEqual({
        status: 401,
        code: 'unauthorized',
        message: 'Wrong e-mail address or password',
      });
      expect(headers).not.toHaveProperty('set-cookie');
    }
  });

  it.each([
    ['no password', { email: OWNER }, 'password: expected a value, got nothing'],
    ['no address', { password: PASSWORD }, 'email: expected a value, got nothing'],
    ['another type', { email: 5, password: PASSWORD }, 'email: expected string, got 5'],
    [
      'a text that no store keeps',
      { email: 'a\0@b', password: PASSWORD },
      'email: expected well-formed text without NUL',
    ],
  ])('refuses %s', async (_name, body, message) => {
    const answer = await browser(app).call({ method: 'POST', path: who, body });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.stringContaining(message) },
    });
  });

  it('ends with signing out, for this browser only', async () => {
    const { email } = await addMember();
    const [kim, other] = [await signedIn(email), await signedIn(email)];
    const secret = kim.cookies.get('slipway');
    const out = await kim.call({ method: 'DELETE', path: who });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']).toBe('slipway=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
    expect((await kim.call({ path: who, headers: { cookie: `slipway=${secret}` } })).status).toBe(401);
    expect((await other.call({ path: who })).status).toBe(200);
    expect((await kim.call({ method: 'DELETE', path: who })).status).toBe(204);
  });

  it('ends with the member', async () => {
    const { email, id } = await addMember();
    const kim = await signedIn(email);
    expect((await app.call({ method: 'DELETE', path: `members/${id}` })).status).toBe(204);
    expect((await kim.call({ path: who })).status).toBe(401);
    expect((await kim.signIn(email, PASSWORD)).status).toBe(401);
  });

  it('ends after twelve hours without use', async () => {
    const kim = await signedIn((await addMember()).email);
    await app.clock.advance(12 * HOUR - MINUTE);
    expect((await kim.call({ path: who })).status).toBe(200);
    await app.clock.advance(12 * HOUR - 1);
    expect((await kim.call({ path: who })).status).toBe(200);
    await app.clock.advance(12 * HOUR);
    expect((await kim.call({ path: who })).status).toBe(401);
  });

  it('ends after thirty days, however much it is used', async () => {
    const kim = await signedIn((await addMember()).email);
    for (let hours = 0; hours < 30 * 24 - 6; hours += 6) {
      await app.clock.advance(6 * HOUR);
      expect((await kim.call({ path: who })).status).toBe(200);
    }
    await app.clock.advance(6 * HOUR - 1);
    expect((await kim.call({ path: who })).status).toBe(200);
    await app.clock.advance(1);
    expect((await kim.call({ path: who })).status).toBe(401);
  });

  it('changes the cookie daily; the former one works on for a minute', async () => {
    const kim = await signedIn((await addMember()).email);
    const use = (secret: string | undefined) =>
      app.call({ path: 'projects', token: null, headers: { cookie: `slipway=${secret}` } });
    const first = kim.cookies.get('slipway');
    await app.clock.advance(11 * HOUR);
    await kim.call({ path: who });
    await app.clock.advance(11 * HOUR);
    expect((await kim.call({ path: who })).headers).not.toHaveProperty('set-cookie');
    await app.clock.advance(2 * HOUR);
    const renewed = await kim.call({ path: 'projects' });
    expect(renewed.status).toBe(200);
    // A day of its thirty is over.
    expect(renewed.headers['set-cookie']).toMatch(/^slipway=[\w-]{43}; Max-Age=2505600; /);
    expect(kim.cookies.get('slipway')).not.toBe(first);
    await app.clock.advance(MINUTE - 1);
    const late = await use(first);
    expect(late.status).toBe(200);
    expect(late.headers).not.toHaveProperty('set-cookie');
    await app.clock.advance(1);
    expect((await use(first)).status).toBe(401);
    expect((await kim.call({ path: who })).status).toBe(200);
  });

  it('changes the cookie once, when several requests come at the same time', async () => {
    const kim = await signedIn((await addMember()).email);
    for (let hours = 0; hours < 24; hours += 8) {
      await kim.call({ path: who });
      await app.clock.advance(8 * HOUR);
    }
    const headers = { cookie: `slipway=${kim.cookies.get('slipway')}` };
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.call({ path: who, token: null, headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(answers.filter((answer) => 'set-cookie' in answer.headers)).toHaveLength(1);
  });

  it('remembers when a member was there last', async () => {
    const { email, id } = await addMember();
    const kim = await signedIn(email);
    const lastSeen = async () => (await app.call({ path: `members/${id}` })).body._lastSeen;
    expect(await lastSeen()).toBe(app.clock.now());
    await app.clock.advance(HOUR);
    await kim.call({ path: 'projects' });
    expect(await lastSeen()).toBe(app.clock.now());
  });

  it('forgets sessions that are over', async () => {
    await signedIn(OWNER);
    await app.clock.advance(12 * HOUR);
    await signedIn(OWNER);
    expect(await app.slipway.database.db.selectFrom('sessions').select('id').execute()).toHaveLength(1);
  });
});

describe.each(ENGINES)('throttling on $name', (engine) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine);
    const members = ['kim@example.com', 'lee@example.com'].map((email) => ({
      email,
      role: 'reader',
      password: PASSWORD,
    }));
    await app.call({ method: 'POST', path: 'members', body: members });
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(HOUR));

  const attempt = async (email: string, password: string, address = '192.0.2.1') => {
    const answer = await app.slipway.server.inject({
      method: 'POST',
      url: '/internal/session',
      remoteAddress: address,
      payload: { email, password },
    });
    return { status: answer.statusCode, wait: answer.headers['retry-after'] };
  };
  const fail = async (times: number, email = 'kim@example.com', address?: string) => {
    for (let index = 0; index < times; index++) expect((await attempt(email, 'wrong', address)).status).toBe(401);
  };

  it('has whoever has failed five times wait, twice as long after each further failure', async () => {
    await fail(5);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      // The right password is of no use, and waiting is not prolonged by trying.
      expect(await attempt('kim@example.com', PASSWORD)).toEqual({ status: 429, wait: String(seconds) });
      await app.clock.advance(seconds * 1_000 - 1);
      expect(await attempt('KIM@example.com', 'wrong')).toEqual({ status: 429, wait: '1' });
      await app.clock.advance(1);
      await fail(1);
    }
    await app.clock.advance(15 * MINUTE);
    expect((await attempt('kim@example.com', PASSWORD)).status).toBe(200);
    await fail(4, 'kim@example.com', '192.0.2.9');
  });

  it('forgets failures a quarter of an hour later', async () => {
    await fail(4);
    await app.clock.advance(15 * MINUTE);
    await fail(5);
    expect((await attempt('kim@example.com', 'wrong')).status).toBe(429);
  });

  it('counts by address, whatever e-mail is tried', async () => {
    for (let index = 0; index < 5; index++) await fail(1, `guess-${index}@example.com`);
    expect(await attempt('lee@example.com', PASSWORD)).toEqual({ status: 429, wait: '1' });
    expect((await attempt('lee@example.com', PASSWORD, '192.0.2.2')).status).toBe(200);
  });

  it('counts by e-mail, whatever address it is tried from, known or not', async () => {
    for (const email of ['kim@example.com', 'nobody@example.com']) {
      for (let index = 0; index < 5; index++) await fail(1, email, `192.0.2.${10 + index}`);
      expect(await attempt(email, PASSWORD, '192.0.2.20')).toEqual({ status: 429, wait: '1' });
    }
    expect((await attempt('lee@example.com', PASSWORD, '192.0.2.20')).status).toBe(200);
  });

  it('does not let a guesser begin anew by signing in themselves', async () => {
    await fail(4);
    expect((await attempt('lee@example.com', PASSWORD)).status).toBe(200);
    await fail(1, 'other@example.com');
    expect((await attempt('lee@example.com', PASSWORD)).status).toBe(429);
  });

  it('does not let guesses pass that are made all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt('kim@example.com', 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('keeps nothing of what is forgotten', async () => {
    for (let index = 0; index < 5; index++) await fail(1, `old-${index}@example.com`);
    await app.clock.advance(HOUR);
    await fail(1);
    expect(await app.slipway.database.db.selectFrom('login_failures').select('subject').execute()).toHaveLength(2);
  });
});

describe.each(ENGINES)('pages of others on $name', (engine) => {
  const flag = (key: string) => ({ method: 'POST', path: 'flags/default', body: { key, name: key } }) as const;

  it('cannot change anything with the cookie of a member', async () => {
    const app = await startApp(engine);
    const kim = browser(app);
    await kim.signIn(OWNER, PASSWORD);
    const cookie = `slipway=${kim.cookies.get('slipway')}`;
    for (const origin of [
      'https://evil.example',
      'http://localhost:8080',
      'http://localhost.evil.example',
      'null',
      '',
    ]) {
      expect(await kim.call({ ...flag('stolen'), headers: { origin } })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
      expect((await kim.call({ method: 'DELETE', path: '/internal/session', headers: { origin } })).status).toBe(403);
    }
    const { status, body } = await app.call({ ...flag('stolen'), token: null, headers: { cookie } });
    expect({ status, message: body.message }).toEqual({
      status: 403,
      message: 'Origin: expected that of localhost:80, got nothing',
    });
    const override = { 'x-http-method-override': 'DELETE', origin: 'https://evil.example' };
    expect((await kim.call({ method: 'POST', path: 'projects/default', headers: override })).status).toBe(403);
    expect((await app.call({ path: 'flags/default/stolen' })).status).toBe(404);
    expect((await kim.call(flag('own'))).status).toBe(201);
    expect((await kim.call({ path: 'flags/default/own', headers: { origin: 'https://evil.example' } })).status).toBe(
      200,
    );
    // A token is nothing that a page of others has.
    expect((await app.call({ ...flag('token'), headers: { origin: 'https://evil.example' } })).status).toBe(201);
    await app.close();
  });

  it('cannot sign anybody in, while programs without pages can', async () => {
    const app = await startApp(engine);
    expect((await browser(app, 'https://evil.example').signIn(OWNER, PASSWORD)).status).toBe(403);
    const body = { email: OWNER, password: PASSWORD };
    expect((await app.call({ method: 'POST', path: '/internal/session', body, token: null })).status).toBe(200);
    await app.close();
  });

  it('are all others than the base URL when there is one, and cookies are held to it', async () => {
    const app = await startApp(engine, { SLIPWAY_BASE_URL: 'https://flags.example.com/' });
    expect((await browser(app).signIn(OWNER, PASSWORD)).status).toBe(403);
    const kim = browser(app, 'https://flags.example.com');
    const { headers } = await kim.signIn(OWNER, PASSWORD);
    expect(headers['set-cookie']).toMatch(
      /^__Host-slipway=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect((await kim.call(flag('own'))).status).toBe(201);
    const plain = { cookie: `slipway=${kim.cookies.get('__Host-slipway')}` };
    expect((await app.call({ path: 'projects', token: null, headers: plain })).status).toBe(401);
    await app.close();
  });
});
