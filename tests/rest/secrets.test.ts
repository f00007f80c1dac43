import { pino } from 'pino';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tables } from '../../src/store/tables.ts';
import { startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { Outside } from '../support/outside.ts';

/*
 * A bit of everything with all there is to log: no secret may stand in a line of the log, and none that is only ever
 * compared may stand in the store as it is.
 */

const PASSWORD = 'the first long password';
const NEXT_PASSWORD = 'the second long password';

describe.each(ENGINES)('secrets on $name', (engine) => {
  let app: TestApp;
  let mailbox: Mailbox;
  const outside = new Outside();
  const lines: string[] = [];
  /** By name: what is only compared, and what has to be read again. */
  const compared = new Map<string, string>();
  const kept = new Map<string, string>();

  beforeAll(async () => {
    mailbox = await openMailbox();
    await outside.up();
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const settings = {
      SLIPWAY_ADMIN_PASSWORD: PASSWORD,
      SLIPWAY_SMTP_URL: mailbox.url,
      SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true',
      LOG_LEVEL: 'trace',
    };
    app = await startApp(engine, settings, { logger });
    compared.set('token of the owner', app.token);
    await useTokens();
    await useSessions();
    await useOutside();
    await useSdks();
    await failInManyWays();
  });
  afterAll(async () => {
    await app.close();
    await outside.down();
    await mailbox.close();
  });

  const send = async (request: TestRequest) => {
    const answer = await app.call(request);
    if (answer.status >= 300) throw new Error(`${request.path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const post = async (path: string, body: unknown, more: Partial<TestRequest> = {}) =>
    (await send({ method: 'POST', path, body, ...more })).body;

  async function useTokens(): Promise<void> {
    const made = await post('tokens', { role: 'writer', serviceToken: true });
    compared.set('token', made.token);
    await send({ path: 'projects', token: made.token });
    const reset = await post(`tokens/${made._id}/reset?expiry=${app.clock.now() + 1_000_000}`, undefined);
    compared.set('token after a reset', reset.token);
    await send({ path: 'projects', token: `Bearer ${reset.token}` });
  }

  async function useSessions(): Promise<void> {
    compared.set('password', PASSWORD);
    const email = 'owner@localhost';
    const answer = await send({
      method: 'POST',
      path: '/internal/session',
      body: { email, password: PASSWORD },
      token: null,
    });
    const [, cookie = ''] = /slipway=([^;]+)/.exec(String(answer.headers['set-cookie'])) ?? [];
    compared.set('cookie', cookie);
    const headers = { cookie: `slipway=${cookie}` };
    await send({ path: '/internal/session', token: null, headers });
    compared.set('next password', NEXT_PASSWORD);
    const change = { oldPassword: PASSWORD, newPassword: NEXT_PASSWORD };
    const origin = { ...headers, origin: 'http://localhost:80', host: 'localhost:80' };
    await post('/internal/password-change', change, { token: null, headers: origin });
    await post('/internal/password-reset', { email }, { token: null });
    await post('members', [{ email: 'lee@example.com', role: 'reader' }]);
    for (let index = 0; index < 5; index++) await app.clock.advance(1_000);
    const links = mailbox.mails.map(({ text }) => /#([\w-]{43})/.exec(text)?.[1] ?? '');
    expect(links).toHaveLength(2);
    for (const [index, secret] of links.entries()) compared.set(`link ${index}`, secret);
    const invited = mailbox.mails.findIndex(({ to }) => to.includes('lee@example.com'));
    const accept = { secret: links[invited], password: 'a password of lee' };
    await post('/internal/invitations/accept', accept, { token: null });
    compared.set('password of lee', 'a password of lee');
  }

  async function useOutside(): Promise<void> {
    const secret = 'signing-secret-of-the-webhook';
    kept.set('signing secret', secret);
    await post('webhooks', { url: `${outside.url}/hook`, sign: true, secret, on: true });
    await post('flags/default', { key: 'flag', name: 'Flag' });
    for (let index = 0; index < 3; index++) await app.clock.advance(10_000);
    const { triggerURL } = await post('flags/default/flag/triggers/test', {
      integrationKey: 'generic-trigger',
      instructions: [{ kind: 'turnFlagOn' }],
    });
    compared.set('secret of a trigger', triggerURL.split('/').at(-1));
    await post(new URL(triggerURL).pathname, {}, { token: null });
    const policy = [{ effect: 'allow', resources: ['proj/*:env/*'], actions: ['*'] }];
    const { fullKey } = await post('account/relay-auto-configs', { name: 'Relay', policy });
    compared.set('key of a Relay Proxy', fullKey);
  }

  async function useSdks(): Promise<void> {
    const { apiKey, mobileKey } = (await send({ path: 'projects/default/environments/test' })).body;
    kept.set('SDK key', apiKey);
    kept.set('mobile key', mobileKey);
    await send({ path: '/sdk/latest-all', token: apiKey });
    await post('/bulk', [{ kind: 'identify', context: { kind: 'user', key: 'a' } }], { token: apiKey });
    await post('/mobile', [{ kind: 'identify' }], { token: mobileKey });
    const context = Buffer.from('{"kind":"user","key":"a"}').toString('base64url');
    await send({ path: `/msdk/evalx/contexts/${context}`, token: mobileKey });
    await post('projects/default/environments/test/apiKey', undefined);
  }

  /** Errors are what logs are full of. */
  async function failInManyWays(): Promise<void> {
    const wrong = 'api-a-wrong-token-of-somebody';
    compared.set('wrong token', wrong);
    compared.set('wrong password', 'a wrong password of somebody');
    const login = { email: 'owner@localhost', password: 'a wrong password of somebody' };
    for (const request of [
      { path: 'projects', token: wrong },
      { path: '/sdk/latest-all', token: wrong },
      { path: '/sdk/latest-all', token: app.token },
      { path: 'relay_auto_config', token: wrong },
      { path: '/relay_auto_config', token: wrong },
      { path: '/webhook/triggers/695b7d9033551bd45055ee1b/wrong', method: 'POST', token: null },
      { path: '/internal/session', method: 'POST', body: login, token: null },
      { path: 'tokens', method: 'POST', body: `{"token":"${app.token}"` },
      { path: `projects/${app.token}` },
      { path: 'projects', headers: { 'ld-api-version': app.token } },
      { path: 'projects', token: null, headers: { cookie: 'slipway=wrong-cookie-of-somebody' } },
    ] as const) {
      expect((await app.call(request as TestRequest)).status).toBeGreaterThanOrEqual(400);
    }
    compared.set('wrong cookie', 'wrong-cookie-of-somebody');
  }

  it('stand in no line of the log', () => {
    expect(outside.asked.length).toBeGreaterThan(0);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.some((line) => line.includes('request answered'))).toBe(true);
    for (const [name, secret] of [...compared, ...kept]) {
      expect(secret.length, `length of ${name}`).toBeGreaterThan(8);
      expect(
        lines.filter((line) => line.includes(secret)),
        `${name} stands in it`,
      ).toEqual([]);
    }
  });

  it('stand in no row of the store, where they are only compared', async () => {
    const { db } = app.slipway.database;
    const rows: string[] = [];
    for (const { name } of await db.introspection.getTables()) {
      for (const row of await db
        .selectFrom(sql<object>`${sql.table(name)}`.as('t'))
        .selectAll()
        .execute()) {
        rows.push(`${name} ${JSON.stringify(row)}`);
      }
    }
    expect(rows.length).toBeGreaterThan(30);
    for (const [name, secret] of compared)
      expect(
        rows.filter((row) => row.includes(secret)),
        `${name} stands in it`,
      ).toEqual([]);
    // So that the search is known to find.
    const keys = rows.filter((row) => row.startsWith('environments ' satisfies `${keyof Tables} `));
    expect(keys.join()).toContain(kept.get('mobile key'));
  });
});
