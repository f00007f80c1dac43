import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { type Mailbox, openMailbox } from '../../support/mailbox.ts';
import { accessFaults, faultsOf, OWNER, startWeb, type Web } from '../../support/web.ts';

describe.skipIf(!hasChromium)('people who sign in', () => {
  let web: Web;
  let mailbox: Mailbox;

  beforeAll(async () => {
    mailbox = await openMailbox();
    web = await startWeb({ SLIPWAY_SMTP_URL: mailbox.url });
  });
  afterAll(async () => {
    await web.close();
    await mailbox.close();
  });

  /** The path of the last link that was sent to somebody. */
  const linkTo = async (email: string) => {
    await web.app.clock.advance(1_000);
    const mail = mailbox.mails.findLast(({ to }) => to.includes(email));
    return /\/(?:reset-password|accept-invitation)#[\w-]{43}/.exec(mail?.text ?? '')?.[0] ?? '';
  };

  it('come to the page that they wanted, by keyboard alone, and leave again', async () => {
    const page = await web.open('/projects/default/flags?q=none', { isSignedIn: false });
    await page.waitForURL('**/sign-in?returnTo=*');
    await page.getByLabel('E-mail address').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.type(OWNER.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a wrong password');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/not the right pair.*Request [0-9a-f-]{36}/);
    expect(await accessFaults(page)).toEqual([]);

    await web.app.clock.advance(60_000);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/default/flags?q=none');
    await page.getByRole('button', { name: OWNER.email }).press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter');
    await page.waitForURL('**/sign-in*');
    expect(faultsOf(page)).toEqual([]);
  });

  it('choose another password by the link that was sent to them', async () => {
    const page = await web.open('/forgot-password', { isSignedIn: false });
    await page.getByLabel('E-mail address').fill(OWNER.email);
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: OWNER.email }).waitFor();
    expect(await accessFaults(page)).toEqual([]);

    await page.goto(`${web.url}/reset-password#not-a-secret`);
    await page.getByLabel('New password').fill('another long password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    await page.goto(`${web.url}/sign-in`);
    await page.goto(web.url + (await linkTo(OWNER.email)));
    await page.getByLabel('New password').fill('another long password');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    await page.getByRole('link', { name: 'Sign in with the new password' }).click();
    await page.getByLabel('E-mail address').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill('another long password');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/default/flags');
    expect(faultsOf(page)).toEqual([]);
  });

  it('accept an invitation and are signed in by that', async () => {
    const email = 'kim@example.com';
    await web.app.call({ method: 'POST', path: 'members', body: [{ email, role: 'writer' }] });
    const page = await web.open(await linkTo(email), { isSignedIn: false });
    await page.getByLabel('First name').fill('Kim');
    await page.getByLabel('New password').fill('a password of Kim');
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/default/flags');
    await page.getByRole('button', { name: 'Kim' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('may do so with an identity provider where there is one', async () => {
    const other = await startWeb({
      SLIPWAY_BASE_URL: 'http://flags.example.com',
      SLIPWAY_OIDC_ISSUER: 'http://127.0.0.1:1',
      SLIPWAY_OIDC_CLIENT_ID: 'slipway',
      SLIPWAY_OIDC_CLIENT_SECRET: 'secret',
    });
    const page = await other.open('/sign-in?returnTo=/audit-log', { isSignedIn: false });
    const link = page.getByRole('link', { name: 'Continue with your organization' });
    expect(await link.getAttribute('href')).toBe('/internal/oidc/login?returnTo=%2Faudit-log');
    expect(await accessFaults(page)).toEqual([]);
    await other.close();
  });
});
