import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { browser } from '../support/browser.ts';
import { ENGINES } from '../support/engines.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';

const [SECOND, HOUR, DAY] = [1_000, 3_600_000, 24 * 3_600_000];
const PASSWORD = 'a long password';
const BASE_URL = 'http://flags.example.com';

describe.each(ENGINES)('passwords on $name', (engine) => {
  let app: TestApp;
  let mailbox: Mailbox;
  let count = 0;

  beforeAll(async () => {
    mailbox = await openMailbox();
    app = await startApp(engine, { SLIPWAY_SMTP_URL: mailbox.url, SLIPWAY_BASE_URL: BASE_URL });
  });
  afterAll(async () => {
    await app.close();
    await mailbox.close();
  });
  // Nobody has failed to sign in, as far as anybody remembers.
  beforeEach(() => app.clock.advance(HOUR));

  const someone = () => browser(app, BASE_URL);
  const post = (path: string, body: object, from = someone()) =>
    from.call({ method: 'POST', path: `/internal/${path}`, body });
  const addMember = async (password: string | undefined = PASSWORD) => {
    const email = `kim-${count++}@example.com`;
    const member = { email, role: 'writer', ...(password !== undefined && { password }) };
    const { body } = await app.call({ method: 'POST', path: 'members', body: [member] });
    return { email, id: body.items[0]._id as string };
  };
  const invite = async () => {
    const email = `lee-${count++}@example.com`;
    const { body } = await app.call({ method: 'POST', path: 'members', body: [{ email, role: 'writer' }] });
    return { email, id: body.items[0]._id as string };
  };
  /** The secret of the last link that was sent to somebody. */
  const mailTo = async (email: string) => {
    await app.clock.advance(SECOND);
    return mailbox.mails.findLast(({ to }) => to.includes(email));
  };
  const linkTo = async (email: string, page: string) => {
    const { text = '' } = (await mailTo(email)) ?? {};
    return new RegExp(`${BASE_URL}/${page}#([\\w-]{43})\\r\\n`).exec(text)?.[1] ?? '';
  };
  const lastEntry = async () => (await app.call({ path: 'auditlog?limit=1' })).body.items[0];

  describe('change', () => {
    const change = (from: ReturnType<typeof someone>, oldPassword: string, newPassword = 'another password') =>
      post('password-change', { oldPassword, newPassword }, from);

    it('for the member who is signed in, whose other sessions end', async () => {
      const { email } = await addMember();
      const [kim, other] = [someone(), someone()];
      await kim.signIn(email, PASSWORD);
      await other.signIn(email, PASSWORD);
      expect((await change(kim, PASSWORD)).status).toBe(204);
      expect((await kim.call({ path: '/internal/session' })).status).toBe(200);
      expect((await other.call({ path: '/internal/session' })).status).toBe(401);
      expect((await someone().signIn(email, PASSWORD)).status).toBe(401);
      expect((await someone().signIn(email, 'another password')).status).toBe(200);
      expect(await lastEntry()).toMatchObject({ titleVerb: 'changed their password', member: { email } });
    });

    it('not with a wrong one, nor to one that is too short, nor without a session', async () => {
      const { email } = await addMember();
      const kim = someone();
      await kim.signIn(email, PASSWORD);
      expect(await change(kim, 'wrong one')).toMatchObject({
        status: 400,
        body: { message: 'oldPassword: expected your present password, got another one' },
      });
      expect(await change(kim, PASSWORD, 'short')).toMatchObject({
        status: 400,
        body: { message: 'newPassword: expected at least 8 characters and at most 1024, got 5' },
      });
      expect((await change(someone(), PASSWORD)).status).toBe(401);
      for (let index = 0; index < 4; index++) await change(kim, 'wrong one');
      expect((await change(kim, PASSWORD)).status).toBe(429);
    });
  });

  describe('are reset', () => {
    const request = (email: string) => post('password-reset', { email });
    const confirm = (secret: string, password = 'a new password') =>
      post('password-reset/confirm', { secret, password });

    it('by a link that is sent, which works once', async () => {
      const { email } = await addMember();
      const kim = someone();
      await kim.signIn(email, PASSWORD);
      expect((await request(email.toUpperCase())).status).toBe(202);
      const secret = await linkTo(email, 'reset-password');
      expect((await confirm(secret)).status).toBe(204);
      expect((await kim.call({ path: '/internal/session' })).status).toBe(401);
      expect((await someone().signIn(email, 'a new password')).status).toBe(200);
      expect((await confirm(secret)).status).toBe(400);
      expect(await lastEntry()).toMatchObject({ titleVerb: 'reset their password', member: { email } });
    });

    it('within an hour, and by the last link only', async () => {
      const { email } = await addMember();
      await request(email);
      const first = await linkTo(email, 'reset-password');
      await request(email);
      const second = await linkTo(email, 'reset-password');
      expect(second).not.toBe(first);
      expect(await confirm(first)).toMatchObject({
        status: 400,
        body: { message: 'secret: expected that of a link that has not been used and is not too old' },
      });
      await app.clock.advance(HOUR);
      expect((await confirm(second)).status).toBe(400);
      expect((await someone().signIn(email, PASSWORD)).status).toBe(200);
    });

    it('not to one that is too short; the link works on', async () => {
      const { email } = await addMember();
      await request(email);
      const secret = await linkTo(email, 'reset-password');
      expect((await confirm(secret, 'short')).status).toBe(400);
      expect((await confirm(secret)).status).toBe(204);
    });

    it('without telling who is a member, and with five mails to an address at once', async () => {
      const before = mailbox.mails.length;
      expect((await request('nobody@example.com')).status).toBe(202);
      await app.clock.advance(HOUR);
      const { email } = await addMember();
      for (let index = 0; index < 8; index++) expect((await request(email)).status).toBe(202);
      await app.clock.advance(SECOND);
      expect(mailbox.mails.slice(before).map(({ to }) => to)).toEqual(Array.from({ length: 5 }, () => [email]));
    });

    it('and what failed before does not count any more', async () => {
      const { email } = await addMember();
      await request(email);
      const secret = await linkTo(email, 'reset-password');
      const attempt = (password: string, index: number) =>
        app.slipway.server.inject({
          method: 'POST',
          url: '/internal/session',
          remoteAddress: `192.0.2.${index}`,
          payload: { email, password },
        });
      for (let index = 0; index < 5; index++) await attempt('wrong', index);
      expect((await attempt(PASSWORD, 9)).statusCode).toBe(429);
      await confirm(secret);
      expect((await attempt('a new password', 9)).statusCode).toBe(200);
    });
  });

  describe('come with invitations', () => {
    const accept = (secret: string, more: object = {}, from = someone()) =>
      post('invitations/accept', { secret, password: PASSWORD, ...more }, from);

    it('that are accepted by a link, which signs in', async () => {
      const { email, id } = await invite();
      expect((await someone().signIn(email, PASSWORD)).status).toBe(401);
      const secret = await linkTo(email, 'accept-invitation');
      const lee = someone();
      const answer = await accept(secret, { firstName: 'Lee', lastName: 'Li' }, lee);
      expect(answer).toMatchObject({ status: 200, body: { _id: id, email, firstName: 'Lee', lastName: 'Li' } });
      expect((await lee.call({ path: '/internal/session' })).status).toBe(200);
      expect((await app.call({ path: `members/${id}` })).body).toMatchObject({
        _pendingInvite: false,
        _verified: true,
        firstName: 'Lee',
      });
      expect((await accept(secret)).status).toBe(400);
      expect(await lastEntry()).toMatchObject({ titleVerb: 'accepted the invitation', member: { email } });
    });

    it('within a week; a forgotten password sends another one', async () => {
      const { email } = await invite();
      const first = await linkTo(email, 'accept-invitation');
      await app.clock.advance(7 * DAY);
      expect((await accept(first)).status).toBe(400);
      await post('password-reset', { email });
      const second = await linkTo(email, 'accept-invitation');
      expect((await accept(second)).status).toBe(200);
    });

    it('not with what is no password, no name or no secret', async () => {
      const { email } = await invite();
      const secret = await linkTo(email, 'accept-invitation');
      for (const bad of [{ password: 'short' }, { firstName: '' }, { secret: 'x' }]) {
        expect((await accept(secret, bad)).status).toBe(400);
      }
      expect((await accept(secret)).status).toBe(200);
    });

    it('but not when the member is gone', async () => {
      const { email, id } = await invite();
      const secret = await linkTo(email, 'accept-invitation');
      await app.call({ method: 'DELETE', path: `members/${id}` });
      expect((await accept(secret)).status).toBe(400);
    });
  });

  describe('are sent in mails', () => {
    it('as plain text, from the address that is set, to one recipient', async () => {
      const { email } = await invite();
      const { to, text = '' } = (await mailTo(email)) ?? {};
      expect(to).toEqual([email]);
      expect(text).toContain('From: Slipway <slipway@localhost>');
      expect(text).toContain('Subject: You are invited to Slipway');
      expect(text).toContain('text/plain');
    });

    it('again and again while the server is busy, once when it is not', async () => {
      mailbox.isBusy = true;
      const { email } = await invite();
      await app.clock.advance(SECOND);
      await app.clock.advance(SECOND);
      expect(await mailTo(email)).toBeUndefined();
      mailbox.isBusy = false;
      for (let index = 0; index < 10; index++) await app.clock.advance(10 * SECOND);
      expect(mailbox.mails.filter(({ to }) => to.includes(email))).toHaveLength(1);
    });

    it('but not when nobody has use for them any more', async () => {
      mailbox.isBusy = true;
      const { email } = await invite();
      for (let index = 0; index < 8; index++) await app.clock.advance(DAY);
      mailbox.isBusy = false;
      expect(await mailTo(email)).toBeUndefined();
      expect(await app.slipway.database.db.selectFrom('mails').select('id').execute()).toEqual([]);
    });
  });
});

describe.each(ENGINES)('mails without a mail server on $name', (engine) => {
  it('are written to the log', async () => {
    const lines: string[] = [];
    const app = await startApp(
      engine,
      {},
      { logger: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }) },
    );
    await app.call({ method: 'POST', path: 'members', body: [{ email: 'lee@example.com', role: 'reader' }] });
    await app.clock.advance(SECOND);
    const mail = lines
      .map((line) => JSON.parse(line) as { recipient?: string; body?: string })
      .find(({ recipient }) => recipient);
    expect(mail).toMatchObject({
      recipient: 'lee@example.com',
      subject: 'You are invited to Slipway',
      body: expect.stringMatching(/\/accept-invitation#[\w-]{43}$/),
    });
    await app.close();
  });
});
